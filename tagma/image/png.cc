// libpng reports errors by a jump that passes over destructors. Every function that a jump may leave or come back to holds
// plain values only; what owns memory lives outside of them.
#include <tagma/base/error.h>
#include <tagma/image/encode.h>
#include <tagma/image/kinds.h>

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <new>

namespace tagma {
namespace {

struct Fault {
  char text[160] = "unknown reason";
};

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  auto* fault = static_cast<Fault*>(png_get_error_ptr(png));
  std::snprintf(fault->text, sizeof fault->text, "%s", text);
  png_longjmp(png, 1);
}
void on_warning(png_structp, png_const_charp) {}

struct Cursor {
  const std::byte* at;
  std::size_t left;
};

void take(png_structp png, png_bytep out, std::size_t size) {
  auto* cursor = static_cast<Cursor*>(png_get_io_ptr(png));
  if (size > cursor->left) png_error(png, "the file ends early, it is truncated");
  std::memcpy(out, cursor->at, size);
  cursor->at += size;
  cursor->left -= size;
}

struct Header {
  png_uint_32 width = 0, height = 0;
  int channels = 0;  // of the rows that come: 1 grey, 2 grey and alpha, 3, 4
};

class PngReader {
 public:
  explicit PngReader(std::span<const std::byte> bytes) : cursor_{bytes.data(), bytes.size()} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &fault_, on_error, on_warning);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (!info_) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &cursor_, take);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  const char* fault() const { return fault_.text; }

  bool header(Header& out) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_user_limits(png_, static_cast<png_uint_32>(most_pixels), static_cast<png_uint_32>(most_pixels));
    png_set_chunk_cache_max(png_, 64);
    png_set_chunk_malloc_max(png_, 1 << 20);
    png_read_info(png_, info_);
    png_set_expand(png_);  // palettes, fewer than 8 bits, and one transparent colour
    png_set_scale_16(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    out.width = png_get_image_width(png_, info_);
    out.height = png_get_image_height(png_, info_);
    out.channels = png_get_channels(png_, info_);
    if (png_get_rowbytes(png_, info_) != std::size_t{out.width} * static_cast<std::size_t>(out.channels))
      png_error(png_, "an unknown form of pixels");
    return true;
  }

  bool rows(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows);
    return true;
  }

 private:
  Cursor cursor_;
  Fault fault_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

// Pixels with alpha, laid on white.
void lay_on_white(const std::uint8_t* in, int channels, std::vector<std::uint8_t>& out) {
  for (std::size_t i = 0; i < out.size();) {
    const int alpha = in[channels];
    for (int c = 0; c < channels; ++c)
      out[i++] = static_cast<std::uint8_t>((in[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    in += channels + 1;
  }
}

}  // namespace

Image decode_png(std::span<const std::byte> bytes, const std::string& name) {
  PngReader reader(bytes);
  Header header;
  if (!reader.header(header)) fail(Code::bad_data, "{}: damaged PNG: {}", name, reader.fault());
  const int colours = header.channels > 2 ? 3 : 1;
  const bool alpha = header.channels != colours;
  const std::int64_t pixels = std::int64_t{header.width} * header.height;
  // Packed data grows at most 1032-fold, and a pixel takes at least a bit: a small file has no large picture.
  if (pixels <= most_pixels && pixels / 8 > 1032 * static_cast<std::int64_t>(bytes.size()))
    fail(Code::bad_data, "{}: {} x {} pixels in {} bytes; the file is truncated or damaged", name, header.width, header.height, bytes.size());
  Image image = sized_image(header.height, header.width, colours, name);
  std::vector<std::uint8_t> blended(alpha ? image.pixels.size() + static_cast<std::size_t>(pixels) : 0);
  std::vector<png_bytep> rows(header.height);
  png_bytep row = alpha ? blended.data() : image.pixels.data();
  for (png_bytep& pointer : rows) {
    pointer = row;
    row += std::size_t{header.width} * static_cast<std::size_t>(header.channels);
  }
  if (!reader.rows(rows.data())) fail(Code::bad_data, "{}: damaged PNG: {}", name, reader.fault());
  if (alpha) lay_on_white(blended.data(), colours, image.pixels);
  return image;
}

namespace {

struct Sink {
  std::vector<std::byte>* bytes;
};

void put(png_structp png, png_bytep data, std::size_t size) {
  bool full = false;
  try {
    auto* out = static_cast<Sink*>(png_get_io_ptr(png))->bytes;
    out->insert(out->end(), reinterpret_cast<std::byte*>(data), reinterpret_cast<std::byte*>(data) + size);
  } catch (...) {
    full = true;
  }
  if (full) png_error(png, "out of memory");
}
void flush(png_structp) {}

bool write(png_structp png, png_infop info, const Image* image, Sink* sink) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, sink, put, flush);
  png_set_IHDR(png, info, static_cast<png_uint_32>(image->width), static_cast<png_uint_32>(image->height), 8,
               image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  const std::size_t step = static_cast<std::size_t>(image->width) * static_cast<std::size_t>(image->channels);
  for (int y = 0; y < image->height; ++y) png_write_row(png, image->pixels.data() + static_cast<std::size_t>(y) * step);
  png_write_end(png, info);
  return true;
}

}  // namespace

std::vector<std::byte> png_of(const Image& image) {
  if (image.height < 1 || image.width < 1 || (image.channels != 1 && image.channels != 3) ||
      image.pixels.size() != static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width) *
                                 static_cast<std::size_t>(image.channels))
    fail(Code::usage, "a picture of {} x {} pixels, {} channels and {} values cannot be written", image.width, image.height,
         image.channels, image.pixels.size());
  std::vector<std::byte> bytes;
  Sink sink{&bytes};
  Fault fault;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &fault, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  const bool done = info && write(png, info, &image, &sink);
  png_destroy_write_struct(&png, &info);
  if (!done) throw std::bad_alloc();
  return bytes;
}

}  // namespace tagma
