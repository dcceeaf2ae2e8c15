#include <tagma/read/read.h>

#include <tagma/read/catalog.h>

#include <algorithm>
#include <filesystem>

namespace tagma {
namespace {

std::string all_endings() {
  std::string list;
  Formats::each([&]<class F>(std::type_identity<F>) {
    static_assert(Format<F>);
    for (std::string_view ending : F::endings) list += fmt::format("{}.{}", list.empty() ? "" : " ", ending);
  });
  return list;
}

// The name of the format of `path`: as the options say, else by its ending. X.npy+Y.npy goes by its last part.
std::string_view format_of(const std::string& path, const ReadOptions& options) {
  if (!options.format.empty()) return options.format;
  const std::string ending = parts_of(path).ending;
  std::string_view found;
  Formats::each([&]<class F>(std::type_identity<F>) {
    if (std::find(F::endings.begin(), F::endings.end(), ending) != F::endings.end()) found = F::name;
  });
  if (found.empty()) {
    std::error_code none;
    if (std::filesystem::is_directory(path, none)) fail(Code::io, "{}: a folder; name a file in it", path);
    fail(Code::usage, "{}: no format has {}; allowed: {} (and .gz .zst .bz2 behind them), or name the format: {}", path,
         ending.empty() ? "a name without ending" : fmt::format("the ending '.{}'", ending), all_endings(),
         joined(Formats::names));
  }
  return found;
}

// Whether a file begins as fastText's do; false when it cannot be read, which is then said by its reader.
bool begins_with_label(const std::string& path) {
  char start[Fasttext::prefix.size()] = {};
  try {
    return Source(path).open()->read(start, sizeof start) == sizeof start && std::string_view(start, sizeof start) == Fasttext::prefix;
  } catch (const Error&) {
    return false;
  }
}

// As format_of(), but many files of fastText are called .txt, as those of svmlight are; their first line tells.
std::string_view format_of_file(const std::string& path, const ReadOptions& options) {
  const std::string_view found = format_of(path, options);
  return options.format.empty() && parts_of(path).ending == "txt" && begins_with_label(path) ? Fasttext::name : found;
}

template <class F>
auto with_format(const std::string& path, const ReadOptions& options, F&& f) {
  return Formats::visit("format", format_of(path, options), std::forward<F>(f));
}

// Refuses settings that the format does not know, rather than to leave them without effect.
template <class F>
void check_options(const std::string& path, const ReadOptions& options) {
  const Settings standard = settings_of(ReadOptions{});
  for (const auto& [key, value] : settings_of(options)) {
    const bool known = key == "format" || std::find(F::options.begin(), F::options.end(), key) != F::options.end();
    if (!known && value != *standard.find(key))
      fail(Code::usage, "{}: the format {} has no option '{}'; it takes: {}", path, F::name, key,
           F::options.empty() ? "none" : joined(F::options));
  }
}

}  // namespace

Dataset read_dataset(const std::string& path, const ReadOptions& options, const Run& run) {
  Dataset data;
  Formats::visit("format", format_of_file(path, options), [&]<class F>(std::type_identity<F>) {
    check_options<F>(path, options);
    data = F::read(Source(path), options, run);
    return true;
  });
  try {
    data.check();
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", path, error.what()));
  }
  return data;
}

void write_dataset(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run) {
  with_format(path, options, [&]<class F>(std::type_identity<F>) {
    F::write(data, path, options, run);
    return true;
  });
}

std::vector<std::string> lost_in(const Dataset& data, const std::string& path, const ReadOptions& options) {
  return with_format(path, options, [&]<class F>(std::type_identity<F>) { return F::lost(data); });
}

std::vector<Entry> reader_entries() {
  std::vector<Entry> entries;
  const std::vector<FieldInfo> all = describe<ReadOptions>();
  Formats::each([&]<class F>(std::type_identity<F>) {
    Entry entry{std::string(F::name), fmt::format("{} (.{})", F::says, joined(F::endings, " .")), {}};
    for (std::string_view option : F::options)
      for (const FieldInfo& info : all)
        if (info.name == option) entry.fields.push_back(info);
    entries.push_back(std::move(entry));
  });
  return entries;
}

}  // namespace tagma
