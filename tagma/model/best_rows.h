// The best k of what is offered to each of many rows, in memory of rows x k.
//
// Ties: of equal values the smaller id is better.
// Threads: rows may be used by different threads.
#pragma once

#include <tagma/base/words.h>
#include <tagma/math/tile_rows.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tagma {

struct Ranked {
  float value;
  LabelId id;
};
struct RanksAbove {
  constexpr bool operator()(const Ranked& a, const Ranked& b) const {
    return a.value != b.value ? a.value > b.value : a.id < b.id;
  }
};
inline constexpr RanksAbove better;

class BestRows {
 public:
  BestRows(std::int64_t rows, std::int64_t k)
      : k_(static_cast<std::size_t>(k)), heaps_(static_cast<std::size_t>(rows) * k_), counts_(static_cast<std::size_t>(rows)),
        floors_(static_cast<std::size_t>(rows), -std::numeric_limits<float>::infinity()) {}

  // Values below it are not among the best.
  float floor(std::int64_t row) const { return floors_[static_cast<std::size_t>(row)]; }

  void offer(std::int64_t row, float value, LabelId id) {
    const auto r = static_cast<std::size_t>(row);
    Ranked* heap = heaps_.data() + r * k_;  // the worst of the best on top
    const Ranked entry{value, id};
    if (counts_[r] < k_) {
      heap[counts_[r]++] = entry;
      std::push_heap(heap, heap + counts_[r], better);
      if (counts_[r] == k_) floors_[r] = heap[0].value;
    } else if (better(entry, heap[0])) {
      replace_top(heap, entry);
      floors_[r] = heap[0].value;
    }
  }

  // Offers value[i] with the id id_of(i), for i in [0, count).
  template <class IdOf>
  void offer_all(std::int64_t row, const float* values, std::int64_t count, IdOf&& id_of) {
    if (!math::any_at_least(values, count, floor(row))) return;
    for (std::int64_t i = 0; i < count; ++i)
      if (values[i] >= floor(row)) offer(row, values[i], id_of(i));
  }

  // The best of a row in no particular order.
  std::span<const Ranked> found(std::int64_t row) const {
    const auto r = static_cast<std::size_t>(row);
    return {heaps_.data() + r * k_, counts_[r]};
  }
  // The best of a row, best first. No more may be offered to it then.
  std::span<Ranked> sorted(std::int64_t row) {
    const auto r = static_cast<std::size_t>(row);
    Ranked* heap = heaps_.data() + r * k_;
    std::sort(heap, heap + counts_[r], better);
    return {heap, counts_[r]};
  }

 private:
  // Puts an entry in the place of the top and lets it sink below all that are worse.
  void replace_top(Ranked* heap, const Ranked& entry) const {
    std::size_t hole = 0;
    for (std::size_t child = 1; child < k_; child = 2 * hole + 1) {
      if (child + 1 < k_ && better(heap[child], heap[child + 1])) ++child;
      if (!better(entry, heap[child])) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = entry;
  }

  std::size_t k_;
  std::vector<Ranked> heaps_;
  std::vector<std::size_t> counts_;
  std::vector<float> floors_;
};

}  // namespace tagma
