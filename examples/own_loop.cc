// A loss in a training loop of one's own: value and slopes of UniMLR on one batch, and how its outputs are read.
#include <tagma/drive/loss_function.h>

#include <cstdio>
#include <vector>

int main() {
  constexpr tagma::LabelId labels = 3;
  const auto loss = tagma::make_loss("unimlr", {{"mode", "strong"}});
  std::vector<float> outputs{1.2f, -0.4f, 0.3f, 0.f, 0.f, 0.f};  // one row: three means, then three log-variances
  const tagma::Truth truth[] = {tagma::Truth::present, tagma::Truth::absent, tagma::Truth::present};
  const float grades[] = {2.f, 0.f, 1.f};  // label 0 matters more than label 2
  std::vector<float> slopes(outputs.size());

  tagma::Batch<float> batch;
  batch.rows = 1, batch.labels = labels;
  batch.outputs = outputs.data(), batch.truth = truth, batch.grades = grades, batch.slopes = slopes.data();
  double before = 0, after = 0;
  for (int step = 0; step < 100; ++step) {
    after = loss->run(batch, {});
    if (step == 0) before = after;
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i] -= 0.1f * slopes[i];
  }
  const tagma::Scores scores = loss->read(outputs.data(), 1, labels, {});
  std::printf("loss %.3f -> %.3f; significance %.2f %.2f %.2f, spread %.2f %.2f %.2f\n", before, after, scores.values[0],
              scores.values[1], scores.values[2], scores.spread[0], scores.spread[1], scores.spread[2]);
  return after < before ? 0 : 1;
}
