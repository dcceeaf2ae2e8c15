// The file formats of scores and decisions, a pair of functions each; read_scores() and the like choose by the ending.
//
//   scores     .npy    float32 [rows x labels]; STEM.spread.npy and STEM.presence.npy beside it, and STEM.shared.npy [rows x labels x factors]
//              .jsonl  {"scores": [0.9, ..]} a row, with "spread" and "presence" likewise, and "shared", label after label, all factors
//                      of each; of a shortlist, best first: {"of": LABELS, "ids": [3, 17], "labels": ["a", "b"], "scores": [0.9, 0.2]}
//              .csv    a header of label names, then a row of scores a line; columns of spread, of presence and of each factor
//                      follow, named spread:NAME, presence:NAME, shared1:NAME, ..
//              .svm    a line "ROWS LABELS", then id:score pairs, best first: always a shortlist; a row of nothing is a blank, or where
//                      there would be too few rows without them an empty line
//   decisions  .npy    int8 0/1 [rows x labels]
//              .jsonl  {"labels": ["a", "b"]}; numbers where labels have no names
//              .csv    a header row,labels and lines 0,a|b
//              .svm    a line "ROWS 0 LABELS", then 3,17
// Errors: as tagma/read/read.h says; Error{usage} where a format cannot hold what is to be written.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/scores.h>
#include <tagma/read/source.h>

#include <string>
#include <vector>

namespace tagma::detail {

using Names = std::vector<std::string>;

Scores read_npy_scores(const std::string& path);
Scores read_json_scores(const std::string& path);
Scores read_csv_scores(const std::string& path);
Scores read_svm_scores(const std::string& path);

void write_npy_scores(const Scores& scores, const std::string& path);
void write_json_scores(const Scores& scores, const Names& names, const std::string& path, const Run& run);
void write_csv_scores(const Scores& scores, const Names& names, const std::string& path, const Run& run);
void write_svm_scores(const Scores& scores, const std::string& path, const Run& run);

Decisions read_npy_decisions(const std::string& path, LabelId labels);
Decisions read_json_decisions(const std::string& path, LabelId labels, const Names& names);
Decisions read_csv_decisions(const std::string& path, LabelId labels, const Names& names);
Decisions read_svm_decisions(const std::string& path, LabelId labels);

void write_npy_decisions(const Decisions& decisions, const std::string& path, const Run& run);
void write_json_decisions(const Decisions& decisions, const Names& names, const std::string& path, const Run& run);
void write_csv_decisions(const Decisions& decisions, const Names& names, const std::string& path, const Run& run);
void write_svm_decisions(const Decisions& decisions, const std::string& path, const Run& run);

// The fields of one line of comma-separated text; "" inside quotes is one quote.
std::vector<std::string> csv_fields(std::string_view line, const Place& place);
// A field, in quotes where it needs them.
std::string csv_field(std::string_view text);

}  // namespace tagma::detail
