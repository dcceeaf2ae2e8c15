// The generators by name.
//
// Errors: Error{usage}: unknown name or setting, a setting out of range, settings that cannot be met together.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/base/run.h>
#include <tagma/make/generated.h>

#include <string_view>
#include <vector>

namespace tagma {

std::vector<Entry> generator_entries();  // for `tagma list generators`

// `rows` in all, cut into train, valid and test as the settings say.
Generated generate(std::string_view name, const Settings& settings, std::int64_t rows, const Run& run);

}  // namespace tagma
