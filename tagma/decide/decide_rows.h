// Decides row by row on many threads: blocks of rows, put together in order.
#pragma once

#include <tagma/base/parallel.h>
#include <tagma/data/scores.h>

#include <span>
#include <vector>

namespace tagma {

// make() gives a worker (with working space of its own) per block; worker(row, out) appends the ascending ids of a row.
template <class Make>
Decisions decide_rows(const Scores& scores, const Run& run, Make&& make, std::int64_t grain = 1024) {
  struct Part {
    std::vector<LabelId> ids;
    std::vector<std::size_t> ends;
  };
  std::vector<Part> parts(static_cast<std::size_t>((scores.rows + grain - 1) / grain));
  parallel_for(run, scores.rows, grain, [&](std::int64_t first, std::int64_t last) {
    Part& part = parts[static_cast<std::size_t>(first / grain)];
    auto worker = make();
    for (std::int64_t row = first; row < last; ++row) {
      worker(row, part.ids);
      part.ends.push_back(part.ids.size());
    }
  });
  Decisions decisions(scores.labels);
  for (const Part& part : parts) {
    std::size_t start = 0;
    for (std::size_t end : part.ends) {
      decisions.add(std::span(part.ids).subspan(start, end - start));
      start = end;
    }
  }
  return decisions;
}

}  // namespace tagma
