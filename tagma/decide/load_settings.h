// The settings of a rule, as a model file keeps them. Errors: Error{bad_model} naming file and setting.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/decide/saved_rule.h>

namespace tagma {

template <class Rule>
Rule settings_from(const SavedRule& saved, const ModelReader& file) {
  Rule rule;
  try {
    configure(rule, saved.settings, "rule.");
  } catch (const Error& fault) {
    fail(Code::bad_model, "{}: {}", file.path(), fault.what());
  }
  return rule;
}

}  // namespace tagma
