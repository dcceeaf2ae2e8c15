#include <tagma/image/decode.h>

#include <tagma/base/error.h>
#include <tagma/image/kinds.h>

#include <string_view>

namespace tagma {

Image sized_image(std::int64_t height, std::int64_t width, int channels, const std::string& name) {
  if (height < 1 || width < 1 || height > most_pixels || width > most_pixels || height * width > most_pixels)
    fail(Code::bad_data, "{}: {} x {} pixels; a picture has at least 1 and at most {}", name, width, height, most_pixels);
  Image image{static_cast<int>(height), static_cast<int>(width), channels, {}};
  image.pixels.resize(static_cast<std::size_t>(height * width * channels));
  return image;
}

Image decode_image(std::span<const std::byte> bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\x89PNG\r\n\x1a\n")) return decode_png(bytes, name);
  if (text.starts_with("\xff\xd8\xff")) return decode_jpeg(bytes, name);
  if (text.size() > 2 && text[0] == 'P' && (text[1] == '2' || text[1] == '3' || text[1] == '5' || text[1] == '6'))
    return decode_pnm(bytes, name);
  if (text.empty()) fail(Code::bad_data, "{}: the file is empty, no picture", name);
  fail(Code::bad_data, "{}: no picture that can be read; allowed: PNG, JPEG, PGM and PPM (by their first bytes)", name);
}

}  // namespace tagma
