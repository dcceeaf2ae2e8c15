// Texts beside or instead of numeric features: which are used, and how they enter a data set.
//
// A data set with texts and no numeric features is learned from its texts. One with both is learned from the numeric
// features alone, unless text.beside_features is set: then the columns of the texts stand behind the numeric ones.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/data/dataset.h>
#include <tagma/text/text_features.h>

#include <memory>
#include <string>

namespace tagma {

// The text features for a training set, or null when it is to be learned from numeric features alone. `settings` as
// given: when there are some, but no texts that they could concern, Error{usage}.
std::unique_ptr<const TextFeatures> fit_texts(const Dataset& data, const Settings& settings, const std::string& path, const Run& run);

// Puts the features of the texts behind the numeric ones; those lose their names. Notes what was odd about the texts.
// Errors: Error{bad_data} when the rows have no texts.
void add_text_features(Dataset& data, const TextFeatures& text, const std::string& path, const Run& run);

// Features of the labels' texts, in the columns that the texts of rows have behind `numeric` others.
FeatureMatrix label_features(std::span<const std::string> texts, const TextFeatures& text, std::int64_t numeric, const Run& run);

}  // namespace tagma
