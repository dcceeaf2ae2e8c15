// Sizes of memory as people write them, and words for memory that ran out.
//
// Units: K, M, G, T are powers of 1024; without a letter, bytes.
// Errors: parse_memory throws Error{usage}; told() turns std::bad_alloc into Error{io} that says what was being done.
#pragma once

#include <tagma/base/error.h>
#include <tagma/base/run.h>

#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace tagma {

// "4G", "512M", "1.5G", "1048576"; `what` stands in messages. At least 1M: less holds no program.
std::int64_t parse_memory(std::string_view text, std::string_view what);

// "812M", rounded up, so that it may be given as a limit.
std::string memory_text(std::int64_t bytes);

// "out of memory while DOING (--memory 512M); ADVICE"
[[noreturn]] void fail_out_of_memory(std::string_view doing, std::string_view advice, const Run& run);

// work(), whose running out of memory becomes an error with words.
template <class Work>
decltype(auto) told(std::string_view doing, std::string_view advice, const Run& run, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::bad_alloc&) {
    fail_out_of_memory(doing, advice, run);
  }
}

}  // namespace tagma
