#include <tagma/image/files.h>

#include <tagma/base/error.h>
#include <tagma/base/file.h>
#include <tagma/image/decode.h>

#include <filesystem>

namespace tagma {
namespace {

class ImageFiles final : public ImageSource {
 public:
  explicit ImageFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  std::int64_t rows() const override { return static_cast<std::int64_t>(paths_.size()); }
  std::string name(std::int64_t row) const override {
    const std::string& path = paths_[static_cast<std::size_t>(row)];
    return path.empty() ? fmt::format("row {} (from 0)", row) : path;
  }
  Image read(std::int64_t row) const override {
    const std::string& path = paths_[static_cast<std::size_t>(row)];
    if (path.empty()) fail(Code::bad_data, "{}: it names no picture, as the others do", name(row));
    const MappedFile file(path);
    return decode_image(file.bytes(), file.path());
  }

 private:
  std::vector<std::string> paths_;
};

}  // namespace

Images image_files(const std::vector<std::string>& names, const std::string& folder) {
  std::vector<std::string> paths;
  paths.reserve(names.size());
  for (const std::string& name : names) paths.push_back(name.empty() ? "" : (std::filesystem::path(folder) / name).string());
  return Images(std::make_shared<ImageFiles>(std::move(paths)));
}

}  // namespace tagma
