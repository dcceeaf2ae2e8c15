// Rows of a data set to look at, beside what is true of them and what each model says.
//
// Chosen are, in this order and always the same: up to 4 rows with two labels or more and up to 4 without any, evenly spread
// over the data set, then the rows that each model ranks worst. A row chosen twice is shown once, with both reasons.
// How badly a model ranks a row is the share of what it gets wrong among: its pairs of a present and an absent label, or of
// present labels of different grades (wrong: the greater one does not score higher), its present labels (wrong: not given),
// and its absent ones (wrong: given). Unknown labels are left out.
// Scores must be dense. Models without scores or decisions say nothing.
// Threads: serial; pure functions.
#pragma once

#include <tagma/report/model_charts.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tagma {

inline constexpr std::size_t most_examples = 24, most_models_of_examples = 6;

struct ShownExample {
  std::int64_t row = 0;
  std::string why;             // "among the worst of bce"
  std::string name;            // of the picture
  std::vector<std::byte> png;  // empty: `fault` says why
  int width = 0, height = 0;   // of the picture as it is here
  std::string fault;
};

// Without pictures as yet.
std::vector<ShownExample> choose_examples(std::span<const ShownModel> models, const LabelMatrix& truth);

double share_wrong(const Scores& scores, const Decisions& decisions, const LabelMatrix& truth, std::int64_t row);

// How to read them.
std::string examples_note(std::span<const ShownModel> models);

CardRow example_cards(std::span<const ShownExample> examples, std::span<const ShownModel> models, const ShownData& data);

}  // namespace tagma
