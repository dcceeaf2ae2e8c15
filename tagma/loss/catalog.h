// Every loss, in alphabetical order of names. A new loss is one header and one entry here.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/loss/any_class.h>
#include <tagma/loss/asymmetric.h>
#include <tagma/loss/bce.h>
#include <tagma/loss/crpc.h>
#include <tagma/loss/decoupled_softmax.h>
#include <tagma/loss/focal.h>
#include <tagma/loss/hinge.h>
#include <tagma/loss/ldl_kl.h>
#include <tagma/loss/lsep.h>
#include <tagma/loss/plackett_luce.h>
#include <tagma/loss/ranknet.h>
#include <tagma/loss/soft_top_k.h>
#include <tagma/loss/sparsemax.h>
#include <tagma/loss/squared_hinge.h>
#include <tagma/loss/thurstone.h>
#include <tagma/loss/thurstone_factor.h>
#include <tagma/loss/unimlr.h>
#include <tagma/loss/zlpr.h>

namespace tagma {

using Losses = Catalog<AnyClass, Asymmetric, Bce, Crpc, DecoupledSoftmax, Focal, Hinge, LdlKl, Lsep, PlackettLuce, RankNet,
                       SoftTopK, Sparsemax, SquaredHinge, Thurstone, ThurstoneFactor, UniMlr, Zlpr>;

}  // namespace tagma
