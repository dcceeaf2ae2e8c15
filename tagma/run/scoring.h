// Reading a data set for a model and scoring it: what predict, tune, evaluate and report share.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/data/scores.h>
#include <tagma/read/options.h>
#include <tagma/run/bundle.h>
#include <tagma/run/shard.h>
#include <tagma/score/score.h>

#include <cstdint>
#include <string>

namespace tagma {

// The rows of a file as they are. A lone .npy file holds features; its `labels` labels are all unknown.
Dataset read_rows(const std::string& path, LabelId labels, const ReadOptions& options, const Run& run);

// The rows of `path` in the numbering of the model, with features made of their texts where the model does so; what did not
// match is logged as a warning.
// Errors: Error{bad_data} when there are no numeric features or no texts and the model needs them.
Dataset fitted_to(const Bundle& bundle, Dataset data, const std::string& path, const Run& run);

// Both at once.
Dataset read_for(const Bundle& bundle, const std::string& path, const ReadOptions& options, const Run& run);

// The labels of a file: a data set, or a lone .npy file [rows x labels].
Dataset read_truth(const std::string& path, const ReadOptions& options, const Run& run);

// As many labels of a row as are calibrated at least, where that may change their order; and as `tune` sees of models with very many.
inline constexpr LabelId shortlist_length = 100;

// Scores as the model's calibration makes them: dense, or a shortlist where only some labels are wanted. Of several ranks rank 0 has them
// all afterwards; the others have only their own.
// Errors: Error{usage} when scores of all wanted labels would take more than `memory_limit` bytes; when labels are to be shared and all
// labels or some selected ones are wanted, or an approximation, or the model cannot.
Scores score_for(const Bundle& bundle, const Dataset& data, const Wanted& wanted, std::int64_t memory_limit, const Run& run, Shard shard = Shard::rows);

}  // namespace tagma
