#include <tagma/model/kept_labels.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <utility>

namespace tagma {

KeptLabelsModel::KeptLabelsModel(std::shared_ptr<const Model> whole, std::vector<LabelId> kept)
    : whole_(std::move(whole)), kept_(std::move(kept)) {
  if (kept_.empty()) fail(Code::usage, "a model cannot lose all of its labels");
  if (const std::size_t odd = first_out_of_order(kept_, whole_->labels()); odd < kept_.size())
    fail(Code::usage, "kept label {} is out of range (0 to {}), repeated or out of order", kept_[odd], whole_->labels() - 1);
  if (const auto* before = dynamic_cast<const KeptLabelsModel*>(whole_.get())) {
    for (LabelId& label : kept_) label = before->kept_[static_cast<std::size_t>(label)];
    whole_ = std::shared_ptr<const Model>(before->whole_);
  }
  new_id_.assign(static_cast<std::size_t>(whole_->labels()), -1);
  for (std::size_t i = 0; i < kept_.size(); ++i) new_id_[static_cast<std::size_t>(kept_[i])] = static_cast<LabelId>(i);
}

Scores KeptLabelsModel::score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                                    const Run& run) const {
  check_chosen(chosen);
  std::vector<LabelId> ids;
  for (const LabelId label : chosen) ids.push_back(kept_[static_cast<std::size_t>(label)]);
  return whole_->score_among(x, first, last, ids, run);
}

// The best k kept labels of every row; ask(n) gives the best n of the whole model.
template <class Ask>
Scores KeptLabelsModel::best_kept(LabelId k, Ask&& ask) const {
  k = std::min(k, labels());
  const LabelId most = whole_->labels();
  for (std::int64_t more = k;; more *= 2) {
    const auto asked = static_cast<LabelId>(std::min<std::int64_t>(k + more, most));
    const Scores found = ask(asked);
    Scores best;
    best.rows = found.rows;
    best.labels = labels();
    best.scale = found.scale;
    best.order = found.order;
    best.starts.push_back(0);
    bool enough = true;
    for (std::int64_t r = 0; r < found.rows; ++r) {
      const ShortRow row = found.short_row(r);
      const std::size_t from = best.ids.size(), wanted = from + static_cast<std::size_t>(k);
      for (std::size_t i = 0; i < row.ids.size() && best.ids.size() < wanted; ++i) {
        const LabelId id = new_id_[static_cast<std::size_t>(row.ids[i])];
        if (id < 0) continue;
        best.ids.push_back(id);
        best.values.push_back(row.values[i]);
      }
      enough &= best.ids.size() == wanted || row.ids.size() < static_cast<std::size_t>(asked);
      best.starts.push_back(static_cast<std::int64_t>(best.ids.size()));
    }
    if (enough || asked == most) return best;
  }
}

Scores KeptLabelsModel::top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  return best_kept(k, [&](LabelId asked) { return whole_->top(x, first, last, asked, run); });
}

Scores KeptLabelsModel::top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  return best_kept(k, [&](LabelId asked) { return whole_->top_exact(x, first, last, asked, run); });
}

void KeptLabelsModel::save(ModelWriter& file) const {
  whole_->save(file);
  file.add("kept_labels", std::span<const LabelId>(kept_), {labels()});
}

bool KeptLabelsModel::in(const ModelReader& file) { return file.has("kept_labels"); }

std::unique_ptr<const Model> KeptLabelsModel::load(const ModelReader& file, std::unique_ptr<const Model> whole) {
  const std::span<const LabelId> kept = file.ints("kept_labels");
  try {
    return std::make_unique<const KeptLabelsModel>(std::move(whole), std::vector<LabelId>(kept.begin(), kept.end()));
  } catch (const Error& fault) {
    fail(Code::bad_model, "{}: {}", file.path(), fault.what());
  }
}

}  // namespace tagma
