// A piece of work done on a thread of its own while its owner is at the piece before.
//
// Threads: an Ahead belongs to one thread and has one worker, which lives as long as it does, so that the threads which the
//   work itself starts are kept from piece to piece.
// Errors: take() rethrows what the work threw. The destructor waits for the piece under way; work that may take long watches
//   a stop token of its own.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace tagma {

template <class Result>
class Ahead {
 public:
  Ahead() : worker_([this](const std::stop_token& stop) { work(stop); }) {}
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  // Returns at once. What was begun before has been taken.
  void begin(std::function<Result()> piece) {
    const std::lock_guard lock(mutex_);
    piece_ = std::move(piece);
    begun_ = true;
    changed_.notify_all();
  }

  bool begun() const { return begun_; }  // and not taken

  Result take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return result_ || error_; });
    begun_ = false;
    if (const std::exception_ptr error = std::exchange(error_, nullptr)) std::rethrow_exception(error);
    Result result = std::move(*result_);
    result_.reset();
    return result;
  }

 private:
  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return static_cast<bool>(piece_); })) {
      const std::function<Result()> piece = std::exchange(piece_, nullptr);
      lock.unlock();
      std::optional<Result> result;
      std::exception_ptr error;
      try {
        result = piece();
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      result_ = std::move(result);
      error_ = error;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::function<Result()> piece_;
  std::optional<Result> result_;
  std::exception_ptr error_;
  bool begun_ = false;  // of the owner
  std::jthread worker_;  // last: it uses all of the above
};

}  // namespace tagma
