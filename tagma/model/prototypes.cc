#include <tagma/model/prototypes.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/model/best_rows.h>
#include <tagma/model/lazy_index.h>
#include <tagma/model/shortlist_rows.h>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

constexpr LabelId least_candidates = 100;
constexpr std::int64_t rows_per_prototypes_block = 32;

float fused(float score, float share, float cosine) {
  const float likeness = cosine > 0 ? cosine * cosine * cosine * cosine : 0.f;
  return std::min((1 - share) * score + share * likeness, 1.f);
}

}  // namespace

PrototypeModel::PrototypeModel(std::unique_ptr<const Model> base, Prototypes prototypes)
    : base_(std::move(base)), prototypes_(std::move(prototypes)), index_(std::make_shared<LazyIndex>()) {
  if (const char* wrong = what_is_wrong()) fail(Code::usage, "prototypes: {}", wrong);
}

const char* PrototypeModel::what_is_wrong() const {
  const std::vector<LabelId>& labels = prototypes_.labels;
  if (prototypes_.chunks.outputs() != prototypes() || prototypes_.shares.size() != labels.size()) return "as many vectors and shares as labels are needed";
  if (prototypes_.chunks.features() != base_->features()) return "they have another number of features than the model";
  if (first_out_of_order(labels, base_->labels()) < labels.size()) return "their labels are out of range or order";
  for (const float share : prototypes_.shares)
    if (!(share > 0 && share <= 1)) return "a share is not above 0 and at most 1";
  return nullptr;
}

// Calls use(row, cosines with all prototypes) for the rows of [first, last), counted from 0.
template <class Use>
void PrototypeModel::each_row(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run, Use&& use) const {
  const FeatureIndex& index = index_->of(prototypes_.chunks);
  parallel_for(run, last - first, rows_per_prototypes_block, [&](std::int64_t from, std::int64_t to) {
    run.check_stop();
    const QueryRows rows(x, first + from, first + to, features(), prototypes_.chunks.precision(), true);
    FeatureIndex::Scratch scratch;
    for (std::int64_t r = 0; r < rows.rows(); ++r) use(from + r, index.outputs(rows[r], scratch));
  });
}

Scores PrototypeModel::score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const {
  Scores all = base_->score(x, first, last, run);
  each_row(x, first, last, run, [&](std::int64_t r, std::span<const float> cosines) {
    float* row = all.values.data() + r * all.labels;
    for (std::size_t i = 0; i < prototypes_.labels.size(); ++i) row[prototypes_.labels[i]] = fused(row[prototypes_.labels[i]], prototypes_.shares[i], cosines[i]);
  });
  return all;
}

Scores PrototypeModel::score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                                   const Run& run) const {
  Scores some = base_->score_among(x, first, last, chosen, run);
  std::vector<std::pair<std::size_t, std::size_t>> places;  // of a chosen label, and of its prototype
  for (std::size_t c = 0; c < chosen.size(); ++c) {
    const auto found = std::lower_bound(prototypes_.labels.begin(), prototypes_.labels.end(), chosen[c]);
    if (found != prototypes_.labels.end() && *found == chosen[c]) places.emplace_back(c, static_cast<std::size_t>(found - prototypes_.labels.begin()));
  }
  each_row(x, first, last, run, [&](std::int64_t r, std::span<const float> cosines) {
    float* row = some.values.data() + r * some.labels;
    for (const auto& [c, i] : places) row[c] = fused(row[c], prototypes_.shares[i], cosines[i]);
  });
  return some;
}

Scores PrototypeModel::top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  k = std::min(k, labels());
  const Scores found = base_->top(x, first, last, std::max(k, least_candidates), run);
  std::vector<ShortlistRows> parts(static_cast<std::size_t>(last - first));
  each_row(x, first, last, run, [&](std::int64_t r, std::span<const float> cosines) {
    BestRows best(1, k);
    std::vector<Ranked> others;
    const ShortRow listed = found.short_row(r);
    for (std::size_t i = 0; i < listed.ids.size(); ++i) others.push_back({listed.values[i], listed.ids[i]});
    std::sort(others.begin(), others.end(), [](const Ranked& a, const Ranked& b) { return a.id < b.id; });
    auto other = others.begin();
    for (std::size_t i = 0; i < prototypes_.labels.size(); ++i) {
      const LabelId label = prototypes_.labels[i];
      for (; other != others.end() && other->id < label; ++other) best.offer(0, other->value, other->id);
      const bool both = other != others.end() && other->id == label;
      const float score = fused(both ? (other++)->value : 0.f, prototypes_.shares[i], cosines[i]);
      if (score >= best.floor(0)) best.offer(0, score, label);
    }
    for (; other != others.end(); ++other) best.offer(0, other->value, other->id);
    parts[static_cast<std::size_t>(r)].add(best.sorted(0));
  });
  return joined(parts, labels(), Scale::probability, Order::none);
}

void PrototypeModel::save(ModelWriter& file) const {
  base_->save(file);
  prototypes_.chunks.save(file, "prototypes");
  file.add("prototypes.labels", std::span<const LabelId>(prototypes_.labels), {prototypes()});
  file.add("prototypes.shares", std::span<const float>(prototypes_.shares), {prototypes()});
}

bool PrototypeModel::in(const ModelReader& file) { return file.has("prototypes.labels"); }

std::unique_ptr<const Model> PrototypeModel::load(const ModelReader& file, std::unique_ptr<const Model> base) {
  const std::span<const LabelId> labels = file.ints("prototypes.labels");
  const std::span<const float> shares = file.floats("prototypes.shares");
  Prototypes prototypes{WeightChunks::load(file, "prototypes"), {labels.begin(), labels.end()}, {shares.begin(), shares.end()}};
  try {
    return std::make_unique<const PrototypeModel>(std::move(base), std::move(prototypes));
  } catch (const Error& fault) {
    fail(Code::bad_model, "{}: {}", file.path(), fault.what());
  }
}

}  // namespace tagma
