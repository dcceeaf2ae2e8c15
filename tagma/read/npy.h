// NumPy files as data sets: "X.npy+Y.npy" names features and labels; each may instead be a .npz, which is a matrix as
// scipy.sparse.save_npz writes it (CSR) or an archive with an array called X or Y. One .npz alone holds both: X, and
// the labels as Y, else raw (ReadOptions::labels_key names another array).
//
// Shape: X [rows x features], numbers, finite; row-major float32 is memory-mapped, not copied. Y [rows x labels]:
//   whole numbers  1 present, 0 absent, -1 unknown; larger ones are grades
//   floats         0 absent, greater is present with that grade, NaN unknown; all 0, 1 or NaN: no grades
// A sparse Y lists what is not absent (or, with unlisted_unknown, what is not unknown) in the same numbers.
// Errors: Error{bad_data} naming the file, row and column; as tagma/read/arrays.h says.
#pragma once

#include <tagma/read/format.h>

namespace tagma {

struct Npy {
  static constexpr std::string_view name = "npy", says = "NumPy arrays of features and labels: X.npy+Y.npy";
  static constexpr std::array<std::string_view, 1> endings{"npy"};
  static constexpr std::array<std::string_view, 2> options{"labels-key", "unlisted-unknown"};
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

struct Npz {
  static constexpr std::string_view name = "npz",
                                    says = "NumPy archive with the arrays X and Y, or scipy's sparse X.npz+Y.npz";
  static constexpr std::array<std::string_view, 1> endings{"npz"};
  static constexpr std::array<std::string_view, 2> options{"labels-key", "unlisted-unknown"};
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

}  // namespace tagma
