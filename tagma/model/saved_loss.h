// The loss of a model in the manifest of its file: {"name": .., "settings": {..}} under the key "loss".
// Errors: Error{bad_model}, also where the loss itself refuses its settings.
#pragma once

#include <tagma/drive/loss_function.h>
#include <tagma/store/model_file.h>

#include <memory>

namespace tagma {

void save_loss(ModelWriter& file, const LossFunction& loss);
std::shared_ptr<const LossFunction> load_loss(const ModelReader& file);

}  // namespace tagma
