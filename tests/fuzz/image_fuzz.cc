// Any bytes are a picture of the size that its header says, or an Error; the first byte chooses how it is looked at.
#include <tagma/base/error.h>
#include <tagma/image/decode.h>
#include <tagma/image/encode.h>
#include <tagma/image/idx.h>
#include <tagma/image/input.h>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tagma;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] == 1) {
      static_cast<void>(idx_labels("fuzz.idx", text));
      return 0;
    }
    if (data[0] == 2) {
      static_cast<void>(idx_images("fuzz.idx.gz", text));
      return 0;
    }
    const Image image = decode_image(std::as_bytes(std::span(text.data(), text.size())), "fuzz");
    const auto side = static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width);
    if (image.pixels.size() != side * static_cast<std::size_t>(image.channels)) std::abort();
    const ImageForm form{5, data[0] & 4 ? 3 : 1, static_cast<ImageFit>(data[0] / 8 % 3), {}, {1, 1, 1}};
    if (fitted(image, form).pixels.size() != static_cast<std::size_t>(form.values())) std::abort();
    if (side < 4096 && decode_image(png_of(image), "again").pixels != image.pixels) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
