#include <tagma/data/beside.h>

#include <tagma/base/error.h>

namespace tagma {
namespace {

// Adds the values of one row to `arrays`, their columns moved by `shift`.
void add_row(const FeatureMatrix& part, std::int64_t row, std::int32_t shift, CsrArrays& arrays) {
  const auto add = [&](std::int64_t column, float value) {
    arrays.columns_of.push_back(static_cast<std::int32_t>(column) + shift);
    arrays.values.push_back(value);
  };
  if (part.sparse()) {
    const CsrView& view = part.csr_view();
    for (auto i = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row)]);
         i < static_cast<std::size_t>(view.starts[static_cast<std::size_t>(row) + 1]); ++i)
      add(view.columns_of[i], view.values[i]);
    return;
  }
  const std::span<const float> values = part.dense_view().row(row);
  for (std::size_t column = 0; column < values.size(); ++column)
    if (values[column] != 0) add(static_cast<std::int64_t>(column), values[column]);
}

}  // namespace

FeatureMatrix beside(const FeatureMatrix& left, const FeatureMatrix& right) {
  if (left.rows() != right.rows()) fail(Code::bad_data, "{} rows of features beside {}", left.rows(), right.rows());
  if (left.columns() + right.columns() > INT32_MAX)
    fail(Code::bad_data, "{} and {} columns of features are too many", left.columns(), right.columns());
  CsrArrays arrays;
  arrays.starts.reserve(static_cast<std::size_t>(left.rows()) + 1);
  for (std::int64_t row = 0; row < left.rows(); ++row) {
    add_row(left, row, 0, arrays);
    add_row(right, row, static_cast<std::int32_t>(left.columns()), arrays);
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  return {std::move(arrays), left.columns() + right.columns()};
}

}  // namespace tagma
