#include <tagma/read/place.h>

#include <tagma/base/error.h>

#include <algorithm>

namespace tagma {

void fail_at(const Place& place, std::string_view found, std::string_view allowed) {
  fail(Code::bad_data, "{}:{}:{}: found {}, allowed {}", place.file, place.line, place.column, found, allowed);
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string shown = "'";
  for (char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  return shown + (text.size() > most ? "..'" : "'");
}

void warn_of(const std::vector<BadRow>& bad, std::string_view file, const Run& run) {
  constexpr std::size_t most = 20;
  if (bad.empty()) return;
  std::string lines;
  for (std::size_t i = 0; i < std::min(bad.size(), most); ++i) lines += fmt::format("{}{}", i ? ", " : "", bad[i].line);
  if (bad.size() > most) lines += ", ..";
  run.warn(fmt::format("{}: left out {} bad row{} ({} {}); the first: {}", file, bad.size(), bad.size() == 1 ? "" : "s",
                       bad.size() == 1 ? "line" : "lines", lines, bad.front().what));
}

}  // namespace tagma
