// What the tests of ovr and tree look at.
#pragma once

#include <tagma/measure/measure.h>
#include <tagma/score/score.h>
#include <tagma/store/model_file.h>

#include <vector>

namespace tagma::test {

inline std::vector<std::byte> bytes_of(const Model& model) {
  ModelWriter file;
  model.save(file);
  return file.bytes();
}

inline double precision_at_1(const Model& model, const Dataset& data) {
  const Scores scores = score_top(model, data.features, 3, {});
  Judged judged;
  judged.truth = &data.labels;
  judged.scores = &scores;
  return measure_one("precision_at_1", judged, {});
}

}  // namespace tagma::test
