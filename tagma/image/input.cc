#include <tagma/image/input.h>

#include <tagma/base/parallel.h>
#include <tagma/image/resize.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t looked_at = 512;
constexpr std::array<std::string_view, 3> fits{"squash", "crop", "pad"};

// Some rows of `count`, evenly spread, the first among them.
std::vector<std::int64_t> sample_of(std::int64_t count) {
  const std::int64_t some = std::min(count, looked_at);
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < some; ++i) rows.push_back(i * count / some);
  return rows;
}

bool has_colours(const Image& image) {
  if (image.channels == 1) return false;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3)
    if (image.pixels[i] != image.pixels[i + 1] || image.pixels[i] != image.pixels[i + 2]) return true;
  return false;
}

struct Sums {
  std::array<std::uint64_t, 3> values{}, squares{};
};

void set_mean_and_deviation(ImageForm& form, const Images& training, const Run& run) {
  const std::vector<std::int64_t> rows = sample_of(training.rows());
  const auto channels = static_cast<std::size_t>(form.channels);
  const auto work = [&](std::int64_t first, std::int64_t last) {
    Sums sums;
    for (std::int64_t i = first; i < last; ++i) {
      const Image image = fitted(training.read(rows[static_cast<std::size_t>(i)]), form);
      for (std::size_t k = 0; k < image.pixels.size(); ++k) {
        const std::uint64_t value = image.pixels[k];
        sums.values[k % channels] += value;
        sums.squares[k % channels] += value * value;
      }
    }
    return sums;
  };
  const auto merge = [](Sums& all, const Sums& part) {
    for (std::size_t c = 0; c < 3; ++c) all.values[c] += part.values[c], all.squares[c] += part.squares[c];
  };
  const Sums sums = parallel_reduce(run, static_cast<std::int64_t>(rows.size()), 4, Sums{}, work, merge);
  const double count = static_cast<double>(rows.size()) * form.size * form.size;
  for (std::size_t c = 0; c < channels; ++c) {
    const double mean = static_cast<double>(sums.values[c]) / count;
    const double variance = static_cast<double>(sums.squares[c]) / count - mean * mean;
    form.mean[c] = static_cast<float>(mean / 255);
    form.deviation[c] = variance > 1e-3 ? static_cast<float>(std::sqrt(variance) / 255) : 1;  // pictures of one colour
  }
}

void set_scale(ImageForm& form, ImageScale scale, const Images& training, const Run& run) {
  switch (scale) {
    case ImageScale::none: break;
    case ImageScale::half: form.mean = {0.5f, 0.5f, 0.5f}; break;
    case ImageScale::imagenet:
      form.mean = {0.485f, 0.456f, 0.406f};
      form.deviation = {0.229f, 0.224f, 0.225f};
      if (form.channels == 1) form.mean[0] = 0.449f, form.deviation[0] = 0.226f;  // means of the three
      break;
    case ImageScale::data: set_mean_and_deviation(form, training, run); break;
  }
}

[[noreturn]] void fail_entry(const char* key) { fail(Code::bad_model, "the form of the pictures: '{}' is missing or out of range", key); }

int whole(const nlohmann::json& json, const char* key, int most) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_integer() || *found < 1 || *found > most) fail_entry(key);
  return found->get<int>();
}

void numbers(const nlohmann::json& json, const char* key, int channels, bool positive, std::array<float, 3>& out) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_array() || found->size() != static_cast<std::size_t>(channels)) fail_entry(key);
  for (std::size_t c = 0; c < found->size(); ++c) {
    const nlohmann::json& value = (*found)[c];
    if (!value.is_number()) fail_entry(key);
    const double number = value.get<double>();
    if (!(std::abs(number) <= 1e6) || (positive && !(number >= 1e-6))) fail_entry(key);
    out[c] = static_cast<float>(number);
  }
}

}  // namespace

ImageForm image_form(const ImageInput& input, const Images& training, const Run& run) {
  if (training.empty()) fail(Code::usage, "no training pictures: the data set has no column or field of that name (image)");
  ImageForm form{input.size, input.channels == ImageChannels::rgb ? 3 : 1, input.fit, {}, {1, 1, 1}};
  if (form.size == 0) {
    const Image first = training.read(0);
    form.size = std::min(std::max(first.height, first.width), greatest_image_size);
  }
  if (input.channels == ImageChannels::automatic) {
    const std::vector<std::int64_t> rows = sample_of(training.rows());
    const auto work = [&](std::int64_t first, std::int64_t last) {
      int found = 0;
      for (std::int64_t i = first; i < last; ++i) found += has_colours(training.read(rows[static_cast<std::size_t>(i)]));
      return found;
    };
    const int colourful = parallel_reduce(run, static_cast<std::int64_t>(rows.size()), 4, 0, work,
                                          [](int& all, int part) { all += part; });
    form.channels = colourful > 0 ? 3 : 1;
  }
  set_scale(form, input.normalise, training, run);
  return form;
}

nlohmann::json json_of(const ImageForm& form) {
  const auto count = static_cast<std::ptrdiff_t>(form.channels);
  return {{"size", form.size},
          {"channels", form.channels},
          {"fit", fits[static_cast<std::size_t>(form.fit)]},
          {"mean", std::vector<float>(form.mean.begin(), form.mean.begin() + count)},
          {"deviation", std::vector<float>(form.deviation.begin(), form.deviation.begin() + count)}};
}

ImageForm form_of(const nlohmann::json& json) {
  if (!json.is_object()) fail(Code::bad_model, "the form of the pictures is no object");
  ImageForm form;
  form.size = whole(json, "size", greatest_image_size);
  form.channels = whole(json, "channels", 3);
  if (form.channels == 2) fail_entry("channels");
  const auto fit = json.find("fit");
  const auto known = fit == json.end() || !fit->is_string() ? fits.end()
                                                            : std::find(fits.begin(), fits.end(), fit->get_ref<const std::string&>());
  if (known == fits.end()) fail_entry("fit");
  form.fit = static_cast<ImageFit>(known - fits.begin());
  numbers(json, "mean", form.channels, false, form.mean);
  numbers(json, "deviation", form.channels, true, form.deviation);
  return form;
}

Image with_channels(const Image& image, int channels) {
  if (image.channels == channels) return image;
  Image result{image.height, image.width, channels, {}};
  const std::size_t count = static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width);
  result.pixels.resize(count * static_cast<std::size_t>(channels));
  for (std::size_t i = 0; i < count; ++i) {
    if (channels == 3) {
      std::fill_n(&result.pixels[3 * i], 3, image.pixels[i]);
    } else {
      const std::uint8_t* pixel = &image.pixels[3 * i];
      result.pixels[i] = static_cast<std::uint8_t>((19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2] + 32768) >> 16);
    }
  }
  return result;
}

Image fitted(const Image& image, const ImageForm& form) {
  const int height = image.height, width = image.width, shorter = std::min(height, width), longer = std::max(height, width);
  Image result;
  if (form.fit == ImageFit::crop) {
    result = resized(image, {(height - shorter) / 2, (width - shorter) / 2, shorter, shorter}, form.size, form.size);
  } else if (form.fit == ImageFit::squash || shorter == longer) {
    result = resized(image, {0, 0, height, width}, form.size, form.size);
  } else {
    const auto side = [&](std::int64_t length) {
      return static_cast<int>(std::max<std::int64_t>((2 * length * form.size + longer) / (2 * std::int64_t{longer}), 1));
    };
    const Image part = resized(image, {0, 0, height, width}, side(height), side(width));
    const auto channels = static_cast<std::size_t>(image.channels), row = static_cast<std::size_t>(part.width) * channels;
    result = {form.size, form.size, image.channels, {}};
    result.pixels.resize(static_cast<std::size_t>(form.size) * static_cast<std::size_t>(form.size) * channels);
    for (int y = 0; y < part.height; ++y) {
      const auto at = static_cast<std::size_t>((y + (form.size - part.height) / 2) * form.size + (form.size - part.width) / 2);
      std::copy_n(&part.pixels[static_cast<std::size_t>(y) * row], row, &result.pixels[at * channels]);
    }
  }
  return with_channels(result, form.channels);
}

void to_planes(const Image& image, const ImageForm& form, float* out) {
  const auto channels = static_cast<std::size_t>(form.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    float values[256];
    for (int value = 0; value < 256; ++value)
      values[value] = static_cast<float>((value / 255.0 - static_cast<double>(form.mean[c])) / static_cast<double>(form.deviation[c]));
    for (std::size_t i = c; i < image.pixels.size(); i += channels) *out++ = values[image.pixels[i]];
  }
}

}  // namespace tagma
