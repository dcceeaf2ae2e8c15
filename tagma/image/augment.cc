#include <tagma/image/augment.h>

#include <tagma/base/portable_math.h>
#include <tagma/image/operations.h>

namespace tagma {
namespace {

constexpr double most_radians = 30 * 3.14159265358979 / 180, most_shear = 0.3, most_translation = 0.45, most_factor = 0.9;

// One operation of the policy at a strength in [0, 1].
void apply_one(Image& image, double strength, Rng& rng) {
  const std::uint64_t which = rng.below(14);
  const double sign = rng.chance(0.5) ? 1 : -1;  // drawn for every operation, so that all of them take as many draws
  const double factor = 1 + sign * most_factor * strength;
  switch (which) {
    case 1: return stretch_contrast(image);
    case 2: return equalise(image);
    case 3: {
      const double angle = sign * most_radians * strength, sine = portable_sin(angle), cosine = portable_cos(angle);
      image = warped(image, {cosine, sine, 0, -sine, cosine, 0});
      return;
    }
    case 4: return solarise(image, static_cast<int>(256 * (1 - strength)));
    case 5: return change_saturation(image, factor);
    case 6: return posterise(image, 8 - static_cast<int>(4 * strength + 0.5));
    case 7: return change_contrast(image, factor);
    case 8: return change_brightness(image, factor);
    case 9: return change_sharpness(image, factor);
    case 10: image = warped(image, {1, sign * most_shear * strength, 0, 0, 1, 0}); return;
    case 11: image = warped(image, {1, 0, 0, sign * most_shear * strength, 1, 0}); return;
    case 12: image = shifted(image, 0, static_cast<int>(sign * most_translation * strength * image.width)); return;
    case 13: image = shifted(image, static_cast<int>(sign * most_translation * strength * image.height), 0); return;
    default: return;  // identity
  }
}

int drawn_shift(int side, double share, Rng& rng) {
  const auto most = static_cast<int>(share * side + 0.5);
  return static_cast<int>(rng.below(2 * static_cast<std::uint64_t>(most) + 1)) - most;
}

}  // namespace

Image augmented(const Image& image, const Augment& augment, Rng& rng) {
  Image result = image;
  if (augment.crop > 0) {
    const int down = drawn_shift(image.height, augment.crop, rng), right = drawn_shift(image.width, augment.crop, rng);
    result = shifted(result, down, right);
  }
  if (augment.flip && rng.chance(0.5)) mirror(result);
  for (int i = 0; i < augment.policy_operations; ++i) apply_one(result, augment.policy_magnitude, rng);
  if (augment.colour > 0) {
    const auto factor = [&] { return rng.uniform(1 - augment.colour, 1 + augment.colour); };
    change_brightness(result, factor());
    change_contrast(result, factor());
    change_saturation(result, factor());
  }
  return result;
}

}  // namespace tagma
