// How learning keeps to Run::memory: what it will hold at most, from the sizes that are known before it begins, and what
// gives way when that is too much.
//
// In this order: vectors of labels (tree) go to a working file, then the rows as they were read do, then fewer panels are learned at
// a time; where not even one fits, the packed rows go to a file, then the dual variables too, with as many panels as fit then
// (dual.h: of a file, a block is in memory). Losses solved by Newton have no duals, and hold 0.6 KB for each row.
// Lanes, waves, blocks and everything else that the result depends on do not follow from memory: the model is the same bytes under
// any limit. Sizes are bounds, not guesses, except for losses solved by Newton and for the program itself (32M).
// The weights of the model are not in it: they are written as they come where there is a place for working files.
// Units: bytes.
// Errors: Error{usage} with the least memory that would do.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/drive/loss_function.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tagma {

// Panels that are solved before they are taken (panel_crew.h): by one thread of one rank, and by each thread otherwise. Nodes of
// a tree are many and small: more of them where ranks wait for each other after every wave.
struct WaveSize {
  std::size_t alone, each;
};
inline constexpr WaveSize ovr_wave{1, 4};
WaveSize tree_wave(const Run& run);

// What a learner of panels holds.
struct MemoryNeeds {
  std::int64_t standing = 0;  // throughout: the program, labels, names, what is held out
  std::int64_t rows = 0;      // the rows as they were read; 0 where they lie in a file
  std::int64_t window = 0;    // of rows in a file, what each thread looks at before it lets go
  std::int64_t vectors = 0;   // of labels, while they are clustered, and on where there are several trees
  std::int64_t clustering = 0;  // beside the vectors, on each thread
  bool vectors_stay = false;
  std::int64_t shared = 0;    // held for all panels
  std::int64_t panel = 0;     // of a panel that is being learned
  std::int64_t packed = 0;    // values of the rows as packed, once for all panels or by each
  bool packed_by_each = false;
  std::int64_t duals = 0;     // of a panel
  std::int64_t block = 0;     // what is in memory of packed rows and of duals that lie in files; 0: they have to be held
  std::int64_t finished = 0;  // of a panel that is learned and not yet written
  WaveSize wave{1, 1};        // finished panels that are held
};

struct MemoryPlan {
  bool kept = false;  // false: the learner does not keep to Run::memory
  int threads = 1;    // panels at a time
  bool rows_in_file = false, vectors_in_file = false, weights_in_file = false, packed_in_file = false, duals_in_file = false;
  std::int64_t planned = 0, least = 0;
  std::string summary() const;  // "2 panels at a time; rows, weights in working files"
};

// The plan for the needs. `may_move_rows`: the caller will put rows into a file where the plan says so.
MemoryPlan plan_memory(const MemoryNeeds& needs, std::string_view learner, const Dataset& train, bool may_move_rows, const Run& run);

// Bytes of a data set without its features, and of features that are held.
std::int64_t bytes_beside_features(const Dataset& data);
std::int64_t bytes_of_features(const FeatureMatrix& x);

}  // namespace tagma
