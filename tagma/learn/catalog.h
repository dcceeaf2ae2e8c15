// Every learner, in alphabetical order. A new one is one file pair and one entry here.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/learn/linear.h>

namespace tagma {

using Learners = Catalog<Linear>;

}  // namespace tagma
