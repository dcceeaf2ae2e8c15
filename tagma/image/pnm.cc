#include <tagma/base/error.h>
#include <tagma/image/kinds.h>

namespace tagma {
namespace {

class Pnm {
 public:
  Pnm(std::span<const std::byte> bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  Image read() {
    const auto kind = static_cast<char>(bytes_[1]);
    at_ = 2;
    const std::int64_t width = number("width"), height = number("height"), most = number("greatest value");
    if (most < 1 || most > 65535) fail(Code::bad_data, "{}: greatest value {}; allowed: 1 to 65535", name_, most);
    if (width > most_pixels || height > most_pixels || width * height > most_pixels)
      fail(Code::bad_data, "{}: {} x {} pixels; a picture has at most {}", name_, width, height, most_pixels);
    const int channels = kind == '3' || kind == '6' ? 3 : 1;
    const bool words = kind == '2' || kind == '3';
    const std::int64_t values = width * height * channels, wide = most > 255 ? 2 : 1;
    if (!words) ++at_;  // the one white space behind the header
    const std::int64_t left = static_cast<std::int64_t>(bytes_.size()) - static_cast<std::int64_t>(at_);
    if (left < (words ? 2 * values - 1 : wide * values)) fail_early();
    Image image = sized_image(height, width, channels, name_);
    for (std::uint8_t& pixel : image.pixels) {
      const std::int64_t value = words ? number("value") : raw(wide);
      if (value > most) fail(Code::bad_data, "{}: value {} above the greatest one, {}", name_, value, most);
      pixel = static_cast<std::uint8_t>((value * 255 + most / 2) / most);
    }
    return image;
  }

 private:
  [[noreturn]] void fail_early() const { fail(Code::bad_data, "{}: the file ends early, it is truncated", name_); }

  std::int64_t raw(std::int64_t wide) {
    std::int64_t value = 0;
    for (; wide > 0; --wide) value = value * 256 + static_cast<std::int64_t>(bytes_[at_++]);
    return value;
  }

  // The next decimal number; white space and comments before it are passed over.
  std::int64_t number(const char* what) {
    for (bool comment = false;; ++at_) {
      if (at_ >= bytes_.size()) fail_early();
      const auto c = static_cast<char>(bytes_[at_]);
      if (c == '#') comment = true;
      else if (c == '\n') comment = false;
      else if (!comment && c != ' ' && c != '\t' && c != '\r' && c != '\v' && c != '\f') break;
    }
    std::int64_t value = -1;
    for (; at_ < bytes_.size(); ++at_) {
      const auto digit = static_cast<std::int64_t>(bytes_[at_]) - '0';
      if (digit < 0 || digit > 9) break;
      value = (value < 0 ? 0 : value) * 10 + digit;
      if (value > most_pixels) fail(Code::bad_data, "{}: the {} is too large", name_, what);
    }
    if (value < 0) fail(Code::bad_data, "{}: the {} is no whole number (byte {})", name_, what, at_);
    return value;
  }

  std::span<const std::byte> bytes_;
  const std::string& name_;
  std::size_t at_ = 0;
};

}  // namespace

Image decode_pnm(std::span<const std::byte> bytes, const std::string& name) { return Pnm(bytes, name).read(); }

}  // namespace tagma
