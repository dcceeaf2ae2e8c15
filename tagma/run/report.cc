#include <tagma/run/report.h>

#include <tagma/base/file.h>
#include <tagma/base/text.h>
#include <tagma/report/html.h>
#include <tagma/report/json.h>
#include <tagma/report/model_page.h>
#include <tagma/run/example_pictures.h>
#include <tagma/run/figures.h>
#include <tagma/run/scoring.h>

#include <fmt/ranges.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::int64_t memory_limit = std::int64_t{8} << 30;

// What a practitioner looks at first; --metrics all shows every metric that applies.
constexpr std::string_view telling_metrics =
    "macro_map,micro_map,macro_auc,ranking_loss,lrap,coverage_error,one_error,micro_f1,macro_f1,macro_f2,samples_f1,"
    "macro_precision,macro_recall,negative_f1,subset_accuracy,hamming_loss,kendall_tau_b,positive_tau_b,significance_pearson,"
    "presence_brier,presence_ece,presence_log_loss,order_brier,order_ece";

// One model and everything measured of it; `shown` points into it.
struct Judgement {
  Bundle bundle;
  Scores scores;
  Decisions decisions;
  ShownModel shown;
};

std::string stem_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return name.ends_with(".tagma") ? name.substr(0, name.size() - 6) : name;
}

// models/bce.tagma -> bce, where no other model is called so.
std::vector<std::string> titles_of(const std::vector<std::string>& models) {
  std::vector<std::string> titles;
  for (const std::string& path : models) titles.push_back(stem_of(path));
  const std::vector<std::string> stems = titles;
  for (std::size_t i = 0; i < titles.size(); ++i)
    if (std::count(stems.begin(), stems.end(), stems[i]) > 1) titles[i] = models[i];
  return titles;
}

void judge(Judgement& judgement, const Dataset& data, const MeasureOptions& options, const Run& run) {
  judgement.scores = score_for(judgement.bundle, data, {}, memory_limit, run);
  judgement.shown.scores = &judgement.scores;
  judgement.shown.decider = judgement.bundle.decider.get();
  judgement.decisions = judgement.bundle.decision().decide(judgement.scores, run);
  judgement.shown.decisions = &judgement.decisions;
  Judged judged{.truth = &data.labels, .scores = &judgement.scores};
  judged.row_weights = data.weights;
  judged.groups = data.groups;
  judged.train_present = judgement.bundle.counts.present;
  judged.train_rows = judgement.bundle.training_rows;
  judgement.shown.standard = evaluate(judged, options, run);
  if (!judgement.bundle.decider) {
    judgement.shown.tuned = judgement.shown.standard;
    return;
  }
  judged.decisions = &judgement.decisions;
  judgement.shown.tuned = evaluate(judged, options, run);
}

// What the models say along the sequences of the reported rows, or of another data set.
std::vector<ShownCourses> courses_of(const ReportRequest& request, const Dataset& reported, const std::vector<Judgement>& judgements, const Run& run) {
  std::vector<ShownCourses> all;
  const bool apart = !request.sequences_in.empty();
  if (!apart && !request.sequences) return all;
  const std::string& path = apart ? request.sequences_in : request.in;
  const Dataset rows = apart ? read_rows(path, judgements.front().bundle.numbering.labels, request.read, run) : reported;
  if (rows.groups.empty())
    fail(Code::bad_data, "{}: the rows have no groups, which sequences are made of; give each row one (\"group\", --group-column)", path);
  for (const Judgement& judgement : judgements) {
    const Dataset data = apart ? fitted_to(judgement.bundle, rows, path, run) : rows;
    const Scores scores = apart ? score_for(judgement.bundle, data, {}, memory_limit, run) : judgement.scores;
    all.push_back({judgement.shown.title, scores.scale, courses(scores, data.labels, data.groups)});
  }
  return all;
}

std::string made_from(const Bundle& bundle) {
  const auto name = [&](const char* key) {
    return bundle.history.contains(key) ? bundle.history[key].value("name", std::string("?")) : std::string("?");
  };
  return fmt::format("learner {}, loss {}, {} training rows", name("learner"), name("loss"), bundle.training_rows);
}

}  // namespace

Answer report(const ReportRequest& request, const Run& run) {
  std::vector<Judgement> judgements(request.models.size());
  const std::vector<std::string> titles = titles_of(request.models);
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    judgements[i].bundle = load_bundle(request.models[i]);
    judgements[i].shown.title = titles[i];
  }
  const Numbering& wanted = judgements.front().bundle.numbering;
  for (const Judgement& judgement : judgements)
    if (judgement.bundle.numbering.label_names != wanted.label_names || judgement.bundle.numbering.labels != wanted.labels)
      fail(Code::usage, "{} and {} were trained on different labels; a report compares models of one data set",
           request.models.front(), request.models[static_cast<std::size_t>(&judgement - judgements.data())]);
  const Dataset rows = read_rows(request.in, wanted.labels, request.read, run);
  const Dataset data = fitted_to(judgements.front().bundle, rows, request.in, run);

  MeasureOptions options;
  options.interval = true;
  options.by_label = data.labels.labels() <= 1000;
  const std::string metrics = request.metrics.empty() ? std::string(telling_metrics) : request.metrics;
  if (metrics != "all")
    for (std::string_view metric : split(metrics, ',')) options.names.emplace_back(trimmed(metric));
  ModelReport page{.title = request.title.empty() ? "Report on " + request.in : request.title};
  page.subtitle = fmt::format("{}: {} rows, {} labels", request.in, data.rows(), data.labels.labels());
  page.data = {&data.labels, data.label_names};
  page.level = options.level;
  Answer answer;
  std::vector<Figures> figures;
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    Judgement& judgement = judgements[i];
    run.report({"measuring", static_cast<double>(i), static_cast<double>(judgements.size()), judgement.shown.title});
    judge(judgement, i == 0 ? data : fitted_to(judgement.bundle, rows, request.in, run), options, run);
    figures.push_back({judgement.shown.title, judgement.shown.tuned, judgement.shown.standard, judgement.bundle.decider != nullptr});
    answer.json[judgement.shown.title] = evaluation_json(judgement.shown.tuned, options, data.label_names);
    answer.json[judgement.shown.title]["at_standard"] = evaluation_json(judgement.shown.standard, options)["metrics"];
    page.notes.push_back(judgement.shown.title + ": " + made_from(judgement.bundle));
    page.models.push_back(judgement.shown);
  }
  if (!data.pictures.empty()) page.examples = with_pictures(choose_examples(page.models, data.labels), data.pictures);
  page.courses = courses_of(request, data, judgements, run);
  std::string along;
  for (const ShownCourses& model : page.courses) {
    answer.json[model.title]["sequences"] = courses_json(model.courses);
    along += fmt::format("Along sequences, {}: {}\n", model.title, proportionality_text(model.courses));
  }
  page.footer = fmt::format("tagma report {} on {}; intervals: {} bootstrap replicates, seed {}", fmt::join(request.models, " "),
                            request.in, options.replicates, run.seed);
  OutputFile file(request.out);
  file.write(render_html(model_page(page)));
  file.commit();
  answer.text = figures_text(figures) + (along.empty() ? "" : "\n" + along) + fmt::format("\nBrackets: {:.0f} % intervals, {} bootstrap replicates. Page: {}\n",
                                                    100 * options.level, options.replicates, request.out);
  return answer;
}

}  // namespace tagma
