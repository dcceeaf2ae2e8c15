#include <tagma/model/ovr.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/model/best_rows.h>
#include <tagma/model/chunk_tile.h>
#include <tagma/model/lazy_index.h>
#include <tagma/model/manifest.h>
#include <tagma/model/saved_loss.h>
#include <tagma/model/shortlist_rows.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace tagma {

namespace {

constexpr std::int64_t rows_per_ovr_block = 2048;
constexpr LabelId extreme_ovr_labels = 16384;
constexpr std::int64_t indexed_rows_per_block = 32, few_rows = 64;
constexpr std::int64_t indexed_bytes = std::int64_t{64} << 20, indexed_features = std::int64_t{1} << 20;
constexpr std::int64_t offered_at_once = 256;

bool any_chunk(std::int64_t) { return true; }

// Calls take(row, chunk, outputs) for every row of [first, last) and every chunk that is wanted, chunk after chunk.
template <class Take, class Wanted = bool (*)(std::int64_t)>
void each_output(const WeightChunks& chunks, const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run,
                 Take&& take, Wanted&& wanted = any_chunk) {
  const QueryRows rows(x, first, last, chunks.features(), chunks.precision(), chunks.unit_rows());
  ChunkTile tile(chunks, rows.columns());
  for (std::int64_t chunk = 0; chunk < chunks.chunks(); ++chunk) {
    if (chunk % 64 == 0) run.check_stop();
    if (!wanted(chunk)) continue;
    tile.turn_to(chunk, rows.rows(), rows.stored());
    for (std::int64_t r = 0; r < rows.rows(); ++r) take(r, chunk, tile.outputs(rows[r]));
  }
}

}  // namespace

OvrModel::OvrModel(WeightChunks chunks, LabelId labels, std::shared_ptr<const LossFunction> loss)
    : chunks_(std::move(chunks)), labels_(labels), loss_(std::move(loss)), index_(std::make_shared<LazyIndex>()) {}

OvrModel::OvrModel(WeightChunks chunks, std::vector<LabelId> label_of_output, LabelId labels,
                   std::shared_ptr<const LossFunction> loss)
    : OvrModel(std::move(chunks), labels, std::move(loss)) {
  auto owned = std::make_shared<const std::vector<LabelId>>(std::move(label_of_output));
  label_of_ = *owned;
  owner_ = owned;
  if (!loss_->separable() || loss_->outputs() != Outputs::one)
    fail(Code::usage, "one against the rest needs a loss that judges each label for itself; '{}' does not", loss_->name());
  if (labels < 1 || chunks_.outputs() != labels || !every_label_once())
    fail(Code::usage, "one against the rest: {} outputs with {} names for {} labels; every label needs one output",
         chunks_.outputs(), label_of_.size(), labels);
}

bool OvrModel::every_label_once() const {
  if (label_of_.empty()) return true;
  std::vector<bool> seen(static_cast<std::size_t>(labels_));
  for (const LabelId label : label_of_) {
    if (label < 0 || label >= labels_ || seen[static_cast<std::size_t>(label)]) return false;
    seen[static_cast<std::size_t>(label)] = true;
  }
  return label_of_.size() == seen.size();
}

bool OvrModel::extreme() const { return labels_ > extreme_ovr_labels; }

Scores OvrModel::score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const {
  QueryRows::check(x, first, last, features());
  std::vector<float> all(static_cast<std::size_t>((last - first) * labels_));
  parallel_for(run, last - first, rows_per_ovr_block, [&](std::int64_t from, std::int64_t to) {
    each_output(chunks_, x, first + from, first + to, run, [&](std::int64_t r, std::int64_t chunk, const float* outputs) {
      float* row = all.data() + (from + r) * labels_;
      const std::int64_t output = chunks_.first_output(chunk);
      for (std::int32_t lane = 0; lane < chunks_.width(chunk); ++lane) row[label_of(output + lane)] = outputs[lane];
    });
  });
  return loss_->read(all.data(), last - first, labels_, run);
}

Scores OvrModel::score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                             const Run& run) const {
  QueryRows::check(x, first, last, features());
  check_chosen(chosen);
  struct Lane {
    std::int32_t lane, column;
  };
  std::vector<std::vector<Lane>> lanes(static_cast<std::size_t>(chunks_.chunks()));  // the chosen ones of each chunk
  for (std::int64_t chunk = 0; chunk < chunks_.chunks(); ++chunk)
    for (std::int32_t lane = 0; lane < chunks_.width(chunk); ++lane) {
      const auto place = std::lower_bound(chosen.begin(), chosen.end(), label_of(chunks_.first_output(chunk) + lane));
      if (place != chosen.end() && *place == label_of(chunks_.first_output(chunk) + lane))
        lanes[static_cast<std::size_t>(chunk)].push_back({lane, static_cast<std::int32_t>(place - chosen.begin())});
    }
  std::vector<float> some(static_cast<std::size_t>(last - first) * chosen.size());
  parallel_for(run, last - first, rows_per_ovr_block, [&](std::int64_t from, std::int64_t to) {
    const auto take = [&](std::int64_t r, std::int64_t chunk, const float* outputs) {
      float* row = some.data() + static_cast<std::size_t>(from + r) * chosen.size();
      for (const Lane& at : lanes[static_cast<std::size_t>(chunk)]) row[at.column] = outputs[at.lane];
    };
    each_output(chunks_, x, first + from, first + to, run, take,
                [&](std::int64_t chunk) { return !lanes[static_cast<std::size_t>(chunk)].empty(); });
  });
  return loss_->read(some.data(), last - first, static_cast<LabelId>(chosen.size()), run);
}

Scores OvrModel::top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  // The index pays for many rows where a feature has weights for few labels; a weight takes about one byte besides its value.
  const std::int64_t weight_bytes = chunks_.precision() == WeightPrecision::fp32 ? 5 : chunks_.precision() == WeightPrecision::bf16 ? 3 : 2;
  const bool thin = chunks_.bytes() / weight_bytes < features() * (labels_ / 16);
  const bool fits = last - first <= few_rows || (thin && chunks_.bytes() <= indexed_bytes);
  const bool by_index = fits && features() <= indexed_features + 16 * chunks_.bytes();
  return by_index ? top_by_index(x, first, last, k, run) : top_by_chunks(x, first, last, k, run);
}

// The best k of the chunks that are wanted; finish(row, part) takes those of a row, best first.
template <class Finish, class Wanted>
Scores OvrModel::best_of_chunks(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run, Wanted&& wanted, Finish&& finish) const {
  QueryRows::check(x, first, last, features());
  k = std::min(k, labels_);
  std::vector<ShortlistRows> parts(static_cast<std::size_t>((last - first + rows_per_ovr_block - 1) / rows_per_ovr_block));
  parallel_for(run, last - first, rows_per_ovr_block, [&](std::int64_t from, std::int64_t to) {
    BestRows best(to - from, k);
    each_output(chunks_, x, first + from, first + to, run, [&](std::int64_t r, std::int64_t chunk, const float* outputs) {
      const std::int64_t output = chunks_.first_output(chunk);
      best.offer_all(r, outputs, chunks_.width(chunk), [&](std::int64_t lane) { return label_of(output + lane); });
    }, wanted);
    ShortlistRows& part = parts[static_cast<std::size_t>(from / rows_per_ovr_block)];
    for (std::int64_t r = 0; r < to - from; ++r) finish(best.sorted(r), part);
  });
  return joined(parts, labels_, loss_->reading().scale, loss_->reading().order);
}

Scores OvrModel::top_by_chunks(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  return best_of_chunks(x, first, last, k, run, any_chunk, [&](std::span<Ranked> row, ShortlistRows& part) { add_best(row, part); });
}

// Where so many of all bytes are in the chunks before.
std::int64_t OvrModel::first_chunk_of(LabelShare share) const {
  const std::int64_t wanted = chunks_.bytes() / share.parts * share.part + std::min(share.part, chunks_.bytes() % share.parts);
  std::int64_t chunk = 0, bytes = 0;
  while (chunk < chunks_.chunks() && (bytes < wanted || share.part == share.parts)) bytes += static_cast<std::int64_t>(chunks_.bytes_of(chunk++).size());
  return chunk;
}

Scores OvrModel::top_in_share(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, LabelShare share, const Run& run) const {
  const std::int64_t from = first_chunk_of(share), to = first_chunk_of({share.part + 1, share.parts});
  return best_of_chunks(x, first, last, k, run, [&](std::int64_t chunk) { return chunk >= from && chunk < to; },
                        [](std::span<Ranked> row, ShortlistRows& part) { part.add(row); });
}

Scores OvrModel::scores_of_best(Scores best) const {
  ShortlistRows part;
  std::vector<Ranked> row;
  for (std::int64_t r = 0; r < best.rows; ++r) {
    const ShortRow found = best.short_row(r);
    row.clear();
    for (std::size_t i = 0; i < found.ids.size(); ++i) row.push_back({found.values[i], found.ids[i]});
    add_best(row, part);
  }
  return joined({&part, 1}, labels_, best.scale, best.order);
}

// Outputs become scores; those that round to the same are put in the order of their labels.
void OvrModel::add_best(std::span<Ranked> row, ShortlistRows& part) const {
  std::vector<float> outputs;
  for (const Ranked& entry : row) outputs.push_back(entry.value);
  const Scores read = loss_->read(outputs.data(), 1, static_cast<LabelId>(outputs.size()), {});
  for (std::size_t i = 0; i < row.size(); ++i) row[i].value = read.values[i];
  std::sort(row.begin(), row.end(), better);
  part.add(row);
}

Scores OvrModel::top_by_index(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  QueryRows::check(x, first, last, features());
  k = std::min(k, labels_);
  const FeatureIndex& index = index_->of(chunks_);
  const std::int64_t blocks = (last - first + indexed_rows_per_block - 1) / indexed_rows_per_block;
  std::vector<ShortlistRows> parts(static_cast<std::size_t>(blocks));
  parallel_for(run, last - first, indexed_rows_per_block, [&](std::int64_t from, std::int64_t to) {
    const QueryRows rows(x, first + from, first + to, features(), chunks_.precision(), chunks_.unit_rows());
    FeatureIndex::Scratch scratch;
    for (std::int64_t r = 0; r < rows.rows(); ++r) {
      const std::span<const float> outputs = index.outputs(rows[r], scratch);
      const auto count = static_cast<std::int64_t>(outputs.size());
      BestRows best(1, k);
      for (std::int64_t o = 0; o < count; o += offered_at_once)
        best.offer_all(0, outputs.data() + o, std::min(offered_at_once, count - o),
                       [&](std::int64_t i) { return label_of(o + i); });
      add_best(best.sorted(0), parts[static_cast<std::size_t>(from / indexed_rows_per_block)]);
    }
  });
  return joined(parts, labels_, loss_->reading().scale, loss_->reading().order);
}

void OvrModel::save(ModelWriter& file) const {
  file.manifest()["model"] = {{"kind", name}, {"labels", labels_}, {"features", features()}, {"chunks", chunks_.chunks()}};
  save_loss(file, *loss_);
  chunks_.save(file, "ovr");
  if (!label_of_.empty()) file.add("ovr.labels", label_of_, {labels_});
}

std::unique_ptr<const OvrModel> OvrModel::load(const ModelReader& file) {
  const nlohmann::json& json = part_of(file, "model");
  const auto labels = static_cast<LabelId>(count_of(file, json, "labels", INT32_MAX));
  std::unique_ptr<OvrModel> model(new OvrModel(WeightChunks::load(file, "ovr"), labels, load_loss(file)));
  if (!model->loss_->separable() || model->loss_->outputs() != Outputs::one)
    fail(Code::bad_model, "{}: loss '{}' does not judge each label for itself", file.path(), model->loss_->name());
  if (file.has("ovr.labels")) model->label_of_ = file.ints("ovr.labels");
  model->owner_ = file.owner();
  if (labels == 0 || model->chunks_.outputs() != labels || model->features() != count_of(file, json, "features", INT32_MAX) ||
      !model->every_label_once())
    fail(Code::bad_model, "{}: the {} outputs of the weights do not fit the {} labels", file.path(), model->chunks_.outputs(),
         labels);
  return model;
}

}  // namespace tagma
