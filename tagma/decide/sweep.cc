#include <tagma/decide/sweep.h>

#include <tagma/decide/radix.h>

namespace tagma {
namespace {

std::vector<std::uint32_t> sorted_keys(std::span<const float> values, std::vector<std::uint32_t>& spare,
                                       const Run& run) {
  std::vector<std::uint32_t> keys(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) keys[i] = descending_key(values[i]);
  radix_sort(keys, spare, 0, run);
  return keys;
}

}  // namespace

Sweep::Sweep(std::span<const float> present, std::span<const float> absent, const Run& run) {
  std::vector<std::uint32_t> spare;
  hits_ = sorted_keys(present, spare, run);
  misses_ = sorted_keys(absent, spare, run);
}

std::uint32_t Sweep::key_below() const {
  if (miss_ == misses_.size()) return hits_[hit_];
  return hit_ == hits_.size() ? misses_[miss_] : std::min(hits_[hit_], misses_[miss_]);
}

bool Sweep::next() {
  if (at_end()) return false;
  key_ = key_below();
  while (hit_ < hits_.size() && hits_[hit_] == key_) ++hit_;
  while (miss_ < misses_.size() && misses_[miss_] == key_) ++miss_;
  return true;
}

float Sweep::score() const { return value_of_key(key_); }

float Sweep::threshold() const { return at_end() ? score() : threshold_between(score(), value_of_key(key_below())); }

}  // namespace tagma
