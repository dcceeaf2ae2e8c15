// The one parallel loop.
//
// Work is cut into blocks whose number never depends on the number of threads; a caller that reduces keeps one partial
// result per block and merges them in order, so results are the same bytes for any thread count.
// Errors: the exception of the lowest failing block is rethrown in the calling thread after all blocks ended; a raised
// stop token ends the loop with Error{interrupted}.
#pragma once

#include <tagma/base/function_ref.h>
#include <tagma/base/run.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace tagma {

// Calls work(block) once for every block in [0, blocks), on up to run.threads threads, in no particular order.
void parallel_blocks(const Run& run, std::int64_t blocks, FunctionRef<void(std::int64_t block)> work);

// Cuts [0, count) into runs of `grain` and calls work(first, last) for each.
template <class Work>
void parallel_for(const Run& run, std::int64_t count, std::int64_t grain, Work&& work) {
  if (count <= 0) return;
  grain = std::max<std::int64_t>(grain, 1);
  parallel_blocks(run, (count - 1) / grain + 1, [&](std::int64_t block) {
    work(block * grain, std::min(count, (block + 1) * grain));
  });
}

// Like parallel_for, but work(first, last) returns a partial result; merge(whole, partial) is called in block order.
template <class Result, class Work, class Merge>
Result parallel_reduce(const Run& run, std::int64_t count, std::int64_t grain, Result start, Work&& work, Merge&& merge) {
  if (count <= 0) return start;
  grain = std::max<std::int64_t>(grain, 1);
  std::vector<Result> parts(static_cast<std::size_t>((count - 1) / grain + 1), start);
  parallel_blocks(run, static_cast<std::int64_t>(parts.size()), [&](std::int64_t block) {
    parts[static_cast<std::size_t>(block)] = work(block * grain, std::min(count, (block + 1) * grain));
  });
  for (Result& part : parts) merge(start, std::move(part));
  return start;
}

}  // namespace tagma
