// What a model to start from says of a training run: its learner, settings and loss where none are named, and the numbering of
// its labels and features, behind which new labels go.
//
// Errors: Error{usage} where rows and model cannot be brought together by name or number.
#pragma once

#include <tagma/base/settings.h>
#include <tagma/learn/learner.h>
#include <tagma/run/bundle.h>

#include <memory>
#include <string>
#include <string_view>

namespace tagma {

// Whether the model takes new labels and rows without learning everything again: one of ovr or tree, for these learners or where none
// is named.
bool grows(const Bundle& warm, std::string_view learner);

// The learner of a model that grows, as it was set, but for the settings given. name: as asked for, may be empty.
std::unique_ptr<Learner> learner_of(const Bundle& warm, std::string_view name, const Settings& given);
// Its loss, but for what is given.
std::unique_ptr<LossFunction> loss_of(const Bundle& warm, std::string_view name, const Settings& given);

// The numbering of the model with the labels behind it that only the data has. path: of the data, for messages.
Numbering grown_numbering(const Bundle& warm, const Dataset& data, const std::string& path);

// Says that labels or features go by their numbers, where the names of both sides differ in some place.
void warn_of_names(const Bundle& warm, const Numbering& numbering, const std::string& path, const Run& run);

// Says that calibration and decision rule of the model are left behind, where it has some.
void warn_of_rules(const Bundle& warm, const std::string& path, const Run& run);

}  // namespace tagma
