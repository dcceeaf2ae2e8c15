#include <tagma/report/table.h>

#include <tagma/report/escape.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace tagma {
namespace {

struct Range {
  std::uint32_t first, last;
};
constexpr std::array<Range, 8> no_width{{{0x300, 0x36F}, {0x483, 0x489}, {0x591, 0x5BD}, {0x610, 0x61A}, {0x64B, 0x65F},
                                         {0x200B, 0x200F}, {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 9> two_wide{{{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};

bool within(std::uint32_t letter, const auto& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](Range r) { return letter >= r.first && letter <= r.last; });
}

std::uint32_t code_point(std::string_view letter) {
  constexpr std::array<std::uint32_t, 5> lead_bits{0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t point = static_cast<unsigned char>(letter[0]) & lead_bits[letter.size()];
  for (char next : letter.substr(1)) point = point << 6 | (static_cast<unsigned char>(next) & 0x3F);
  return point;
}

struct Letter {
  std::string_view bytes;
  std::size_t width;
};

// Takes the first character off `text`.
Letter taken(std::string_view& text) {
  const std::size_t valid = utf8_length(text);
  const Letter letter{text.substr(0, std::max<std::size_t>(valid, 1)), 1};
  text.remove_prefix(letter.bytes.size());
  if (valid == 0) return letter;
  const std::uint32_t point = code_point(letter.bytes);
  return {letter.bytes, within(point, no_width) ? 0u : within(point, two_wide) ? 2u : 1u};
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += taken(text).width;
  return width;
}

std::string clipped(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string out;
  for (std::size_t used = 0;;) {
    const Letter letter = taken(text);
    used += letter.width;
    if (used + 1 > width) return out + "…";
    out += letter.bytes;
  }
}

TextTable::TextTable(std::vector<std::string> header, Align others) : others_(others), has_header_(!header.empty()) {
  if (has_header_) add(std::move(header));
}

void TextTable::add(std::vector<std::string> cells) { lines_.push_back({std::move(cells), false}); }
void TextTable::section(std::string title) { lines_.push_back({{std::move(title)}, true}); }

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const Line& line : lines_) {
    if (line.is_section) continue;
    widths.resize(std::max(widths.size(), line.cells.size()));
    for (std::size_t i = 0; i < line.cells.size(); ++i) widths[i] = std::max(widths[i], display_width(line.cells[i]));
  }
  std::string out;
  for (std::size_t l = 0; l < lines_.size(); ++l) {
    const auto& [cells, is_section] = lines_[l];
    if (is_section) {
      out += (l > 0 ? "\n" : "") + cells.front() + "\n";
      continue;
    }
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string blanks(widths[i] - display_width(cells[i]), ' ');
      if (i > 0) line += "  ";
      line += i > 0 && others_ == Align::right ? blanks + cells[i] : cells[i] + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace tagma
