#include <tagma/run/scoring.h>

#include <tagma/read/matrix.h>
#include <tagma/read/read.h>
#include <tagma/run/pictures.h>
#include <tagma/run/rank_scores.h>
#include <tagma/run/texts.h>
#include <tagma/score/score.h>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

bool is_lone_array(const std::string& path) { return parts_of(path).ending == "npy" && path.find(".npy+") == std::string::npos; }

Dataset features_alone(const std::string& path, LabelId labels) {
  Dataset data;
  data.features = features_of(read_matrix(path, "X"));
  data.labels = LabelMatrix(labels, Truth::unknown);
  for (std::int64_t row = 0; row < data.features.rows(); ++row) data.labels.add({});
  return data;
}

void check_label_shard(const Model& model, const Wanted& wanted) {
  if (wanted.top == 0 || !wanted.among.empty())
    fail(Code::usage, "--shard labels finds the best labels of each row: {}", wanted.top == 0 ? "ask for them with --top" : "it does not go with --select; leave one of them out");
  if (model.approximates() && !wanted.exact)
    fail(Code::usage, "--shard labels finds the exact best labels, a model of kind {} approximates them; add --exact, or leave --shard out", model.kind());
}

}  // namespace

Dataset read_rows(const std::string& path, LabelId labels, const ReadOptions& options, const Run& run) {
  if (is_lone_array(path)) return features_alone(path, labels);
  Dataset data = read_dataset(path, options, run);
  open_pictures(data, path, options, run);
  return data;
}

Dataset fitted_to(const Bundle& bundle, Dataset data, const std::string& path, const Run& run) {
  if (bundle.text && bundle.numbering.features == 0 && data.has_features()) {
    run.note(path + ": the model was trained on texts alone; the numeric features are left out");
    data.features = {};
    data.feature_names.clear();
  }
  std::vector<std::string> notes;
  data = aligned(std::move(data), bundle.numbering, notes);
  for (const std::string& note : notes) run.warn(path + ": " + note);
  if (bundle.model->sees_pictures()) {
    if (data.pictures.empty()) fail(Code::bad_data, "{}: the rows name no pictures, and the model looks at pictures", path);
    return data;
  }
  if (!data.has_features() && (!bundle.text || bundle.numbering.features > 0))
    fail(Code::bad_data, "{}: the rows have no numeric features; the model needs {}{}", path, bundle.numbering.features,
         bundle.text || data.texts.empty() ? "" : " and was not trained on texts");
  if (bundle.text) add_text_features(data, *bundle.text, path, run);
  return data;
}

Dataset read_for(const Bundle& bundle, const std::string& path, const ReadOptions& options, const Run& run) {
  return fitted_to(bundle, read_rows(path, bundle.numbering.labels, options, run), path, run);
}

Dataset read_truth(const std::string& path, const ReadOptions& options, const Run& run) {
  if (!is_lone_array(path)) return read_dataset(path, options, run);
  Dataset data;
  data.labels = labels_of(read_matrix(path, "Y"), options.unlisted_unknown ? Truth::unknown : Truth::absent);
  return data;
}

Scores score_for(const Bundle& bundle, const Dataset& data, const Wanted& wanted, std::int64_t memory_limit, const Run& run, Shard shard) {
  if (shard == Shard::labels) check_label_shard(*bundle.model, wanted);
  const LabelId of = wanted.among.empty() ? bundle.numbering.labels : static_cast<LabelId>(wanted.among.size());
  // A score of a shortlist has its label beside it.
  const double bytes = static_cast<double>(data.rows()) * of * (wanted.among.empty() ? sizeof(float) : 2 * sizeof(float));
  if (wanted.top == 0 && bytes > static_cast<double>(memory_limit))
    fail(Code::usage, "scores of {} rows x {} labels take {:.1f} GB; ask for the best of each row (--top 100)", data.rows(), of, bytes / 1e9);
  const bool listed = wanted.top > 0 || !wanted.among.empty();
  Wanted wide = wanted;
  if (bundle.calibration && wanted.top > 0) wide.top = std::min(of, std::max(wanted.top, shortlist_length));
  const auto of_rows = [&](RowRange rows) { return listed ? score_top(*bundle.model, data, rows, wide, run) : score_all(*bundle.model, data, rows, run); };
  const auto of_labels = [&](LabelShare share) { return score_top_in_share(*bundle.model, data, wide.top, share, run); };
  Scores scores = shard == Shard::rows ? scores_of_ranks(data.rows(), run, of_rows) : bundle.model->scores_of_best(best_of_ranks(wide.top, run, of_labels));
  if (!bundle.calibration) return scores;
  bundle.calibration->apply(scores, run);
  return wide.top > wanted.top ? trimmed(scores, wanted.top) : std::move(scores);
}

}  // namespace tagma
