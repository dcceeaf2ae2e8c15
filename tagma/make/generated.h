// What a generator makes: three data sets drawn from one model, and what is true of them.
//
// Rows are independent draws; train, valid and test come from streams of their own, so that one does not change with the
// size of another. The same settings, rows and seed give the same bytes on every machine, for any number of threads.
#pragma once

#include <tagma/data/dataset.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tagma {

// Truth of every cell. Shape: each array is empty (not known, or nothing to tell) or [rows x labels], row-major.
struct TruthTable {
  std::vector<float> posterior;            // P(label present | features), before noise was put on the labels
  std::vector<float> means, deviations;    // of the Gaussian significance given the features
  std::vector<float> factors;              // what a picture shows of a present label (its size, ..); 0 where absent
  std::vector<std::int8_t> clean;          // 1 present, 0 absent: the labels before noise was put on them
};

struct Generated {
  Dataset train, valid, test;
  TruthTable train_truth, valid_truth, test_truth;
  std::vector<std::string> notes;  // what a user should know of the data
};

}  // namespace tagma
