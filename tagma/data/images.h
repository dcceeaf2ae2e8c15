// The pictures of a set of examples: 8 bits a channel, read when they are wanted, so that a set need not fit into memory.
//
// Shape: pixels [height x width x channels], row-major; channels 1 (grey) or 3 (red, green, blue).
// Threads: const members may be called from many threads.
// Errors: read() throws Error{bad_data} or Error{io} naming the picture.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tagma {

struct Image {
  int height = 0, width = 0, channels = 0;
  std::vector<std::uint8_t> pixels;
};

// Where pictures come from: files, or memory.
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  virtual std::int64_t rows() const = 0;
  virtual std::string name(std::int64_t row) const = 0;  // for messages
  virtual Image read(std::int64_t row) const = 0;
};

// Pictures in memory.
class ImageList final : public ImageSource {
 public:
  explicit ImageList(std::vector<Image> images) : images_(std::move(images)) {}
  std::int64_t rows() const override { return static_cast<std::int64_t>(images_.size()); }
  std::string name(std::int64_t row) const override { return "picture " + std::to_string(row); }
  Image read(std::int64_t row) const override { return images_[static_cast<std::size_t>(row)]; }

 private:
  std::vector<Image> images_;
};

// Some rows of a source, in any order.
class Images {
 public:
  Images() = default;  // none
  explicit Images(std::shared_ptr<const ImageSource> source);

  std::int64_t rows() const { return static_cast<std::int64_t>(rows_.size()); }
  bool empty() const { return rows_.empty(); }
  std::string name(std::int64_t row) const { return source_->name(rows_[static_cast<std::size_t>(row)]); }
  Image read(std::int64_t row) const { return source_->read(rows_[static_cast<std::size_t>(row)]); }
  Images select(std::span<const std::int64_t> rows) const;

 private:
  std::shared_ptr<const ImageSource> source_;
  std::vector<std::int64_t> rows_;
};

}  // namespace tagma
