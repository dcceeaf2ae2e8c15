#include <tagma/model/linear.h>

#include <tagma/base/parallel.h>
#include <tagma/math/panel.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t rows_per_linear_block = 128;

struct OwnedLinear {
  std::vector<float> bias, dense;
  std::vector<std::int64_t> starts;
  std::vector<std::int32_t> outputs;
  std::vector<float> values;
};

void make_sparse(OwnedLinear& owned) {
  const std::size_t outputs = owned.bias.size();
  owned.starts.push_back(0);
  for (std::size_t i = 0; i < owned.dense.size(); ++i) {
    if (owned.dense[i] != 0) {
      owned.outputs.push_back(static_cast<std::int32_t>(i % outputs));
      owned.values.push_back(owned.dense[i]);
    }
    if ((i + 1) % outputs == 0) owned.starts.push_back(static_cast<std::int64_t>(owned.values.size()));
  }
  owned.dense = {};
}

}  // namespace

LinearModel::LinearModel(std::vector<float> weights, std::vector<float> bias, LabelId labels,
                         std::shared_ptr<const LossFunction> loss)
    : labels_(labels), loss_(std::move(loss)) {
  const std::int64_t width = loss_->outputs(labels);
  if (labels <= 0 || static_cast<std::int64_t>(bias.size()) != width || weights.size() % bias.size() != 0)
    fail(Code::usage, "linear model: {} weights and {} biases for {} labels with loss {}", weights.size(), bias.size(), labels,
         loss_->name());
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(weights.begin(), weights.end(), finite) || !std::all_of(bias.begin(), bias.end(), finite))
    fail(Code::usage, "linear model: a weight is not finite");
  features_ = static_cast<std::int64_t>(weights.size() / bias.size());
  const auto nonzeros = std::count_if(weights.begin(), weights.end(), [](float value) { return value != 0; });
  sparse_ = few_weights(nonzeros, static_cast<std::int64_t>(weights.size()));
  auto owned = std::make_shared<OwnedLinear>();
  owned->bias = std::move(bias);
  owned->dense = std::move(weights);
  if (sparse_) make_sparse(*owned);
  bias_ = owned->bias;
  dense_ = owned->dense;
  few_ = {owned->starts, owned->outputs, owned->values};
  owner_ = std::move(owned);
}

std::vector<float> LinearModel::dense_weights() const {
  if (!sparse_) return {dense_.begin(), dense_.end()};
  const auto width = static_cast<std::size_t>(outputs());
  std::vector<float> weights(static_cast<std::size_t>(features_) * width);
  for (std::size_t f = 0; f < static_cast<std::size_t>(features_); ++f)
    for (auto k = static_cast<std::size_t>(few_.starts[f]); k < static_cast<std::size_t>(few_.starts[f + 1]); ++k)
      weights[f * width + static_cast<std::size_t>(few_.outputs[k])] = few_.values[k];
  return weights;
}

void LinearModel::check_features(const FeatureMatrix& x, std::int64_t first, std::int64_t last) const {
  if (x.columns() > features_)
    fail(Code::usage, "{} feature columns, the model knows {}; align the data with the model first", x.columns(), features_);
  if (first < 0 || last < first || last > x.rows())
    fail(Code::usage, "rows {} to {} of {} feature rows", first, last, x.rows());
}

void LinearModel::add_sparse(const FeatureMatrix& x, std::int64_t row, float* out) const {
  const auto add = [&](std::int64_t feature, float value) {
    const auto f = static_cast<std::size_t>(feature);
    for (auto k = static_cast<std::size_t>(few_.starts[f]); k < static_cast<std::size_t>(few_.starts[f + 1]); ++k)
      out[few_.outputs[k]] += value * few_.values[k];
  };
  if (x.sparse()) {
    const CsrView& view = x.csr_view();
    const auto r = static_cast<std::size_t>(row);
    for (auto k = static_cast<std::size_t>(view.starts[r]); k < static_cast<std::size_t>(view.starts[r + 1]); ++k)
      add(view.columns_of[k], view.values[k]);
  } else {
    const std::span<const float> values = x.dense_view().row(row);
    for (std::size_t f = 0; f < values.size(); ++f) add(static_cast<std::int64_t>(f), values[f]);
  }
}

void LinearModel::outputs_of(const FeatureMatrix& x, std::int64_t first, std::int64_t last, float* out, const Run& run) const {
  check_features(x, first, last);
  const std::int64_t width = outputs();
  parallel_for(run, last - first, rows_per_linear_block, [&](std::int64_t from, std::int64_t to) {
    float* block = out + from * width;
    if (sparse_) {
      for (std::int64_t r = from; r < to; ++r) {
        std::copy(bias_.begin(), bias_.end(), out + r * width);
        add_sparse(x, first + r, out + r * width);
      }
      return;
    }
    const math::Panel panel{dense_.data(), bias_.data(), block, width, width};
    if (x.sparse()) {
      const CsrView& view = x.csr_view();
      math::times_panel(math::SparseRows{view.starts.data(), view.columns_of.data(), view.values.data()}, first + from, first + to,
                        panel);
    } else {
      const DenseView& view = x.dense_view();
      math::times_panel(math::DenseRows{view.values, view.columns, view.stride}, first + from, first + to, panel);
    }
  });
}

Scores LinearModel::score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const {
  check_features(x, first, last);
  std::vector<float> all(static_cast<std::size_t>((last - first) * outputs()));
  outputs_of(x, first, last, all.data(), run);
  return loss_->read(all.data(), last - first, labels_, run);
}

}  // namespace tagma
