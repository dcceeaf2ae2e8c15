// Where in a text file something is wrong, and how that is said: "FILE:LINE:COLUMN: found .., allowed ..".
//
// Units: lines and columns count from 1; columns are bytes.
#pragma once

#include <tagma/base/run.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

struct Place {
  std::string_view file;
  std::int64_t line = 0, column = 0;
};

// Throws Error{bad_data} "FILE:LINE:COLUMN: found <found>, allowed <allowed>".
[[noreturn]] void fail_at(const Place& place, std::string_view found, std::string_view allowed);

// The text between quotes, at most 40 bytes of it, bytes that cannot be printed as \xNN: for `found` above.
std::string excerpt(std::string_view text);

// Rows left out because of ReadOptions::skip_bad_rows.
struct BadRow {
  std::int64_t line = 0;
  std::string what;  // the message of the error
};

// Logs one warning that says how many rows were left out, in which lines, and what was wrong with the first of them.
void warn_of(const std::vector<BadRow>& bad, std::string_view file, const Run& run);

}  // namespace tagma
