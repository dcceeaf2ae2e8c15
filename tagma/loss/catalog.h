// Every loss, in alphabetical order of names. A new loss is one header and one entry here.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/loss/bce.h>

namespace tagma {

using Losses = Catalog<Bce>;

}  // namespace tagma
