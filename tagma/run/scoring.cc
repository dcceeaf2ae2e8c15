#include <tagma/run/scoring.h>

#include <tagma/read/matrix.h>
#include <tagma/read/read.h>
#include <tagma/score/score.h>

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

}  // namespace

Dataset read_for(const Bundle& bundle, const std::string& path, const ReadOptions& options, const Run& run) {
  std::vector<std::string> notes;
  Dataset data = aligned(is_lone_array(path) ? features_alone(path, bundle.numbering.labels) : read_dataset(path, options, run),
                         bundle.numbering, notes);
  for (const std::string& note : notes) run.warn(path + ": " + note);
  if (!data.has_features()) fail(Code::bad_data, "{}: the rows have no numeric features; the model needs {}", path, bundle.numbering.features);
  return data;
}

Dataset read_truth(const std::string& path, const ReadOptions& options, const Run& run) {
  if (!is_lone_array(path)) return read_dataset(path, options, run);
  Dataset data;
  data.labels = labels_of(read_matrix(path, "Y"), options.unlisted_unknown ? Truth::unknown : Truth::absent);
  return data;
}

Scores score_for(const Bundle& bundle, const Dataset& data, LabelId top, std::int64_t memory_limit, const Run& run) {
  if (top > 0) return score_top(*bundle.model, data.features, top, run);
  const double bytes = static_cast<double>(data.rows()) * bundle.numbering.labels * sizeof(float);
  if (bytes > static_cast<double>(memory_limit))
    fail(Code::usage, "scores of {} rows x {} labels take {:.1f} GB; ask for the best of each row (--top 100)", data.rows(),
         bundle.numbering.labels, bytes / 1e9);
  return score_all(*bundle.model, data.features, run);
}

}  // namespace tagma
