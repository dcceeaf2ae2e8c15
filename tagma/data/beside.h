// Two feature matrices of the same rows as one.
#pragma once

#include <tagma/data/features.h>

namespace tagma {

// The columns of `right` behind those of `left`, sparse; zeros of a dense matrix are not stored.
// Errors: Error{bad_data} when the numbers of rows differ or the columns are too many.
FeatureMatrix beside(const FeatureMatrix& left, const FeatureMatrix& right);

}  // namespace tagma
