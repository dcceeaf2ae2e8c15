// The person's side: standard error, progress bars, Ctrl-C.
#pragma once

#include <tagma/base/run.h>

#include <chrono>
#include <string>

namespace tagma {

// Writes log lines and, on a terminal, a progress line to standard error. Used from one thread.
class Terminal {
 public:
  explicit Terminal(bool quiet);
  ~Terminal();
  void log(Level level, std::string_view text);
  void progress(const Progress& step);
  void clear();

 private:
  bool quiet_, on_terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{}, start_{};
  std::string job_;
};

// Ctrl-C and SIGTERM raise the stop token once; the second time the program ends at once. Call before any thread starts.
class Interrupts {
 public:
  Interrupts();
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
};

}  // namespace tagma
