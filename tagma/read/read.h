// Files in and out: one call for every format of the catalog, chosen by the file's name or by ReadOptions::format.
// `.gz`, `.zst` and `.bz2` behind any name are unpacked and packed on the way.
//
// Errors: Error{bad_data} "FILE:LINE:COLUMN: found .., allowed .." for a file that breaks its format, Error{io} for one
// that cannot be read or written, Error{usage} for an unknown format. Written files appear whole or not at all.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/data/scores.h>
#include <tagma/read/options.h>

#include <optional>
#include <string>
#include <vector>

namespace tagma {

Dataset read_dataset(const std::string& path, const ReadOptions& options, const Run& run);
void write_dataset(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);

// What `data` holds that the format of `path` cannot carry ("grades", "weights", ..); empty when all of it is carried.
std::vector<std::string> lost_in(const Dataset& data, const std::string& path, const ReadOptions& options);

// Scores: .npy (float32 [rows x labels]; spread beside it as STEM.spread.npy, presence as STEM.presence.npy, loadings as
// STEM.shared.npy), .jsonl,
// .csv, .svm (shortlist). `scale` unset: probability when every score lies in [0, 1], else margin.
Scores read_scores(const std::string& path, std::optional<Scale> scale, const Run& run);
void write_scores(const Scores& scores, const std::vector<std::string>& label_names, const std::string& path,
                  const Run& run);

// Decisions as label lists: .csv (row, labels a|b), .jsonl ({"labels": [..]}), .svm (labels only), .npy (int8 0/1).
Decisions read_decisions(const std::string& path, LabelId labels, const std::vector<std::string>& label_names,
                         const Run& run);
void write_decisions(const Decisions& decisions, const std::vector<std::string>& label_names, const std::string& path,
                     const Run& run);

std::vector<Entry> reader_entries();  // for `tagma list readers`

}  // namespace tagma
