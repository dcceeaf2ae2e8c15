// Small helpers on text: nearest names for error messages, splitting, number parsing that says what was wrong.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// The candidate with the smallest edit distance to `word`, or "" when none is near (more than a third of its letters off).
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);

// "a, b, c"
std::string joined(std::span<const std::string_view> words, std::string_view between = ", ");

// "unknown loss 'foca'; did you mean 'focal'? Accepted: bce, focal"
std::string unknown_name(std::string_view kind, std::string_view word, std::span<const std::string_view> accepted);

std::vector<std::string_view> split(std::string_view text, char at);
std::string_view trimmed(std::string_view text);
bool ends_with_any(std::string_view text, std::span<const std::string_view> endings);

// Whole-string conversions; Error{usage} naming `what` when the text is no such number.
double to_double(std::string_view text, std::string_view what);
std::int64_t to_integer(std::string_view text, std::string_view what);
bool to_bool(std::string_view text, std::string_view what);  // true false 1 0 yes no on off

}  // namespace tagma
