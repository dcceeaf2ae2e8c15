// A network's shape in the manifest of its file, and its numbers in sections "network.NAME".
// Errors: Error{bad_model} naming the file and what does not fit.
#pragma once

#include <tagma/data/labels.h>
#include <tagma/deep/network.h>
#include <tagma/store/model_file.h>

#include <memory>

namespace tagma::deep {

void save_net(ModelWriter& file, const Net& net, LabelId labels);
std::unique_ptr<Net> load_net(const ModelReader& file);

// Tensors of a list as sections PREFIX.NAME, and back into tensors of the same shapes.
void save_tensors(ModelWriter& file, const std::string& prefix, const std::vector<Named>& tensors);
void load_tensors(const ModelReader& file, const std::string& prefix, const std::vector<Named>& tensors);

}  // namespace tagma::deep
