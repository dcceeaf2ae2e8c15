#include <tagma/run/tune.h>

#include <tagma/run/scoring.h>

#include <algorithm>

namespace tagma {

Answer tune(const TuneRequest& request, const Run& run) {
  constexpr std::int64_t memory_limit = std::int64_t{8} << 30;
  Bundle bundle = load_bundle(request.model);
  const Dataset data = read_for(bundle, request.valid, request.read, run);
  if (data.rows() == 0) fail(Code::bad_data, "{}: there are no rows to tune on", request.valid);
  const bool calibrating = calibrates(request.rule);
  if (calibrating) bundle.calibration.reset();  // an earlier one must not come between
  const bool dropped = calibrating && bundle.decider;
  const LabelId top = bundle.model->extreme() ? std::min(shortlist_length, bundle.numbering.labels) : 0;
  const Scores scores = score_for(bundle, data, {.top = top}, memory_limit, run);
  if (calibrating) {
    bundle.calibration = fit_calibration(request.rule, request.settings, scores, data.labels, run);
    bundle.decider.reset();
  } else {
    bundle.decider = fit_rule(request.rule, request.settings, scores, data.labels, run);
  }
  const std::string summary = calibrating ? bundle.calibration->summary() : bundle.decider->summary();
  const std::string out = request.out.empty() ? request.model : request.out;
  save_bundle(bundle, out);
  Answer answer;
  answer.text = fmt::format("{}: {}\n", out, summary);
  if (dropped) answer.text += "  the decision rule, fitted to other scores, was dropped; tune it anew\n";
  answer.json = {{"model", out}, {"rule", request.rule}, {"summary", summary}, {"rows", data.rows()}};
  return answer;
}

}  // namespace tagma
