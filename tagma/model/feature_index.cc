#include <tagma/model/feature_index.h>

#include <tagma/math/tile_rows.h>
#include <tagma/model/chunk_view.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::int64_t dense_share = 12;

template <WeightPrecision p>
struct Stored {
  using type = float;
};
template <>
struct Stored<WeightPrecision::int8> {
  using type = std::int8_t;
};

}  // namespace

FeatureIndex::FeatureIndex(const WeightChunks& chunks) : chunks_(chunks), width_((chunks.outputs() + 63) / 64 * 64) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(chunks.features()));
  count(counts);
  place(counts);
  if (chunks.precision() == WeightPrecision::fp32) fill<WeightPrecision::fp32>();
  else if (chunks.precision() == WeightPrecision::bf16) fill<WeightPrecision::bf16>();
  else fill<WeightPrecision::int8>();
}

void FeatureIndex::count(std::vector<std::int64_t>& counts) const {
  for (std::int64_t c = 0; c < chunks_.chunks(); ++c) {
    const ChunkView view = chunks_.view(c);
    std::uint32_t entry = 0;
    view.each_row([&](std::int32_t feature, std::uint32_t row) {
      const std::uint32_t next = view.each_lane(row, entry, [](int, std::uint32_t) {});
      counts[static_cast<std::size_t>(feature)] += next - entry;
      entry = next;
    });
  }
}

void FeatureIndex::place(const std::vector<std::int64_t>& counts) {
  const bool bytes = chunks_.precision() == WeightPrecision::int8;
  std::int32_t dense = 0;
  dense_row_.resize(counts.size());
  starts_.assign(counts.size() + 1, 0);
  for (std::size_t f = 0; f < counts.size(); ++f) {
    const bool is_dense = bytes && counts[f] * dense_share >= chunks_.outputs();
    if (is_dense) dense_row_[f] = ++dense;
    starts_[f + 1] = starts_[f] + (is_dense ? 0 : counts[f]);
  }
  dense_.resize((static_cast<std::size_t>(dense) + 1) * static_cast<std::size_t>(width_));
  outputs_.resize(static_cast<std::size_t>(starts_.back()));
  if (bytes) whole_.resize(outputs_.size());
  else values_.resize(outputs_.size());
}

template <WeightPrecision p>
void FeatureIndex::fill() {
  std::vector<std::int64_t> next(starts_.begin(), starts_.end() - 1);
  for (std::int64_t c = 0; c < chunks_.chunks(); ++c) {
    const ChunkView view = chunks_.view(c);
    const std::int64_t first = chunks_.first_output(c);
    std::uint32_t entry = 0;
    view.each_row([&](std::int32_t feature, std::uint32_t row) {
      const auto f = static_cast<std::size_t>(feature);
      entry = view.each_lane(row, entry, [&](int lane, std::uint32_t i) {
        const auto value = static_cast<typename Stored<p>::type>(view.value<p>(i));
        if (dense_row_[f] > 0) {
          if constexpr (p == WeightPrecision::int8) dense_[static_cast<std::size_t>(dense_row_[f] * width_ + first + lane)] = value;
          return;
        }
        const auto at = static_cast<std::size_t>(next[f]++);
        outputs_[at] = static_cast<std::int32_t>(first + lane);
        if constexpr (p == WeightPrecision::int8) whole_[at] = value;
        else values_[at] = value;
      });
    });
  }
}

void FeatureIndex::sum_whole(const QueryRow& row, Scratch& scratch) const {
  scratch.rows.clear();
  scratch.x.clear();
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    const std::int32_t at = dense_row_[static_cast<std::size_t>(row.columns[i])];
    if (at == 0) continue;
    scratch.rows.push_back(at);
    scratch.x.push_back(row.whole[i]);
  }
  if (scratch.rows.size() % 2 != 0) {
    scratch.rows.push_back(0);
    scratch.x.push_back(0);
  }
  scratch.whole_out.resize(static_cast<std::size_t>(width_));
  std::int32_t* out = scratch.whole_out.data();
  math::sum_tile_rows(dense_.data(), width_, scratch.rows.data(), scratch.x.data(),
                      static_cast<std::int64_t>(scratch.rows.size()), out);
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    const auto f = static_cast<std::size_t>(row.columns[i]);
    const std::int32_t x = row.whole[i];
    const auto end = static_cast<std::size_t>(starts_[f + 1]);
    for (auto k = static_cast<std::size_t>(starts_[f]); k < end; ++k) out[outputs_[k]] += x * whole_[k];
  }
}

template <WeightPrecision p>
void FeatureIndex::sum_floats(const QueryRow& row, Scratch& scratch) const {
  std::fill(scratch.out.begin(), scratch.out.end(), 0.f);
  float* out = scratch.out.data();
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    const auto f = static_cast<std::size_t>(row.columns[i]);
    const float x = row.values[i];
    if (dense_row_[f] > 0) {
      const std::int8_t* weights = dense_.data() + dense_row_[f] * width_;
      for (std::int64_t o = 0; o < width_; ++o) out[o] += x * static_cast<float>(weights[o]);
    }
    for (auto k = static_cast<std::size_t>(starts_[f]); k < static_cast<std::size_t>(starts_[f + 1]); ++k) {
      if constexpr (p == WeightPrecision::int8) out[outputs_[k]] += x * static_cast<float>(whole_[k]);
      else out[outputs_[k]] += x * values_[k];
    }
  }
}

std::span<const float> FeatureIndex::outputs(const QueryRow& row, Scratch& scratch) const {
  const auto count = static_cast<std::size_t>(chunks_.outputs());
  const std::span<const float> bias = chunks_.bias(), scale = chunks_.scale();
  scratch.out.resize(static_cast<std::size_t>(width_));
  float* out = scratch.out.data();
  if (row.step > 0) {
    sum_whole(row, scratch);
    math::scale_sums(scratch.whole_out.data(), bias.data(), scale.data(), row.step, chunks_.outputs(), out);
  } else if (chunks_.precision() == WeightPrecision::int8) {
    sum_floats<WeightPrecision::int8>(row, scratch);
    for (std::size_t o = 0; o < count; ++o) out[o] = bias[o] + out[o] * scale[o];
  } else {
    sum_floats<WeightPrecision::fp32>(row, scratch);
    for (std::size_t o = 0; o < count; ++o) out[o] += bias[o];
  }
  return {out, count};
}

}  // namespace tagma
