// Trains a model on examples that mostly have no label, tunes thresholds on held-out data, and decides label sets.
#include <tagma/decide/rule.h>
#include <tagma/learn/learner.h>
#include <tagma/make/make.h>
#include <tagma/score/score.h>

#include <cstdio>

int main() {
  tagma::Run run;
  run.threads = 2;
  const auto data = tagma::generate("negatives", {{"labels", "6"}, {"features", "10"}, {"negatives", "0.7"}}, 2000, run);

  const auto loss = tagma::make_loss("any-class", {{"share", "0.3"}});
  const auto learner = tagma::make_learner("linear", {});
  const tagma::Learned learned = learner->learn(data.train, &data.valid, *loss, nullptr, run);

  const tagma::Scores held_out = tagma::score_all(*learned.model, data.valid.features, run);
  const auto rule = tagma::fit_rule("label-thresholds", {}, held_out, data.valid.labels, run);
  const tagma::Decisions decided = rule->decide(tagma::score_all(*learned.model, data.test.features, run), run);

  std::int64_t hits = 0;
  for (std::int64_t row = 0; row < decided.rows(); ++row) {
    const auto truth = data.test.labels[row].present;
    for (tagma::LabelId label : decided[row])
      for (tagma::LabelId present : truth) hits += label == present;
  }
  std::printf("decided %lld labels on %lld rows, %lld of them right\n", static_cast<long long>(decided.decided()),
              static_cast<long long>(decided.rows()), static_cast<long long>(hits));
  return hits > 0 ? 0 : 1;
}
