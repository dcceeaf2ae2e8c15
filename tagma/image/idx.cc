#include <tagma/image/idx.h>

#include <tagma/base/checked.h>
#include <tagma/base/unpack.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::int64_t most_values = std::int64_t{1} << 32;

class Idx {
 public:
  Idx(std::string name, std::unique_ptr<ByteReader> bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}

  // The sizes of a file of this rank; it holds no more than most_values.
  std::vector<std::int64_t> sizes(std::uint8_t rank) {
    std::uint8_t magic[4];
    read(magic, 4);
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != 8 || magic[3] != rank)
      fail(Code::bad_data, "{}: no idx file of bytes and rank {} (it starts {:02x} {:02x} {:02x} {:02x}, wanted 00 00 08 {:02x})", name_, rank,
           magic[0], magic[1], magic[2], magic[3], rank);
    std::vector<std::int64_t> sizes;
    std::int64_t values = 1;
    for (int i = 0; i < rank; ++i) {
      std::uint8_t word[4];
      read(word, 4);
      sizes.push_back(std::int64_t{word[0]} << 24 | word[1] << 16 | word[2] << 8 | word[3]);
      values = checked_product(values, sizes.back(), name_, most_values);
    }
    return sizes;
  }

  void read(std::uint8_t* out, std::size_t size) {
    if (bytes_->read(reinterpret_cast<char*>(out), size) < size)
      fail(Code::bad_data, "{}: the file ends early, it is truncated", name_);
  }

  void end() {
    char more;
    if (bytes_->read(&more, 1) == 1) fail(Code::bad_data, "{}: more bytes than its sizes say", name_);
  }

 private:
  std::string name_;
  std::unique_ptr<ByteReader> bytes_;
};

std::vector<Image> images_of(Idx idx, const std::string& name) {
  const std::vector<std::int64_t> sizes = idx.sizes(3);
  if (sizes[1] < 1 || sizes[2] < 1 || sizes[1] * sizes[2] > (1 << 26))
    fail(Code::bad_data, "{}: pictures of {} x {} pixels; at least 1 and at most 2^26", name, sizes[2], sizes[1]);
  std::vector<Image> images;
  for (std::int64_t i = 0; i < sizes[0]; ++i) {
    Image image{static_cast<int>(sizes[1]), static_cast<int>(sizes[2]), 1, {}};
    image.pixels.resize(static_cast<std::size_t>(sizes[1] * sizes[2]));
    idx.read(image.pixels.data(), image.pixels.size());
    images.push_back(std::move(image));
  }
  idx.end();
  return images;
}

std::vector<std::uint8_t> labels_of(Idx idx) {
  constexpr std::size_t step = 1 << 16;
  auto left = static_cast<std::size_t>(idx.sizes(1)[0]);
  std::vector<std::uint8_t> labels;
  while (left > 0) {
    const std::size_t some = std::min(left, step), old = labels.size();
    labels.resize(old + some);
    idx.read(labels.data() + old, some);
    left -= some;
  }
  idx.end();
  return labels;
}

}  // namespace

std::vector<Image> idx_images(const std::string& path) { return images_of(Idx(path, open_bytes(path)), path); }
std::vector<std::uint8_t> idx_labels(const std::string& path) { return labels_of(Idx(path, open_bytes(path))); }
std::vector<Image> idx_images(const std::string& name, std::string_view bytes) {
  return images_of(Idx(name, open_bytes(name, bytes)), name);
}
std::vector<std::uint8_t> idx_labels(const std::string& name, std::string_view bytes) {
  return labels_of(Idx(name, open_bytes(name, bytes)));
}

}  // namespace tagma
