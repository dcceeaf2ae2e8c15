// Keys with whole priorities that only fall: which key has the least, in constant time. One list of keys per priority.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tagma {

class BucketQueue {
 public:
  // priorities[key]; keys of priority 0 are not in the queue. Among equals the key that comes first in `order` is first.
  BucketQueue(const std::vector<std::int64_t>& priorities, const std::vector<std::int32_t>& order)
      : priority_(priorities), next_(priorities.size(), none), previous_(priorities.size(), none) {
    std::int64_t most = 0;
    for (std::int64_t priority : priorities) most = std::max(most, priority);
    head_.assign(static_cast<std::size_t>(most) + 1, none);
    for (std::size_t i = order.size(); i-- > 0;) link(order[i]);
  }

  // The key with the least priority, or -1 when all have fallen to 0.
  std::int32_t least() {
    while (lowest_ < head_.size() && head_[lowest_] == none) ++lowest_;
    return lowest_ < head_.size() ? head_[lowest_] : none;
  }

  void fall(std::int32_t key) {
    unlink(key);
    --priority_[static_cast<std::size_t>(key)];
    link(key);
  }

 private:
  static constexpr std::int32_t none = -1;

  void link(std::int32_t key) {
    const auto k = static_cast<std::size_t>(key);
    const auto bucket = static_cast<std::size_t>(priority_[k]);
    if (bucket == 0) return;
    previous_[k] = none;
    next_[k] = head_[bucket];
    if (next_[k] != none) previous_[static_cast<std::size_t>(next_[k])] = key;
    head_[bucket] = key;
    lowest_ = std::min(lowest_, bucket);
  }
  void unlink(std::int32_t key) {
    const auto k = static_cast<std::size_t>(key);
    if (previous_[k] == none) {
      head_[static_cast<std::size_t>(priority_[k])] = next_[k];
    } else {
      next_[static_cast<std::size_t>(previous_[k])] = next_[k];
    }
    if (next_[k] != none) previous_[static_cast<std::size_t>(next_[k])] = previous_[k];
  }

  std::vector<std::int64_t> priority_;
  std::vector<std::int32_t> next_, previous_, head_;
  std::size_t lowest_ = 1;
};

}  // namespace tagma
