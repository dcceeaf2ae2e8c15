#include <tagma/data/scores.h>

#include <tagma/base/checked.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tagma {

void Scores::check() const {
  if (rows < 0 || labels < 0) fail(Code::bad_data, "scores: {} rows x {} labels", rows, labels);
  const std::int64_t cells = is_shortlist() ? static_cast<std::int64_t>(ids.size()) : checked_product(rows, labels, "scores");
  const auto size_of = [](const auto& part) { return static_cast<std::int64_t>(part.size()); };
  if (size_of(values) != cells || (!spread.empty() && size_of(spread) != cells) ||
      (!presence.empty() && size_of(presence) != cells) || (cells == 0 ? !shared.empty() : size_of(shared) % cells != 0))
    fail(Code::bad_data, "scores: {} values, {} spreads, {} presence probabilities, {} shared parts for {} cells", values.size(),
         spread.size(), presence.size(), shared.size(), cells);
  if (is_shortlist() && (size_of(starts) != rows + 1 || starts.front() != 0 || starts.back() != cells ||
                         !std::is_sorted(starts.begin(), starts.end())))
    fail(Code::bad_data, "scores: the row starts of the shortlist do not fit its {} rows and {} entries", rows, cells);
  const auto at = [&](std::int64_t i) {
    const std::int64_t row = is_shortlist() ? std::upper_bound(starts.begin(), starts.end(), i) - starts.begin() - 1 : i / std::max(labels, 1);
    return std::pair(row, is_shortlist() ? ids[static_cast<std::size_t>(i)] : static_cast<LabelId>(i % std::max(labels, 1)));
  };
  for (std::int64_t i = 0; i < size_of(ids); ++i)
    if (ids[static_cast<std::size_t>(i)] < 0 || ids[static_cast<std::size_t>(i)] >= labels)
      fail(Code::bad_data, "scores: row {} names label {}, there are {} labels", at(i).first, ids[static_cast<std::size_t>(i)], labels);
  for (std::int64_t i = 0; i < cells; ++i) {
    const float value = values[static_cast<std::size_t>(i)];
    const bool bad = scale == Scale::probability ? !(value >= 0 && value <= 1) : std::isnan(value);
    if (bad)
      fail(Code::bad_data, "scores: row {}, label {}: {} is not {}", at(i).first, at(i).second, value,
           scale == Scale::probability ? "a probability (0 to 1)" : "a number");
  }
}

Scores shortlist(const Scores& dense, LabelId k) {
  Scores best;
  best.rows = dense.rows;
  best.labels = dense.labels;
  best.scale = dense.scale;
  best.order = dense.order == Order::logistic ? Order::logistic : Order::none;
  best.starts.push_back(0);
  k = std::clamp<LabelId>(k, 0, dense.labels);
  std::vector<LabelId> order(static_cast<std::size_t>(dense.labels));
  for (std::int64_t row = 0; row < dense.rows; ++row) {
    const std::span<const float> values = dense.row(row);
    std::iota(order.begin(), order.end(), LabelId{0});
    std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](LabelId a, LabelId b) {
      const float left = values[static_cast<std::size_t>(a)], right = values[static_cast<std::size_t>(b)];
      return left != right ? left > right : a < b;
    });
    for (LabelId i = 0; i < k; ++i) {
      best.ids.push_back(order[static_cast<std::size_t>(i)]);
      best.values.push_back(values[static_cast<std::size_t>(best.ids.back())]);
    }
    best.starts.push_back(static_cast<std::int64_t>(best.ids.size()));
  }
  return best;
}

Scores narrowed(const Scores& all, std::span<const LabelId> chosen) {
  Scores some;
  some.rows = all.rows;
  some.labels = static_cast<LabelId>(chosen.size());
  some.scale = all.scale;
  some.order = all.order == Order::logistic ? Order::logistic : Order::none;
  some.values.reserve(static_cast<std::size_t>(all.rows) * chosen.size());
  for (std::int64_t r = 0; r < all.rows; ++r)
    for (const LabelId label : chosen) some.values.push_back(all.row(r)[static_cast<std::size_t>(label)]);
  return some;
}

Scores shortlist_among(const Scores& narrow, std::span<const LabelId> chosen, LabelId labels, LabelId k) {
  Scores best = shortlist(narrow, k);
  best.labels = labels;
  for (LabelId& id : best.ids) id = chosen[static_cast<std::size_t>(id)];
  return best;
}

Scores trimmed(const Scores& listed, LabelId k, float floor) {
  Scores kept;
  kept.rows = listed.rows;
  kept.labels = listed.labels;
  kept.scale = listed.scale;
  kept.order = listed.order;
  kept.starts.push_back(0);
  for (std::int64_t r = 0; r < listed.rows; ++r) {
    const ShortRow row = listed.short_row(r);
    for (std::size_t i = 0; i < row.ids.size() && i < static_cast<std::size_t>(k) && row.values[i] >= floor; ++i) {
      kept.ids.push_back(row.ids[i]);
      kept.values.push_back(row.values[i]);
    }
    kept.starts.push_back(static_cast<std::int64_t>(kept.ids.size()));
  }
  return kept;
}

void append_rows(Scores& all, const Scores& more) {
  const auto offset = static_cast<std::int64_t>(all.ids.size());
  if (all.starts.empty()) all.starts.push_back(0);
  all.rows += more.rows;
  all.labels = more.labels;
  all.scale = more.scale;
  all.order = more.order;
  for (std::size_t r = 1; r < more.starts.size(); ++r) all.starts.push_back(offset + more.starts[r]);
  all.ids.insert(all.ids.end(), more.ids.begin(), more.ids.end());
  all.values.insert(all.values.end(), more.values.begin(), more.values.end());
}

void Decisions::add(std::span<const LabelId> ascending) {
  for (std::size_t i = 0; i < ascending.size(); ++i)
    if (ascending[i] < 0 || ascending[i] >= labels_ || (i > 0 && ascending[i] <= ascending[i - 1]))
      fail(Code::bad_data, "decisions of row {}: label {} is out of range (0 to {}), repeated or out of order", rows(),
           ascending[i], labels_ - 1);
  ids_.insert(ids_.end(), ascending.begin(), ascending.end());
  starts_.push_back(static_cast<std::int64_t>(ids_.size()));
}

}  // namespace tagma
