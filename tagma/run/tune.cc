#include <tagma/run/tune.h>

#include <tagma/run/scoring.h>

namespace tagma {

Answer tune(const TuneRequest& request, const Run& run) {
  constexpr std::int64_t memory_limit = std::int64_t{8} << 30;
  Bundle bundle = load_bundle(request.model);
  const Dataset data = read_for(bundle, request.valid, request.read, run);
  if (data.rows() == 0) fail(Code::bad_data, "{}: there are no rows to tune on", request.valid);
  const Scores scores = score_for(bundle, data, 0, memory_limit, run);
  bundle.decider = fit_rule(request.rule, request.settings, scores, data.labels, run);
  const std::string out = request.out.empty() ? request.model : request.out;
  save_bundle(bundle, out);
  Answer answer;
  answer.text = fmt::format("{}: {}\n", out, bundle.decider->summary());
  answer.json = {{"model", out}, {"rule", bundle.decider->rule()}, {"summary", bundle.decider->summary()}, {"rows", data.rows()}};
  return answer;
}

}  // namespace tagma
