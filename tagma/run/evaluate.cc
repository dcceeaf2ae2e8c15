#include <tagma/run/evaluate.h>

#include <tagma/base/text.h>
#include <tagma/comm/comm.h>
#include <tagma/measure/measure.h>
#include <tagma/read/read.h>
#include <tagma/report/json.h>
#include <tagma/run/figures.h>
#include <tagma/run/scoring.h>

#include <algorithm>
#include <optional>

namespace tagma {
namespace {

constexpr std::int64_t dense_limit = std::int64_t{2} << 30;  // bytes; beyond it the best labels of each row are judged

// Settings of the flags ("zero-division") in the names of MeasureOptions ("zero_division"); `metrics` is a list of names.
MeasureOptions options_of(const EvaluateRequest& request) {
  MeasureOptions options;
  for (auto [key, value] : request.measure) {
    if (key == "metrics") {
      for (std::string_view name : split(value, ',')) options.names.emplace_back(trimmed(name));
      continue;
    }
    std::replace(key.begin(), key.end(), '-', '_');
    configure(options, Settings{{key, value}}, "--");
  }
  if (!request.at.empty()) options.at = request.at;
  options.by_label = options.by_label || request.by_label;
  options.interval = options.interval || request.interval;
  return options;
}

// Everything that is judged, from a model or from files.
struct Case {
  std::string title;
  Dataset data;
  std::optional<Scores> scores;
  std::optional<Decisions> decisions;
  ClassCounts training;
  std::int64_t training_rows = 0;
  bool has_rule = false;
  std::vector<std::string> notes;
};

Case from_model(const EvaluateRequest& request, const MeasureOptions& options, const Run& run) {
  Bundle bundle;
  Case made{.title = request.model, .data = Dataset()};
  together(run, [&] {
    bundle = load_bundle(request.model);
    made.data = read_for(bundle, request.in, request.read, run);
  });
  const bool fits = made.data.rows() * bundle.numbering.labels <= dense_limit / static_cast<std::int64_t>(sizeof(float));
  const LabelId length = std::max<LabelId>(shortlist_length, *std::max_element(options.at.begin(), options.at.end()));
  const bool all = fits && !bundle.model->extreme();
  if (!all)
    made.notes.push_back(fmt::format("{} rows x {} labels: the best {} labels of each row are found and judged; measures that need "
                                     "the scores of all labels are left out",
                                     made.data.rows(), bundle.numbering.labels, length));
  for (const std::string& note : made.notes) run.note(note);
  made.scores = score_for(bundle, made.data, {.top = all ? 0 : length}, dense_limit, run);
  if (!leads(run)) return made;
  made.decisions = bundle.decision().decide(*made.scores, run);
  made.has_rule = bundle.decider != nullptr;
  made.training = bundle.counts;
  made.training_rows = bundle.training_rows;
  return made;
}

Case from_files(const EvaluateRequest& request, const Run& run) {
  Case made{.title = request.scores.empty() ? request.decisions : request.scores,
            .data = read_truth(request.truth, request.read, run)};
  if (!request.scores.empty()) {
    std::optional<Scale> scale;
    if (request.scores_are == "probability") scale = Scale::probability;
    if (request.scores_are == "margin") scale = Scale::margin;
    made.scores = read_scores(request.scores, scale, run);
    if (!scale)
      run.note(fmt::format("{}: read as {} (--scores-are says otherwise)", request.scores,
                           made.scores->scale == Scale::probability ? "probabilities, all values lie in [0, 1]" : "margins, decided at 0"));
    if (made.scores->is_shortlist() && made.scores->labels < made.data.labels.labels()) made.scores->labels = made.data.labels.labels();
    if (made.scores->rows != made.data.rows() || made.scores->labels != made.data.labels.labels())
      fail(Code::bad_data, "{}: scores of {} rows x {} labels, the truth in {} has {} x {}", request.scores, made.scores->rows,
           made.scores->labels, request.truth, made.data.rows(), made.data.labels.labels());
  }
  if (!request.train.empty()) {
    const Dataset training = read_truth(request.train, request.read, run);
    if (training.labels.labels() > made.data.labels.labels())
      fail(Code::bad_data, "{}: {} labels, the truth in {} has {}", request.train, training.labels.labels(), request.truth,
           made.data.labels.labels());
    made.training = count_classes(training.labels);
    made.training.present.resize(static_cast<std::size_t>(made.data.labels.labels()));
    made.training_rows = training.rows();
  }
  if (!request.decisions.empty()) {
    made.decisions = read_decisions(request.decisions, made.data.labels.labels(), made.data.label_names, run);
    if (made.decisions->rows() != made.data.rows())
      fail(Code::bad_data, "{}: decisions of {} rows, the truth in {} has {}", request.decisions, made.decisions->rows(),
           request.truth, made.data.rows());
  }
  return made;
}

}  // namespace

Answer evaluate(const EvaluateRequest& request, const Run& run) {
  const bool by_model = !request.model.empty() && !request.in.empty() && request.truth.empty();
  const bool by_files = request.model.empty() && !request.truth.empty() && !(request.scores.empty() && request.decisions.empty());
  MeasureOptions options;
  together(run, [&] {
    if (!by_model && !by_files)
      fail(Code::usage, "give either MODEL IN, or --truth with --scores or --decisions (or both); see tagma evaluate --help");
    options = options_of(request);
  });
  if (!by_model && !leads(run)) return {};
  const Case judged_case = by_model ? from_model(request, options, run) : from_files(request, run);
  if (!leads(run)) return {};

  const LabelMatrix& truth = judged_case.data.labels;
  if (truth.rows() * truth.labels() == truth.unknown_count())
    fail(Code::bad_data, "{}: no label of any row is known, so there is nothing to measure", by_model ? request.in : request.truth);

  Judged judged;
  judged.truth = &judged_case.data.labels;
  judged.scores = judged_case.scores ? &*judged_case.scores : nullptr;
  judged.decisions = judged_case.decisions ? &*judged_case.decisions : nullptr;
  judged.groups = judged_case.data.groups;
  judged.row_weights = judged_case.data.weights;
  judged.train_present = judged_case.training.present;
  judged.train_rows = judged_case.training_rows;

  Figures figures{.title = judged_case.title, .tuned = evaluate(judged, options, run), .standard = {}, .has_rule = judged_case.has_rule};
  Answer answer;
  answer.json = evaluation_json(figures.tuned, options, judged_case.data.label_names);
  if (!judged_case.notes.empty()) answer.json["notes"] = judged_case.notes;
  if (judged_case.has_rule) {
    judged.decisions = nullptr;
    MeasureOptions at_cut = options;
    at_cut.names.clear();
    for (const Measure& measure : figures.tuned.measures)
      if (metric_group(measure.name) == MetricGroup::sets) at_cut.names.push_back(measure.name);
    if (!at_cut.names.empty()) figures.standard = evaluate(judged, at_cut, run);
    answer.json["at_standard"] = evaluation_json(figures.standard, at_cut)["metrics"];
  }
  answer.text = fmt::format("{}: {} rows, {} labels\n\n{}", judged_case.title, figures.tuned.rows, figures.tuned.labels,
                            figures_text({figures}));
  return answer;
}

}  // namespace tagma
