// While it lives, files of this process cannot grow beyond some bytes: what a full disk does to those who write, as an errno.
#pragma once

#include <tagma/base/error.h>

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <csignal>
#include <string>

namespace tagma::test {

class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    ::rlimit tight = before_;
    tight.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &tight);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*handler_)(int);
  ::rlimit before_{};
};

// What the Error{io} of some work says; nothing where there is none.
template <class Work>
std::string io_words(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::io);
    return error.what();
  }
  return {};
}

}  // namespace tagma::test
