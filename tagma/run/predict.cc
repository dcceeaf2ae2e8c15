#include <tagma/run/predict.h>

#include <tagma/base/memory.h>
#include <tagma/comm/comm.h>
#include <tagma/read/label_index.h>
#include <tagma/read/read.h>
#include <tagma/read/source.h>
#include <tagma/run/scoring.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace tagma {
namespace {

// scores.npy -> scores.decisions.npy
std::string beside(const std::string& path) {
  const std::size_t folder = path.find_last_of('/'), name = folder == std::string::npos ? 0 : folder + 1;
  const std::size_t dot = path.find('.', name);
  return dot == std::string::npos ? path + ".decisions" : path.substr(0, dot) + ".decisions" + path.substr(dot);
}

// The labels of the request's list, in its order, and ascending.
struct Selection {
  std::vector<LabelId> listed, ascending;
};

Selection read_selection(const std::string& path, const Numbering& numbering) {
  Selection selection;
  if (path.empty()) return selection;
  selection.listed = read_label_list(path, numbering.labels, numbering.label_names);
  selection.ascending = selection.listed;
  std::sort(selection.ascending.begin(), selection.ascending.end());
  return selection;
}

// Scores of all labels of a list as columns in its order.
Scores in_columns(const Scores& scores, std::span<const LabelId> listed) {
  std::vector<std::size_t> column(static_cast<std::size_t>(scores.labels));
  for (std::size_t i = 0; i < listed.size(); ++i) column[static_cast<std::size_t>(listed[i])] = i;
  Scores dense;
  dense.rows = scores.rows;
  dense.labels = static_cast<LabelId>(listed.size());
  dense.scale = scores.scale;
  dense.order = scores.order;
  dense.values.resize(scores.values.size());
  for (std::int64_t r = 0; r < scores.rows; ++r) {
    const ShortRow row = scores.short_row(r);
    float* values = dense.values.data() + scores.starts[static_cast<std::size_t>(r)];
    for (std::size_t i = 0; i < row.ids.size(); ++i) values[column[static_cast<std::size_t>(row.ids[i])]] = row.values[i];
  }
  return dense;
}

std::vector<std::string> names_of(std::span<const LabelId> listed, const std::vector<std::string>& names) {
  std::vector<std::string> some;
  for (const LabelId label : listed)
    some.push_back(names.empty() ? std::to_string(label) : names[static_cast<std::size_t>(label)]);
  return some;
}

void write_predicted(const PredictRequest& request, Scores scores, const Bundle& bundle, std::span<const LabelId> listed, const Run& run) {
  if (!request.spread) scores.spread.clear(), scores.presence.clear(), scores.shared.clear();
  const std::string ending = parts_of(request.out).ending;
  const bool columns = !listed.empty() && request.top == 0 && !request.least && (ending == "npy" || ending == "csv");
  if (columns) write_scores(in_columns(scores, listed), names_of(listed, bundle.numbering.label_names), request.out, run);
  else write_scores(scores, bundle.numbering.label_names, request.out, run);
}

}  // namespace

Answer predict(const PredictRequest& request, const Run& run) {
  Bundle bundle;
  Dataset data;
  Selection selection;
  together(run, [&] {
    bundle = load_bundle(request.model);
    selection = read_selection(request.select, bundle.numbering);
    data = told("reading " + request.in, "allow more memory, or predict it in parts", run,
                [&] { return read_for(bundle, request.in, request.read, run); });
  });
  const bool some = !selection.listed.empty();
  const LabelId of = some ? static_cast<LabelId>(selection.listed.size()) : bundle.numbering.labels;
  const LabelId top = request.least && request.top == 0 ? std::min(shortlist_length, of) : request.top;
  const Wanted wanted{.top = top, .among = selection.ascending, .exact = request.exact};
  Scores scores = told(fmt::format("scoring {} rows", data.rows()), "allow more memory, ask for fewer labels of each row (--top), or predict in parts",
                       run, [&] { return score_for(bundle, data, wanted, request.memory_limit, run, request.shard); });
  if (!leads(run)) return {};
  if (request.least) scores = trimmed(scores, top, *request.least);
  Answer answer;
  answer.json = {{"rows", data.rows()}, {"labels", of}, {"scores", request.out},
                 {"scale", scores.scale == Scale::probability ? "probability" : "margin"}};
  answer.text = fmt::format("{}: {} of {} rows x {} labels\n", request.out,
                            scores.scale == Scale::probability ? "probabilities" : "margins (zero point 0)", data.rows(),
                            top > 0 ? fmt::format("the best {}{}", top, some ? fmt::format(" of {} selected", of) : "")
                                    : fmt::format("{}{}", of, some ? " selected" : ""));
  if (request.least) answer.text += fmt::format("  {} scores of at least {}\n", scores.values.size(), *request.least);
  if (request.spread && scores.spread.empty())
    run.warn(scores.is_shortlist() ? "shortlists have no spread; none is written. Leave out --top, --select and --min-score for that of all labels"
                                   : fmt::format("models of loss '{}' have no spread; none is written", bundle.model->loss()));
  if (request.decide || !request.decisions.empty()) {
    const std::string path = request.decisions.empty() ? beside(request.out) : request.decisions;
    const Decisions decisions = bundle.decision().decide(scores, run);
    write_decisions(decisions, bundle.numbering.label_names, path, run);
    answer.json["decisions"] = path;
    answer.json["decided"] = decisions.decided();
    answer.text += fmt::format("{}: {} labels decided ({})\n", path, decisions.decided(), bundle.decision().summary());
  }
  write_predicted(request, std::move(scores), bundle, selection.listed, run);
  return answer;
}

}  // namespace tagma
