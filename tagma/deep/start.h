// What a network starts from besides chance: a file of weights, or a model that was trained before.
//
// A tensor of the file is taken where a weight or buffer of the same name and shape is there (a head of another number of
// outputs stays as it was drawn; position vectors of another grid are resized). Notes tell what matched and what did not.
// Errors: Error{bad_data} for a file that is neither safetensors nor TorchScript, or of which nothing matched; Error{usage}
// for a warm model of another shape; Error{not_built} where a GPU is asked for and there is none.
#pragma once

#include <tagma/deep/network.h>
#include <tagma/model/model.h>

namespace tagma::deep {

void start_from(Net& net, const Training& settings, const Model* warm, std::vector<std::string>& notes);

at::Device device_of(DeviceKind kind);

}  // namespace tagma::deep
