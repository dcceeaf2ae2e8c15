#include <tagma/make/digit_source.h>

#include <tagma/base/error.h>
#include <tagma/base/file.h>
#include <tagma/image/idx.h>
#include <tagma/make/glyphs.h>

namespace tagma {
namespace {

std::string found_file(const std::string& stem) {
  for (const char* packing : {"", ".gz", ".zst", ".bz2"})
    if (const std::string path = stem + packing; file_exists(path)) return path;
  fail(Code::io, "{}: no such file, neither plain nor with .gz, .zst or .bz2; --digits names a folder with the idx files of MNIST", stem);
}

}  // namespace

DigitSource DigitSource::files_in(const std::string& folder, std::string_view part) {
  const std::string stem = fmt::format("{}/{}", folder, part);
  const std::string path = found_file(stem + "-images-idx3-ubyte"), label_path = found_file(stem + "-labels-idx1-ubyte");
  std::vector<Image> images = idx_images(path);
  const std::vector<std::uint8_t> labels = idx_labels(label_path);
  if (images.size() != labels.size()) fail(Code::bad_data, "{}: {} labels for {} pictures", label_path, labels.size(), images.size());
  if (!images.empty() && images[0].height != images[0].width)
    fail(Code::bad_data, "{}: pictures of {} x {} pixels; digits stand in squares", path, images[0].width, images[0].height);
  DigitSource source;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] > 9) fail(Code::bad_data, "{}: label {} at {}; allowed: 0 to 9", label_path, labels[i], i);
    source.digits_[labels[i]].push_back(std::move(images[i]));
  }
  for (std::size_t digit = 0; digit < 10; ++digit)
    if (source.digits_[digit].empty()) fail(Code::bad_data, "{}: there is no {} among the digits", label_path, digit);
  return source;
}

Image DigitSource::draw(int digit, Rng& rng) const {
  const std::vector<Image>& known = digits_[static_cast<std::size_t>(digit)];
  return known.empty() ? drawn_digit(digit, rng) : known[rng.below(known.size())];
}

}  // namespace tagma
