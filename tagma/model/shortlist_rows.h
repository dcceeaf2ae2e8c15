// Shortlists under way: the rows of one block, joined in order at the end.
#pragma once

#include <tagma/data/scores.h>
#include <tagma/model/best_rows.h>

#include <span>
#include <vector>

namespace tagma {

struct ShortlistRows {
  std::vector<std::int64_t> ends;
  std::vector<LabelId> ids;
  std::vector<float> values;

  void add(std::span<const Ranked> row) {
    for (const Ranked& entry : row) {
      ids.push_back(entry.id);
      values.push_back(entry.value);
    }
    ends.push_back(static_cast<std::int64_t>(ids.size()));
  }
};

inline Scores joined(std::span<const ShortlistRows> parts, LabelId labels, Scale scale, Order order) {
  Scores all;
  all.labels = labels;
  all.scale = scale;
  all.order = order == Order::logistic ? Order::logistic : Order::none;  // as of shortlist()
  all.starts.push_back(0);
  for (const ShortlistRows& part : parts) {
    const auto offset = static_cast<std::int64_t>(all.ids.size());
    for (const std::int64_t end : part.ends) all.starts.push_back(offset + end);
    all.ids.insert(all.ids.end(), part.ids.begin(), part.ids.end());
    all.values.insert(all.values.end(), part.values.begin(), part.values.end());
  }
  all.rows = static_cast<std::int64_t>(all.starts.size()) - 1;
  return all;
}

}  // namespace tagma
