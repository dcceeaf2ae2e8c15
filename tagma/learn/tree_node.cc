#include <tagma/learn/tree_node.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tagma {
namespace {

using Rows = std::vector<std::int32_t>;

// Rows where some of the labels is present (or an exception), ascending, each once.
template <class RowsOf>
Rows united(std::span<const LabelId> labels, RowsOf&& rows_of) {
  Rows rows;
  for (const LabelId label : labels) {
    const auto some = rows_of(label);
    rows.insert(rows.end(), some.begin(), some.end());
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

// The places in `all` of those of its rows that are in `some`; both ascend.
Rows places(const Rows& some, const Rows& all) {
  Rows at;
  std::size_t i = 0;
  for (const std::int32_t row : some) {
    while (i < all.size() && all[i] < row) ++i;
    if (i < all.size() && all[i] == row) at.push_back(static_cast<std::int32_t>(i));
  }
  return at;
}

}  // namespace

PanelWeights learn_node(const NodeTask& task, std::span<const std::span<const LabelId>> children, std::span<const std::int32_t> wanted,
                        std::span<const LaneWeights> centre, const Rng& rng, const std::stop_token& stop,
                        std::span<const std::int32_t> also) {
  const auto present_rows = [&](LabelId label) { return task.truth.present(label); };
  Rows rows(also.begin(), also.end());
  for (const auto labels : children) {
    const Rows some = united(labels, present_rows);
    rows.insert(rows.end(), some.begin(), some.end());
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  const std::size_t count = wanted.empty() ? children.size() : wanted.size();
  std::vector<Rows> present(count), exceptions(count);
  std::vector<PanelLane> lanes(count);
  for (std::size_t c = 0; c < count; ++c) {
    const auto labels = children[wanted.empty() ? c : static_cast<std::size_t>(wanted[c])];
    const Rows own = united(labels, present_rows);
    const Rows unknown = united(labels, [&](LabelId label) { return task.truth.exceptions(label); });
    Rows only;
    std::set_difference(unknown.begin(), unknown.end(), own.begin(), own.end(), std::back_inserter(only));
    exceptions[c] = places(only, rows);
    present[c] = places(own, rows);
    lanes[c] = {present[c], exceptions[c], 1, 1};
  }
  const PanelProblem problem(task.train.features, std::move(rows), task.train.weights, task.train.labels.rest(), task.loss, task.options);
  return problem.solve_chunk(lanes, rng, stop, centre);
}

}  // namespace tagma
