#include <tagma/split/parts.h>

#include <tagma/base/error.h>
#include <tagma/base/text.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tagma {
namespace {

bool fits_file_name(std::string_view name) {
  const auto fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  };
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), fine);
}

}  // namespace

void check_parts(std::span<const Part> parts) {
  if (parts.empty()) fail(Code::usage, "no parts to split into; name some, for example train=0.8,test=0.2");
  double sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    if (!fits_file_name(part.name))
      fail(Code::usage, "part {}: '{}' is no fit name; use letters, digits, _ - .", i + 1, part.name);
    for (std::size_t j = 0; j < i; ++j)
      if (parts[j].name == part.name) fail(Code::usage, "part '{}' is named twice; names must differ", part.name);
    if (!(part.share > 0 && part.share <= 1))
      fail(Code::usage, "part '{}': share {} is out of range; allowed: greater than 0, at most 1", part.name, part.share);
    sum += part.share;
  }
  if (!(std::abs(sum - 1) <= 1e-6))
    fail(Code::usage, "the shares of the parts sum to {:.6g}; they must sum to 1, for example train=0.8,test=0.2", sum);
}

std::vector<Part> parse_parts(std::string_view text) {
  std::vector<Part> parts;
  for (std::string_view item : split(text, ',')) {
    const std::size_t at = item.find('=');
    if (at == std::string_view::npos)
      fail(Code::usage, "part '{}' has no share; write name=share, for example train=0.8,test=0.2", trimmed(item));
    const std::string name(trimmed(item.substr(0, at)));
    parts.push_back({name, to_double(trimmed(item.substr(at + 1)), "share of part '" + name + "'")});
  }
  check_parts(parts);
  return parts;
}

std::vector<std::int64_t> part_sizes(std::int64_t rows, std::span<const Part> parts) {
  double sum = 0;
  for (const Part& part : parts) sum += part.share;
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> remainders;  // in millionths of a row: 0.7 x 10 must count as 7, not as 6.999...
  std::int64_t given = 0;
  for (const Part& part : parts) {
    const double exact = part.share / sum * static_cast<double>(rows);
    const double whole = std::floor(exact + 1e-6);
    sizes.push_back(static_cast<std::int64_t>(whole));
    remainders.push_back(static_cast<std::int64_t>((exact - whole) * 1e6 + 0.5));
    given += sizes.back();
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; given < rows; i = (i + 1) % order.size(), ++given) ++sizes[order[i]];
  return sizes;
}

}  // namespace tagma
