#include <tagma/run/predict.h>

#include <tagma/base/memory.h>
#include <tagma/comm/comm.h>
#include <tagma/read/read.h>
#include <tagma/run/scoring.h>

#include <algorithm>

namespace tagma {
namespace {

// scores.npy -> scores.decisions.npy
std::string beside(const std::string& path) {
  const std::size_t folder = path.find_last_of('/'), name = folder == std::string::npos ? 0 : folder + 1;
  const std::size_t dot = path.find('.', name);
  return dot == std::string::npos ? path + ".decisions" : path.substr(0, dot) + ".decisions" + path.substr(dot);
}

}  // namespace

Answer predict(const PredictRequest& request, const Run& run) {
  Bundle bundle;
  Dataset data;
  together(run, [&] {
    bundle = load_bundle(request.model);
    data = told("reading " + request.in, "allow more memory, or predict it in parts", run,
                [&] { return read_for(bundle, request.in, request.read, run); });
  });
  const LabelId top = request.least && request.top == 0 ? std::min(shortlist_length, bundle.numbering.labels) : request.top;
  Scores scores = told(fmt::format("scoring {} rows", data.rows()), "allow more memory, ask for fewer labels of each row (--top), or predict in parts",
                       run, [&] { return score_for(bundle, data, top, request.memory_limit, run); });
  if (!leads(run)) return {};
  if (request.least) scores = trimmed(scores, top, *request.least);
  Answer answer;
  answer.json = {{"rows", data.rows()}, {"labels", bundle.numbering.labels}, {"scores", request.out},
                 {"scale", scores.scale == Scale::probability ? "probability" : "margin"}};
  answer.text = fmt::format("{}: {} of {} rows x {} labels\n", request.out,
                            scores.scale == Scale::probability ? "probabilities" : "margins (zero point 0)", data.rows(),
                            top > 0 ? fmt::format("the best {}", top) : fmt::format("{}", bundle.numbering.labels));
  if (request.least) answer.text += fmt::format("  {} scores of at least {}\n", scores.values.size(), *request.least);
  if (request.spread && scores.spread.empty())
    run.warn(fmt::format("models of loss '{}' have no spread; none is written", bundle.model->loss()));
  if (request.decide || !request.decisions.empty()) {
    const std::string path = request.decisions.empty() ? beside(request.out) : request.decisions;
    const Decisions decisions = bundle.decision().decide(scores, run);
    write_decisions(decisions, bundle.numbering.label_names, path, run);
    answer.json["decisions"] = path;
    answer.json["decided"] = decisions.decided();
    answer.text += fmt::format("{}: {} labels decided ({})\n", path, decisions.decided(), bundle.decision().summary());
  }
  if (!request.spread) scores.spread.clear(), scores.presence.clear();
  write_scores(scores, bundle.numbering.label_names, request.out, run);
  return answer;
}

}  // namespace tagma
