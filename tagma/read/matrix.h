// A matrix out of a .npy or .npz file, dense or in scipy's CSR form, and what becomes of it: features or labels.
//
// Errors: Error{bad_data} naming the file, the row and the column.
#pragma once

#include <tagma/base/file.h>
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
  std::shared_ptr<const MappedFile> file;  // that the arrays lie in, where it is mapped
};
using Matrix = std::variant<Array, CsrMatrix>;

// "X.npy+Y.npy" -> {"X.npy", "Y.npy"}; the second is empty when there is only one file.
std::pair<std::string, std::string> parts_of_pair(const std::string& path);

// A .npy file; or a .npz file with a CSR matrix, an array called `key`, or a single array.
Matrix read_matrix(const std::string& path, std::string_view key);
Array array_in(const ZipArchive& archive, const std::string& path, std::string_view key);

// A CSR matrix whose columns (int32) and values (float32) lie in a mapped file, aligned, unpacked and in ascending order within
// rows, is looked at there and not copied, as write_dataset() writes it; any other is copied.
// Dense arrays of 256 columns or more with fewer than a tenth of their cells other than 0 become sparse.
FeatureMatrix features_of(const Matrix& matrix);
LabelMatrix labels_of(const Matrix& matrix, Truth rest);

}  // namespace tagma
