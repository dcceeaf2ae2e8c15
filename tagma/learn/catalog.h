// Every learner, in alphabetical order. A new one is one file pair and one entry here.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/learn/linear.h>
#include <tagma/learn/ovr.h>
#include <tagma/learn/tree.h>

namespace tagma {

using Learners = Catalog<Linear, Ovr, Tree>;

}  // namespace tagma
