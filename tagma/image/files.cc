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
  std::string name(std::int64_t row) const override { return paths_[static_cast<std::size_t>(row)]; }
  Image read(std::int64_t row) const override {
    const MappedFile file(paths_[static_cast<std::size_t>(row)]);
    return decode_image(file.bytes(), file.path());
  }

 private:
  std::vector<std::string> paths_;
};

}  // namespace

Images image_files(const std::vector<std::string>& names, const std::string& folder) {
  std::vector<std::string> paths;
  paths.reserve(names.size());
  for (const std::string& name : names) {
    if (name.empty()) fail(Code::bad_data, "row {} names no picture; every row of a set with pictures names one", paths.size());
    paths.push_back((std::filesystem::path(folder) / name).string());
  }
  return Images(std::make_shared<ImageFiles>(std::move(paths)));
}

}  // namespace tagma
