// Two data sets as one, the rows of the second behind those of the first: features, labels and weights. Both number labels and
// features alike; names are those of the first. Rows without weights count 1. Grades are kept where both sets have them; texts,
// pictures, groups and votes are not looked at.
// Errors: Error{bad_data} where the sets do not number alike, or one says that what is not listed is unknown and the other absent.
#pragma once

#include <tagma/data/dataset.h>

namespace tagma {

Dataset stacked(const Dataset& first, const Dataset& second);

}  // namespace tagma
