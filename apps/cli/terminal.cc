#include "apps/cli/terminal.h"

#include <fmt/core.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

namespace tagma {

using std::chrono::steady_clock;

Terminal::Terminal(bool quiet) : quiet_(quiet), on_terminal_(::isatty(STDERR_FILENO) == 1) {}

Terminal::~Terminal() { clear(); }

void Terminal::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

void Terminal::log(Level level, std::string_view text) {
  if (quiet_ && level == Level::note) return;
  clear();
  fmt::print(stderr, "tagma: {}{}\n", level == Level::warning ? "warning: " : "", text);
}

void Terminal::progress(const Progress& step) {
  if (quiet_ || !on_terminal_) return;
  const auto now = steady_clock::now();
  if (step.what != job_) {
    job_ = std::string(step.what);
    start_ = now;
  }
  const bool last = step.total > 0 && step.done >= step.total;
  if (!last && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  constexpr int width = 24;
  std::string bar;
  if (step.total > 0) {
    const double share = std::min(1.0, step.done / step.total);
    const int filled = static_cast<int>(share * width);
    bar = fmt::format(" [{}{}] {:3.0f} %", std::string(static_cast<std::size_t>(filled), '#'),
                      std::string(static_cast<std::size_t>(width - filled), '.'), 100 * share);
  } else {
    bar = fmt::format(" {:.0f}", step.done);
  }
  const double seconds = std::chrono::duration<double>(now - start_).count();
  fmt::print(stderr, "\r\033[K{}{}  {:.0f} s  {}", step.what, bar, seconds, step.note);
  std::fflush(stderr);
  drawn_ = true;
}

Interrupts::Interrupts() {
  ::sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals, source = source_]() mutable {
    for (int times = 0;; ++times) {
      int number = 0;
      ::sigwait(&signals, &number);
      if (times > 0) ::_exit(130);
      source.request_stop();
    }
  }).detach();
}

}  // namespace tagma
