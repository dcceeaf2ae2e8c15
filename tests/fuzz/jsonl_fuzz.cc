#include "read_fuzz.h"

#include <tagma/read/jsonl.h>

#include <nlohmann/json.hpp>

// Whatever the reader accepts, a general JSON parser must accept line by line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tagma::FuzzInput input(data, size);
  input.options.unlisted_unknown = input.bit(3);
  if (input.bit(4)) input.options.labels = "a,b";
  if (!tagma::accepts<tagma::Jsonl>("fuzz.jsonl", input) || input.options.skip_bad_rows) return 0;
  tagma::each_line(tagma::without_mark(input.file), [](std::string_view line, std::int64_t) {
    if (line.find_first_not_of(" \t\r") != std::string_view::npos && !nlohmann::json::accept(line)) std::abort();
  });
  return 0;
}
