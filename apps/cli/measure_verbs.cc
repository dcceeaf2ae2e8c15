#include "apps/cli/completion.h"
#include "apps/cli/shell.h"

#include <tagma/run/evaluate.h>
#include <tagma/run/list.h>
#include <tagma/run/loss.h>
#include <tagma/run/report.h>

namespace tagma {
namespace {

void add_evaluate(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<EvaluateRequest>();
  CLI::App* verb = add_verb(app, shell, "evaluate", "measures of a model, or of score files, against the truth");
  verb->add_option("model", request->model, "model file");
  verb->add_option("in", request->in, "data set with the truth");
  add_memory_option(*verb, shell);
  verb->add_option("--truth", request->truth, "instead of MODEL IN: data set (or Y.npy) with the truth");
  verb->add_option("--scores", request->scores, "with --truth: scores (.npy .jsonl .csv .svm)");
  verb->add_option("--decisions", request->decisions, "with --truth: decided label sets");
  verb->add_option("--train", request->train, "with --truth: the training set, for the propensities of psp_at_k (default: the truth)");
  verb->add_option("--scores-are", request->scores_are, "probability, margin, or detect (default): what --scores holds")
      ->check(CLI::IsMember({"detect", "probability", "margin"}));
  verb->add_option("--at", request->at, "the k of precision_at_k and its kin, comma-separated (default 1,3,5)")->delimiter(',')->check(CLI::Range(1, INT32_MAX));
  verb->add_flag("--by-label", request->by_label, "every measure that has one also label by label");
  verb->add_flag("--interval", request->interval, "bootstrap intervals over rows, or over groups where the data has them");
  const auto pass = [verb, request](const char* name, const std::string& help) {
    verb->add_option_function<std::string>(fmt::format("--{}", name), [request, key = std::string(name)](const std::string& value) { request->measure.set(key, value); }, help);
  };
  pass("zero-division", "value of 0/0 in a label or row: 0 (default), 1 or skip");
  pass("preset", "reproduce another tool's figures: none, sklearn, mulan, torchmetrics or xmc");
  pass("metrics", "only these, comma-separated (tagma list metrics)");
  pass("replicates", "bootstrap replicates of --interval (default 1000)");
  add_read_options(*verb, request->read);
  verb->callback([&shell, request] {
    for (const auto& [key, value] : shell.take("measure")) request->measure.set(key, value);
    shell.uses_ranks = true;
    shell.work = [request](const Run& run) { return evaluate(*request, run); };
  });
}

void add_report(CLI::App& app, Shell& shell) {
  struct Request : ReportRequest {
    std::vector<std::string> files;
  };
  auto request = std::make_shared<Request>();
  CLI::App* verb = add_verb(app, shell, "report", "one HTML page on one or several models side by side");
  verb->add_option("files", request->files, "one or more model files, then a data set they have not seen")->required()->expected(2, 64);
  verb->add_option("--out", request->out, "HTML file to write")->required();
  verb->add_option("--title", request->title, "title of the page");
  verb->add_option("--metrics", request->metrics, "metrics to show, comma-separated, or all (default: the telling ones)");
  verb->add_flag("--sequences", request->sequences, "the rows of a group are a sequence, in their order: draw scores along it");
  verb->add_option("--sequences-in", request->sequences_in, "the same for the groups of another data set");
  add_read_options(*verb, request->read);
  verb->callback([&shell, request] {
    request->in = request->files.back();
    request->models.assign(request->files.begin(), request->files.end() - 1);
    shell.work = [request](const Run& run) { return report(*request, run); };
  });
}

void add_loss(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<LossRequest>();
  CLI::App* verb = add_verb(app, shell, "loss", "value and slopes of a loss on arrays");
  verb->add_option("name", request->loss, "loss (tagma list losses)")->required();
  verb->add_option("--logits", request->logits, ".npy float32 or float64 [rows x outputs]")->required();
  verb->add_option("--truth", request->truth, ".npy int8 [rows x labels]: 1 present, 0 absent, -1 unknown")->required();
  verb->add_option("--grades", request->grades, ".npy [rows x labels]: significance of the present labels, larger = more");
  verb->add_option("--row-weights", request->row_weights, ".npy [rows]");
  verb->add_option("--label-weights", request->label_weights, ".npy [labels]");
  verb->add_option("--slopes", request->slopes, "write the slopes to this .npy");
  verb->add_option("--class-counts", request->class_counts, "present rows per label for balancing, comma-separated (default: from the truth)")->delimiter(',');
  verb->add_option("--negative-count", request->negative_count, "rows without labels for balancing (default: from the truth)");
  verb->footer([&shell] {
    return shell.words.size() > 1 ? settings_help("losses", "loss", shell.words[1]) : std::string();
  });
  verb->callback([&shell, request] {
    request->settings = shell.take("loss");
    shell.work = [request](const Run& run) { return evaluate_loss(*request, run); };
  });
}

void add_list(CLI::App& app, Shell& shell) {
  auto kind = std::make_shared<std::string>("all");
  CLI::App* verb = add_verb(app, shell, "list", "the components of a kind, with their settings");
  verb->add_option("kind", *kind, "losses, metrics, learners, rules, readers, texts, generators or all");
  verb->callback([&shell, kind] { shell.work = [kind](const Run&) { return list(*kind); }; });
}

void add_completion(CLI::App& app, Shell& shell) {
  auto name = std::make_shared<std::string>("bash");
  CLI::App* verb = add_verb(app, shell, "completion", "script for shell completion: source <(tagma completion bash)");
  verb->add_option("shell", *name, "bash or zsh")->check(CLI::IsMember({"bash", "zsh"}));
  verb->callback([&app, &shell, name] {
    shell.work = [&app, name](const Run&) { return Answer{completion_script(app, *name), {}, false}; };
  });
}

}  // namespace

void add_measure_verbs(CLI::App& app, Shell& shell) {
  add_evaluate(app, shell);
  add_report(app, shell);
  add_loss(app, shell);
  add_list(app, shell);
  add_completion(app, shell);
}

}  // namespace tagma
