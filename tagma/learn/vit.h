// Learner vit: vision transformers on pictures.
//
// Source: Dosovitskiy et al., ICLR 2021; tiny and small as in Touvron et al., ICML 2021. Weights bear the names of timm's,
// whose files can be started from; position vectors of another grid are resized.
#pragma once

#include <tagma/learn/network.h>
#include <tagma/learn/pictures.h>

namespace tagma {

enum class VitSize : std::uint8_t { tiny, small, base };

struct Vit : NetworkLearner<Vit>, Pictures {
  static constexpr std::string_view name = "vit", says = "vision transformer on pictures";
  static constexpr double usual_rate = 0.0005;
  static constexpr bool sees_pictures = true;

  VitSize model = VitSize::tiny;
  std::int64_t patch = 16;
  double dropout = 0;

  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{Choice{"model", &Vit::model, std::array<std::string_view, 3>{"tiny", "small", "base"}, "width 192, 384 or 768; 12 layers"},
                   Field{"patch", &Vit::patch, std::int64_t{1}, std::int64_t{1024}, "pixels of a patch's side; divides the size of the pictures"},
                   Field{"dropout", &Vit::dropout, 0.0, 0.95, "share of values left out behind attention and layers while training"}},
        picture_fields<Vit>(), shared_fields<Vit>());
  }
};

}  // namespace tagma
