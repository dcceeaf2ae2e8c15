#include <tagma/run/scoring.h>

#include <tagma/read/read.h>
#include <tagma/score/score.h>

#include <utility>

namespace tagma {

Dataset read_for(const Bundle& bundle, const std::string& path, const ReadOptions& options, const Run& run) {
  std::vector<std::string> notes;
  Dataset data = aligned(read_dataset(path, options, run), bundle.numbering, notes);
  for (const std::string& note : notes) run.warn(path + ": " + note);
  if (!data.has_features()) fail(Code::bad_data, "{}: the rows have no numeric features; the model needs {}", path, bundle.numbering.features);
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
