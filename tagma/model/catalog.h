// Every kind of model, in alphabetical order. A new one is one file pair and one entry here.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/model/embedding.h>
#include <tagma/model/linear.h>
#include <tagma/model/network.h>
#include <tagma/model/ovr.h>
#include <tagma/model/tree.h>

namespace tagma {

using Models = Catalog<EmbeddingModel, LinearModel, Network, OvrModel, TreeModel>;

}  // namespace tagma
