// tagma list: the components of every kind, with their settings.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/run/answer.h>

#include <string_view>
#include <vector>

namespace tagma {

// kind: losses metrics learners rules readers texts generators all
Answer list(std::string_view kind);

// The entries of one kind. Errors: Error{usage} for an unknown kind.
std::vector<Entry> entries_of(std::string_view kind);

}  // namespace tagma
