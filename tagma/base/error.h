// The one exception type of the library.
//
// The text says what was found, where (file, line, column, row, label), what is allowed and what to do; the code says of
// which kind the fault is. Shells map the code once: to an exit status, an HTTP status, a Python class.
// Threads: an Error is a value.
#pragma once

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace tagma {

enum class Code {
  usage,        // the caller asked for something that does not exist or does not fit: exit status 2
  bad_data,     // a data file or array breaks its format: 3
  bad_model,    // a model file is damaged, foreign or of another version: 4
  not_built,    // possible in principle, not in this build; the text names the option that enables it: 5
  io,           // the system could not read or write: 6
  interrupted,  // the stop token was raised: 130
};

class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& what) : std::runtime_error(what), code_(code) {}
  Code code() const noexcept { return code_; }

 private:
  Code code_;
};

// fail(Code::usage, "{} labels, at most {}", found, most) throws Error with the formatted text.
template <class... Args>
[[noreturn]] void fail(Code code, fmt::format_string<Args...> text, Args&&... args) {
  throw Error(code, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace tagma
