#include <tagma/read/name_files.h>

#include <tagma/base/file.h>
#include <tagma/read/sink.h>

namespace tagma {

std::string names_file(std::string_view path, std::string_view part) {
  const std::string stem = parts_of(path).stem;
  for (const char* packing : {"", ".gz", ".zst", ".bz2"}) {
    std::string file = fmt::format("{}.{}.txt{}", stem, part, packing);
    if (file_exists(file)) return file;
  }
  return {};
}

std::vector<std::string> read_names(const Source& source) {
  std::vector<std::string> names;
  const Text text = source.whole();
  each_line(without_mark(text.view), [&](std::string_view line, std::int64_t number) {
    if (line.empty()) fail_at({source.path(), number, 1}, "an empty line", "one name per line");
    names.emplace_back(line);
  });
  return names;
}

void write_names(const std::vector<std::string>& names, std::string_view path, std::string_view part) {
  Sink sink(fmt::format("{}.{}.txt", parts_of(path).stem, part));
  for (const std::string& name : names) {
    if (name.empty() || name.find_first_of("\r\n") != std::string::npos)
      fail(Code::bad_data, "{}: the name {} cannot be written; names are not empty and have no line ends", sink.path(),
           excerpt(name));
    sink.write(name);
    sink.write("\n");
  }
  sink.commit();
}

}  // namespace tagma
