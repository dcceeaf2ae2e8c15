#include <tagma/comm/threads.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace tagma {
namespace {

struct RankLost {};  // thrown on ranks that wait for one that failed

class Mail {
 public:
  explicit Mail(int ranks) : ranks_(static_cast<std::size_t>(ranks)), boxes_(ranks_ * ranks_) {}

  void put(int from, int to, Bytes bytes) {
    const std::lock_guard lock(mutex_);
    box(from, to).push_back(std::move(bytes));
    arrived_.notify_all();
  }
  Bytes take(int from, int to) {
    std::unique_lock lock(mutex_);
    std::deque<Bytes>& waiting = box(from, to);
    arrived_.wait(lock, [&] { return lost_ || !waiting.empty(); });
    if (waiting.empty()) throw RankLost{};
    Bytes bytes = std::move(waiting.front());
    waiting.pop_front();
    return bytes;
  }
  void lose() {
    const std::lock_guard lock(mutex_);
    lost_ = true;
    arrived_.notify_all();
  }

 private:
  std::deque<Bytes>& box(int from, int to) { return boxes_[static_cast<std::size_t>(from) * ranks_ + static_cast<std::size_t>(to)]; }

  std::size_t ranks_;
  std::vector<std::deque<Bytes>> boxes_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  bool lost_ = false;
};

class ThreadRank final : public Comm {
 public:
  ThreadRank(Mail& mail, int rank, int size) : mail_(mail), rank_(rank), size_(size) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }

 private:
  void move_out(int to, std::span<const std::byte> bytes) override { mail_.put(rank_, to, Bytes(bytes.begin(), bytes.end())); }
  Bytes move_in(int from) override { return mail_.take(from, rank_); }

  Mail& mail_;
  int rank_, size_;
};

}  // namespace

void run_ranks(int ranks, FunctionRef<void(Comm&)> body) {
  if (ranks < 1) fail(Code::usage, "{} ranks; at least 1", ranks);
  Mail mail(ranks);
  std::vector<std::exception_ptr> faults(static_cast<std::size_t>(ranks));
  {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < ranks; ++rank)
      threads.emplace_back([&, rank] {
        ThreadRank comm(mail, rank, ranks);
        try {
          body(comm);
        } catch (const RankLost&) {
          mail.lose();
        } catch (...) {
          faults[static_cast<std::size_t>(rank)] = std::current_exception();
          mail.lose();
        }
      });
  }
  for (const std::exception_ptr& fault : faults)
    if (fault) std::rethrow_exception(fault);
}

}  // namespace tagma
