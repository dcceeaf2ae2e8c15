// Somebody's TorchScript module as an encoder, see learn/torchscript.h.
//
// Errors: Error{bad_data} for a file that is no TorchScript archive, a module that does not take the data or gives no
// [rows x width]; the message ends with the first line of what LibTorch says.
#pragma once

#include <tagma/deep/encoder.h>
#include <tagma/learn/torchscript.h>

namespace tagma::deep {

std::unique_ptr<Encoder> scripted_encoder(const Torchscript& settings, const InputShape& shape, Parameters& parameters,
                                          std::span<const std::byte> script);

// The tensors of an archive by name, for weights to start from.
std::vector<Named> tensors_of_script(const std::string& path);

}  // namespace tagma::deep
