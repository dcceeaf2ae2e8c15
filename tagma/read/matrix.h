// A matrix out of a .npy or .npz file, dense or in scipy's CSR form, and what becomes of it: features or labels.
//
// Errors: Error{bad_data} naming the file, the row and the column.
#pragma once

#include <tagma/data/features.h>
#include <tagma/data/labels.h>
#include <tagma/read/arrays.h>
#include <tagma/read/zip.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tagma {

struct CsrMatrix {
  std::string name;
  Array data, columns_of, starts;
  std::int64_t rows = 0, columns = 0;
};
using Matrix = std::variant<Array, CsrMatrix>;

// "X.npy+Y.npy" -> {"X.npy", "Y.npy"}; the second is empty when there is only one file.
std::pair<std::string, std::string> parts_of_pair(const std::string& path);

// A .npy file; or a .npz file with a CSR matrix, an array called `key`, or a single array.
Matrix read_matrix(const std::string& path, std::string_view key);
Array array_in(const ZipArchive& archive, const std::string& path, std::string_view key);

// Dense arrays of 256 columns or more with fewer than a tenth of their cells other than 0 become sparse.
FeatureMatrix features_of(const Matrix& matrix);
LabelMatrix labels_of(const Matrix& matrix, Truth rest);

}  // namespace tagma
