// Learner cnn: a small convolutional network for pictures of about 28 to 112 pixels.
//
// Each width is a stage: two 3 x 3 convolutions with batch normalisation and ReLU, then the largest of 2 x 2. The mean and
// the largest value of every channel of the last stage are the encoder's vector.
#pragma once

#include <tagma/learn/network.h>
#include <tagma/learn/pictures.h>

namespace tagma {

struct Cnn : NetworkLearner<Cnn>, Pictures {
  static constexpr std::string_view name = "cnn", says = "small convolutional network on pictures of 28 to 112 pixels";
  static constexpr double usual_rate = 0.003;
  static constexpr bool sees_pictures = true;

  std::string widths = "16,32,64";
  double dropout = 0;

  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{Words<Cnn>{"widths", &Cnn::widths, "channels of the stages, e.g. 16,32,64"},
                                     Field{"dropout", &Cnn::dropout, 0.0, 0.95, "share of the encoder's vector left out while training"}},
                          picture_fields<Cnn>(), shared_fields<Cnn>());
  }
};

}  // namespace tagma
