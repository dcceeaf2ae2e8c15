// Learner resnet: residual networks on pictures.
//
// Source: He et al., CVPR 2016; weights bear the names of torchvision's, whose files can be started from. Ours: pictures
// below 96 pixels enter through one 3 x 3 convolution without pooling, as in the paper's CIFAR networks.
#pragma once

#include <tagma/learn/network.h>
#include <tagma/learn/pictures.h>

namespace tagma {

enum class ResnetDepth : std::uint8_t { d18, d34, d50 };
enum class Stem : std::uint8_t { automatic, small, large };

struct Resnet : NetworkLearner<Resnet>, Pictures {
  static constexpr std::string_view name = "resnet", says = "residual network of 18, 34 or 50 layers on pictures";
  static constexpr double usual_rate = 0.001;
  static constexpr bool sees_pictures = true;

  ResnetDepth depth = ResnetDepth::d18;
  Stem stem = Stem::automatic;

  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{Choice{"depth", &Resnet::depth, std::array<std::string_view, 3>{"18", "34", "50"}, "layers"},
                   Choice{"stem", &Resnet::stem, std::array<std::string_view, 3>{"auto", "small", "large"},
                          "first layer: small 3 x 3; large 7 x 7 by steps of 2, and pooling; auto: large from 96 pixels"}},
        picture_fields<Resnet>(), shared_fields<Resnet>());
  }
};

}  // namespace tagma
