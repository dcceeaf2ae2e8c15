// libjpeg reports errors by a jump that passes over destructors. Every function that a jump may leave or come back to holds
// plain values only; what owns memory lives outside of them.
#include <tagma/base/error.h>
#include <tagma/image/kinds.h>

#include <cstdio>

#include <jpeglib.h>

#include <jerror.h>

#include <csetjmp>

namespace tagma {
namespace {

constexpr int most_scans = 200;  // of a progressive picture; each one costs a pass over all of it

struct Handler {
  jpeg_error_mgr base;  // first: libjpeg hands this address back
  std::jmp_buf back;
  char text[JMSG_LENGTH_MAX];
};

[[noreturn]] void on_error(j_common_ptr info) {
  auto* handler = reinterpret_cast<Handler*>(info->err);
  handler->base.format_message(info, handler->text);
  std::longjmp(handler->back, 1);
}

// Warnings pass, but for the one that pixels were made up because the file ended.
void on_message(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) on_error(info);
}

void on_progress(j_common_ptr info) {
  if (!info->is_decompressor || reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= most_scans) return;
  auto* handler = reinterpret_cast<Handler*>(info->err);
  std::snprintf(handler->text, sizeof handler->text, "more than %d scans", most_scans);
  std::longjmp(handler->back, 1);
}

class JpegReader {
 public:
  JpegReader() {
    info_.err = jpeg_std_error(&handler_.base);
    handler_.base.error_exit = on_error;
    handler_.base.emit_message = on_message;
    progress_.progress_monitor = on_progress;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  const char* fault() const { return handler_.text; }
  const jpeg_decompress_struct& info() const { return info_; }

  bool header(const std::byte* bytes, std::size_t size) {
    if (setjmp(handler_.back) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.progress = &progress_;
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes), static_cast<unsigned long>(size));
    jpeg_read_header(&info_, TRUE);
    info_.dct_method = JDCT_ISLOW;  // the same pixels with and without vector instructions
    const bool inks = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    info_.out_color_space = info_.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    return true;
  }

  // One row after the other; `step` bytes apart.
  bool rows(unsigned char* out, std::size_t step) {
    if (setjmp(handler_.back) != 0) return false;
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = out + info_.output_scanline * step;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    return true;
  }

 private:
  jpeg_decompress_struct info_{};
  Handler handler_{};
  jpeg_progress_mgr progress_{};
};

// Inks to light. Files with an Adobe marker hold the light that each ink lets through.
void mix_inks(const std::vector<unsigned char>& inks, bool inverted, std::vector<std::uint8_t>& out) {
  const auto light = [&](unsigned char ink) { return inverted ? ink : 255 - ink; };
  for (std::size_t i = 0, j = 0; i < out.size(); i += 3, j += 4)
    for (std::size_t c = 0; c < 3; ++c)
      out[i + c] = static_cast<std::uint8_t>((light(inks[j + c]) * light(inks[j + 3]) + 127) / 255);
}

}  // namespace

Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name) {
  JpegReader reader;
  if (!reader.header(bytes.data(), bytes.size())) fail(Code::bad_data, "{}: damaged JPEG: {}", name, reader.fault());
  const jpeg_decompress_struct& info = reader.info();
  const bool inks = info.out_color_space == JCS_CMYK;
  Image image = sized_image(info.image_height, info.image_width, info.out_color_space == JCS_GRAYSCALE ? 1 : 3, name);
  const std::size_t width = info.image_width, channels = inks ? 4 : static_cast<std::size_t>(image.channels);
  std::vector<unsigned char> mixed(inks ? width * info.image_height * 4 : 0);
  if (!reader.rows(inks ? mixed.data() : image.pixels.data(), width * channels))
    fail(Code::bad_data, "{}: damaged JPEG: {}", name, reader.fault());
  if (inks) mix_inks(mixed, info.saw_Adobe_marker != 0, image.pixels);
  return image;
}

}  // namespace tagma
