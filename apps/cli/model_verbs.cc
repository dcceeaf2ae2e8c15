#include "apps/cli/shell.h"

#include <tagma/run/drop_labels.h>
#include <tagma/run/fuse.h>
#include <tagma/run/predict.h>
#include <tagma/run/train.h>
#include <tagma/run/tune.h>

#include <map>
#include <string>

namespace tagma {
namespace {

void add_train(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<TrainRequest>();
  CLI::App* verb = add_verb(app, shell, "train", "learn a model from a data set");
  verb->add_option("train", request->train, "training set")->required();
  verb->add_option("--out", request->out, "model file to write")->required();
  auto* valid = verb->add_option("--valid", request->valid, "held-out set for early stopping");
  verb->add_option("--valid-share", request->valid_share, "share of the training set to hold out instead")->excludes(valid);
  verb->add_option("--learner", request->learner, "learner (tagma list learners; default linear; ovr above 1,000 labels on sparse features, tree above 20,000)");
  verb->add_option("--loss", request->loss, "loss (tagma list losses; default: that of the learner, bce for linear, squared-hinge for ovr and tree, decoupled-softmax for embedding)");
  add_memory_option(*verb, shell);
  verb->add_option("--warm-start", request->warm, "model file to start from; ovr and tree learn the labels that are present in the new rows, labels new to the model included, and keep all else");
  verb->add_option("--warm-rows", request->warm_rows,
                   "the rows that the model of --warm-start was learned from (ovr, tree): touched labels are learned from these, too, as from scratch");
  verb->add_option("--label-texts", request->label_texts,
                   "file of lines LABEL<tab>TEXT: what labels are about, for learners embedding and tree with representation text or both (default: their names)");
  verb->add_option("--label-embeddings", request->label_embeddings,
                   "file .npy [labels x features]: what labels are like, for learners embedding and tree with representation text or both");
  add_read_options(*verb, request->read);
  verb->footer([&shell] {
    const std::string learner = chosen(shell, "--learner", "linear");
    return settings_help("learners", "learner", learner) +
           settings_help("losses", "loss", chosen(shell, "--loss", standard_loss(learner))) + settings_help("texts", "text", "terms");
  });
  verb->callback([&shell, request] {
    request->learner_settings = shell.take("learner");
    request->loss_settings = shell.take("loss");
    request->text_settings = shell.take("text");
    shell.uses_ranks = true;
    shell.tells_memory = true;
    shell.work = [request](const Run& run) { return train(*request, run); };
  });
}

void add_predict(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<PredictRequest>();
  CLI::App* verb = add_verb(app, shell, "predict", "scores, and decided label sets, of new examples");
  verb->add_option("model", request->model, "model file")->required();
  verb->add_option("in", request->in, "data set")->required();
  verb->add_option("--out", request->out, "scores to write: .npy, .jsonl, .csv or .svm")->required();
  add_memory_option(*verb, shell);
  verb->add_option("--top", request->top, "only the K best labels of each row")->check(CLI::PositiveNumber);
  verb->add_flag("--exact", request->exact, "with --top or --min-score: the best labels without the approximation of a tree's beam or of a graph of labels");
  verb->add_option("--select", request->select, "file of labels, one name (or number, where they have no names) per line: only these are scored and decided");
  verb->add_option_function<std::string>("--shard", [request](const std::string& word) { request->shard = word == "labels" ? Shard::labels : Shard::rows; },
                   "what the processes of mpirun share: rows, or labels (with --top: each scores all rows on its share of the labels, and touches their weights alone; ovr, and tree with --exact)")
      ->check(CLI::IsMember({"rows", "labels"}));
  verb->add_option("--min-score", request->least, "only labels of at least this score, among the best K (--top, else 100) of each row");
  verb->add_flag("--decide", request->decide, "also decide label sets with the model's rule; they go to STEM.decisions.ENDING");
  verb->add_option("--decisions", request->decisions, "file for the decided label sets (implies --decide)");
  verb->add_flag("--spread", request->spread, "also write how sure the scores are where the model has it: their standard deviation, presence, what labels share");
  add_read_options(*verb, request->read);
  verb->callback([&shell, request] {
    shell.uses_ranks = true;
    shell.work = [request](const Run& run) { return predict(*request, run); };
  });
}

void add_tune(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<TuneRequest>();
  CLI::App* verb = add_verb(app, shell, "tune", "fit a decision rule on held-out data and store it in the model");
  verb->add_option("model", request->model, "model file")->required();
  verb->add_option("valid", request->valid, "held-out data set")->required();
  verb->add_option("--rule", request->rule, "rule (tagma list rules; default label-thresholds)");
  verb->add_option("--out", request->out, "model file to write instead of MODEL");
  add_read_options(*verb, request->read);
  verb->footer([&shell] { return settings_help("rules", "rule", chosen(shell, "--rule", "label-thresholds")); });
  verb->callback([&shell, request] {
    request->settings = shell.take("rule");
    shell.work = [request](const Run& run) { return tune(*request, run); };
  });
}

void add_drop_labels(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<DropLabelsRequest>();
  CLI::App* verb = add_verb(app, shell, "drop-labels", "a model without some of its labels; the others score as before");
  verb->add_option("model", request->model, "model file, of embedding, ovr or tree")->required();
  verb->add_option("labels", request->labels, "file of labels to drop, one name (or number, where they have no names) per line")->required();
  verb->add_option("--out", request->out, "model file to write")->required();
  verb->callback([&shell, request] {
    shell.work = [request](const Run& run) { return drop_labels(*request, run); };
  });
}

void add_fuse(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<FuseRequest>();
  CLI::App* verb = add_verb(app, shell, "fuse", "join the scores of two models by the places of labels in them");
  verb->add_option("first", request->first, "scores of one model (tagma predict --top 100)")->required();
  verb->add_option("second", request->second, "scores of another, of the same rows and labels")->required();
  verb->add_option("--out", request->out, "scores to write: .jsonl or .svm");
  auto* share = verb->add_option("--share", request->share, "share of the second in a label's score")->check(CLI::Range(0.0, 1.0));
  verb->add_option("--truth", request->truth, "data set of these rows, held out: the best share is looked for")->excludes(share);
  verb->add_option("--metric", request->metric, "what makes a share the best (default precision_at_1)");
  verb->add_option("--top", request->top, "labels of each row that are kept (default 100)")->check(CLI::PositiveNumber);
  add_read_options(*verb, request->read);
  verb->callback([&shell, request] {
    shell.work = [request](const Run& run) { return fuse(*request, run); };
  });
}

}  // namespace

void add_model_verbs(CLI::App& app, Shell& shell) {
  add_train(app, shell);
  add_predict(app, shell);
  add_tune(app, shell);
  add_drop_labels(app, shell);
  add_fuse(app, shell);
}

}  // namespace tagma
