// Every kind of model, in alphabetical order. A new one is one file pair and one entry here.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/model/linear.h>

namespace tagma {

using Models = Catalog<LinearModel>;

}  // namespace tagma
