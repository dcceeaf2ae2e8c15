#include <tagma/learn/tree_matcher.h>

#include <tagma/base/parallel.h>
#include <tagma/learn/row_values.h>
#include <tagma/model/tree.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace tagma {
namespace {

constexpr std::int64_t rows_per_block = 1024;

}  // namespace

TreeMatcher::TreeMatcher(const FeatureMatrix& x, bool unit_rows, bool sigmoid, int beam, const Run& run)
    : x_(x), unit_rows_(unit_rows), sigmoid_(sigmoid), beam_(beam), run_(run), starts_{0, x.rows()},
      rows_(static_cast<std::size_t>(x.rows())) {
  run_.stop = {};
  std::iota(rows_.begin(), rows_.end(), 0);
  if (!leads(run)) return;
  chances_.resize(rows_.size());
  place_.assign(static_cast<std::size_t>(x.columns()), -1);
  best_.emplace(x.rows(), beam);
}

TreeMatcher::TreeMatcher(const FeatureMatrix& x, const Tree& options, const LossFunction& loss, std::size_t nodes, const Run& run)
    : TreeMatcher(x, options.unit_rows, loss.reading().scale == Scale::probability,
                  static_cast<int>(std::min(static_cast<std::size_t>(options.beam), nodes)), run) {}

std::span<const std::int32_t> TreeMatcher::rows_at(std::size_t node) const {
  const auto from = static_cast<std::size_t>(starts_[node - first_]), to = static_cast<std::size_t>(starts_[node - first_ + 1]);
  return std::span(rows_).subspan(from, to - from);
}

void TreeMatcher::take(std::size_t node, std::size_t child, const PanelWeights& panel) {
  const auto width = static_cast<std::size_t>(panel.width);
  for (std::size_t i = 0; i < panel.features.size(); ++i)
    place_[static_cast<std::size_t>(panel.features[i])] = static_cast<std::int32_t>(i);
  const std::span<const std::int32_t> rows = rows_at(node);
  const float* chances = chances_.data() + starts_[node - first_];
  parallel_for(run_, static_cast<std::int64_t>(rows.size()), rows_per_block, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> outputs(width);
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      const std::int32_t row = rows[i];
      const float factor = unit_rows_ ? unit_factor(values_of(x_, row)) : 1.f;
      std::copy(panel.bias.begin(), panel.bias.end(), outputs.begin());
      each_value(x_, row, [&](std::int32_t column, float value) {
        const std::int32_t at = place_[static_cast<std::size_t>(column)];
        if (at < 0) return;
        const float* weights = panel.weights.data() + static_cast<std::size_t>(at) * width;
        for (std::size_t l = 0; l < width; ++l) outputs[l] += factor * value * weights[l];
      });
      log_chances(outputs, sigmoid_, chances[i]);
      best_->offer_all(row, outputs.data(), panel.width, [&](std::int64_t l) { return static_cast<LabelId>(child) + static_cast<LabelId>(l); });
    }
  });
  x_.release(0, x_.rows());
  for (const std::int32_t feature : panel.features) place_[static_cast<std::size_t>(feature)] = -1;
}

void TreeMatcher::go_down(std::size_t first, std::size_t last, bool leaves) {
  together(run_, [&] {
    if (tagma::leads(run_)) lead(first, last, leaves);
  });
  first_ = first;
  if (Comm* comm = ranks_of(run_)) tell(*comm);
}

void TreeMatcher::tell(Comm& comm) {
  const auto spread = [&]<class T>(std::vector<T>& values) {
    const auto whole = std::as_bytes(std::span(values));
    Bytes bytes(whole.begin(), whole.end());
    comm.broadcast(bytes);
    if (comm.rank() == 0) return;
    values.resize(bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  };
  spread(starts_);
  spread(rows_);
}

void TreeMatcher::lead(std::size_t first, std::size_t last, bool leaves) {
  std::vector<std::int64_t> starts(last - first + 1);
  const auto each = [&](auto&& f) {
    for (std::int64_t row = 0; row < x_.rows(); ++row)
      for (const Ranked& node : best_->found(row)) f(static_cast<std::size_t>(node.id) - first, row, node.value);
  };
  each([&](std::size_t node, std::int64_t, float) { ++starts[node + 1]; });
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  rows_.resize(static_cast<std::size_t>(starts.back()));
  chances_.resize(rows_.size());
  std::vector<std::int64_t> next(starts.begin(), starts.end() - 1);
  each([&](std::size_t node, std::int64_t row, float chance) {
    const auto at = static_cast<std::size_t>(next[node]++);
    rows_[at] = static_cast<std::int32_t>(row);
    chances_[at] = chance;
  });
  starts_ = std::move(starts);
  best_.reset();
  if (!leaves) best_.emplace(x_.rows(), beam_);
}

}  // namespace tagma
