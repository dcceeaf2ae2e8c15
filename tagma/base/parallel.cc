#include <tagma/base/parallel.h>

#include <atomic>
#include <exception>
#include <limits>
#include <mutex>

#ifdef _OPENMP
#include <omp.h>
#else
#include <thread>
#endif

namespace tagma {
namespace {

// Keeps the exception of the lowest block, so that the same input gives the same message for any number of threads.
class FirstError {
 public:
  void keep(std::int64_t block) {
    std::lock_guard lock(mutex_);
    if (block < block_) {
      block_ = block;
      error_ = std::current_exception();
    }
  }
  bool passed(std::int64_t block) const { return block > block_.load(std::memory_order_relaxed); }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::mutex mutex_;
  std::atomic<std::int64_t> block_{std::numeric_limits<std::int64_t>::max()};
  std::exception_ptr error_;
};

}  // namespace

void parallel_blocks(const Run& run, std::int64_t blocks, FunctionRef<void(std::int64_t)> work) {
  std::atomic<std::int64_t> next{0};
  FirstError error;
  const auto worker = [&] {
    for (std::int64_t block; (block = next.fetch_add(1, std::memory_order_relaxed)) < blocks;) {
      if (error.passed(block) || run.stop.stop_requested()) continue;
      try {
        work(block);
      } catch (...) {
        error.keep(block);
      }
    }
  };
  const int threads = static_cast<int>(std::min<std::int64_t>(std::max(run.threads, 1), blocks));
  if (threads <= 1) {
    worker();
  } else {
#ifdef _OPENMP
#pragma omp parallel num_threads(threads)
    worker();
#else
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(worker);
    worker();
#endif
  }
  error.rethrow();
  run.check_stop();
}

}  // namespace tagma
