// What every stored decider keeps in the manifest of a model file, under "rule": its name, its settings, and the scale
// of the scores it was fitted on.
#pragma once

#include <tagma/base/settings.h>
#include <tagma/base/words.h>
#include <tagma/store/model_file.h>

#include <string>
#include <vector>

namespace tagma {

struct SavedRule {
  std::string rule;
  Settings settings;
  Scale scale = Scale::probability;
};

void save_rule(ModelWriter& file, const SavedRule& saved);

// Errors: Error{bad_model} when the entry lacks a part or has one of another type.
SavedRule saved_rule(const ModelReader& file);

std::string_view scale_name(Scale scale);

}  // namespace tagma
