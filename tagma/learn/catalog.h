// Every learner, in alphabetical order. A new one is one file pair and one entry here.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/learn/cnn.h>
#include <tagma/learn/embedding.h>
#include <tagma/learn/linear.h>
#include <tagma/learn/mlp.h>
#include <tagma/learn/ovr.h>
#include <tagma/learn/resnet.h>
#include <tagma/learn/torchscript.h>
#include <tagma/learn/tree.h>
#include <tagma/learn/vit.h>

namespace tagma {

using Learners = Catalog<Cnn, Embedding, Linear, Mlp, Ovr, Resnet, Torchscript, Tree, Vit>;

}  // namespace tagma
