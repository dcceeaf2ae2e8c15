#include <tagma/run/pictures.h>

#include <tagma/base/file.h>
#include <tagma/base/parallel.h>
#include <tagma/image/encode.h>
#include <tagma/image/feed.h>
#include <tagma/image/files.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace tagma {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t looked_at = 256;
constexpr std::size_t named_faults = 5;

fs::path folder_of(const std::string& path) { return fs::absolute(fs::path(path)).parent_path().lexically_normal(); }

std::string sizes_text(const std::set<std::pair<int, int>>& sizes) {  // of (width, height)
  const auto text = [](std::pair<int, int> size) { return fmt::format("{} x {}", size.first, size.second); };
  if (sizes.size() == 1) return text(*sizes.begin());
  return fmt::format("{} sizes from {} to {}", sizes.size(), text(*sizes.begin()), text(*sizes.rbegin()));
}

}  // namespace

void open_pictures(Dataset& data, const std::string& path) {
  if (data.images.empty()) return;
  data.pictures = image_files(data.images, fs::path(path).parent_path().string());
}

void open_pictures(Dataset& data, const std::string& path, const ReadOptions& options, const Run& run) {
  open_pictures(data, path);
  if (!options.skip_bad_rows || data.pictures.empty()) return;
  std::vector<std::string> faults;
  const std::vector<std::int64_t> good = readable(data.pictures, run, faults);
  if (faults.empty()) return;
  std::string some;
  for (std::size_t f = 0; f < std::min(faults.size(), named_faults); ++f) some += (f > 0 ? "; " : "") + faults[f];
  run.warn(fmt::format("{}: {} of {} rows are left out, whose pictures cannot be read: {}{}", path, faults.size(), data.rows(), some,
                       faults.size() > named_faults ? "; .." : ""));
  data = data.select(good);
}

std::vector<std::string> moved_names(const std::vector<std::string>& names, const std::string& from, const std::string& to) {
  const fs::path old_folder = folder_of(from), new_folder = folder_of(to);
  if (old_folder == new_folder) return names;
  std::vector<std::string> moved;
  moved.reserve(names.size());
  for (const std::string& name : names) {
    const bool stays = name.empty() || fs::path(name).is_absolute();
    moved.push_back(stays ? name : (old_folder / name).lexically_normal().lexically_relative(new_folder).string());
  }
  return moved;
}

void tell_pictures(const Dataset& data, Answer& answer, const Run& run) {
  const std::int64_t rows = data.pictures.rows(), some = std::min(rows, looked_at);
  if (rows == 0) return;
  struct Look {
    std::pair<int, int> size;
    int channels = 0;
    std::string fault;
  };
  std::vector<Look> looks(static_cast<std::size_t>(some));
  parallel_for(run, some, 4, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) try {
        const Image image = data.pictures.read(i * rows / some);
        looks[static_cast<std::size_t>(i)] = {{image.width, image.height}, image.channels, {}};
      } catch (const Error& error) {
        looks[static_cast<std::size_t>(i)].fault = error.what();
      }
  });
  std::set<std::pair<int, int>> sizes;
  std::vector<std::string> faults;
  std::int64_t grey = 0;
  for (const Look& look : looks) {
    if (!look.fault.empty()) faults.push_back(look.fault);
    else sizes.insert(look.size), grey += look.channels == 1;
  }
  const auto good = some - static_cast<std::int64_t>(faults.size());
  answer.json["pictures"] = {{"count", rows}, {"looked_at", some}, {"grey", grey}, {"colour", good - grey},
                             {"sizes", sizes}, {"unreadable", faults}};
  answer.text += fmt::format("pictures: {}; {} looked at\n", rows, some);
  if (good > 0) answer.text += fmt::format("  {}; {} grey, {} colour\n", sizes_text(sizes), grey, good - grey);
  if (faults.empty()) return;
  answer.text += fmt::format("  unreadable: {}\n", faults.size());
  for (std::size_t i = 0; i < std::min(faults.size(), named_faults); ++i) answer.text += "    " + faults[i] + "\n";
}

std::vector<std::string> write_pictures(const Images& pictures, const std::string& folder, const std::string& name, const Run& run) {
  std::vector<std::string> names;
  const std::size_t digits = std::max<std::size_t>(6, std::to_string(pictures.rows()).size());
  for (std::int64_t row = 0; row < pictures.rows(); ++row) names.push_back(fmt::format("{}/{:0{}}.png", name, row, digits));
  make_folder(folder + "/" + name);
  parallel_for(run, pictures.rows(), 16, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
      OutputFile file(folder + "/" + names[static_cast<std::size_t>(row)]);
      file.write(png_of(pictures.read(row)));
      file.commit();
    }
  });
  return names;
}

}  // namespace tagma
