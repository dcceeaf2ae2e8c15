// Learner torchscript: any scripted encoder that the user brings, frozen or tuned, under a head of ours.
//
// The script takes a picture batch [rows x channels x size x size] or features [rows x columns] and gives [rows x width], or
// [rows x width x height x width], whose mean is taken. It is part of the model file.
// Ours: the encoder stays in evaluation mode also while it is tuned, so that its batch statistics stay as they were trained.
// (UniMLR's released trainers freeze the weights of a pretrained encoder but go on to change its batch statistics.)
#pragma once

#include <tagma/learn/network.h>
#include <tagma/learn/pictures.h>

namespace tagma {

enum class Sees : std::uint8_t { automatic, pictures, features };

struct Torchscript : NetworkLearner<Torchscript>, Pictures {
  static constexpr std::string_view name = "torchscript", says = "a scripted encoder of your own, frozen or tuned, on pictures or features";
  static constexpr double usual_rate = 0.001;
  static constexpr bool sees_pictures = true;

  std::string script;
  Sees sees = Sees::automatic;

  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{Words<Torchscript>{"script", &Torchscript::script, "the file that torch.jit.save wrote; needed"},
                   Choice{"sees", &Torchscript::sees, std::array<std::string_view, 3>{"auto", "pictures", "features"},
                          "what the encoder takes; auto: pictures where the data have them"}},
        picture_fields<Torchscript>(), shared_fields<Torchscript>());
  }
};

}  // namespace tagma
