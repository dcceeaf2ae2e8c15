// A whole model file: the model, what it was trained on and how, how it makes features of texts, and the decision rule
// that tune() put beside it.
//
// Errors: Error{bad_model} for damaged files, Error{io} when the file cannot be read or written.
#pragma once

#include <tagma/data/align.h>
#include <tagma/decide/rule.h>
#include <tagma/drive/loss_function.h>
#include <tagma/model/model.h>
#include <tagma/text/text_features.h>

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tagma {

struct Bundle {
  std::unique_ptr<const Model> model;
  std::unique_ptr<const Calibration> calibration;  // null: scores as the model makes them
  std::unique_ptr<const Decider> decider;  // null: the standard decision; of calibrated scores where there is a calibration
  std::unique_ptr<const TextFeatures> text;  // null: the model knows numeric features only
  Numbering numbering;                     // of labels and numeric features; the columns of texts stand behind them
  ClassCounts counts;                      // of the training set
  std::int64_t training_rows = 0;
  nlohmann::ordered_json history;          // "learner", "loss", "facts", "data": how it came about
  std::int64_t file_size = 0;

  const Decider& decision() const { return decider ? *decider : *standard_; }

 private:
  std::shared_ptr<const Decider> standard_ = standard_decider();
};

Bundle load_bundle(const std::string& path);
void save_bundle(const Bundle& bundle, const std::string& path);

}  // namespace tagma
