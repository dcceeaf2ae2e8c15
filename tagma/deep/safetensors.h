// Files of weights in the safetensors format: a length (u64, little-endian), a JSON header {name: {dtype, shape,
// data_offsets}}, and the numbers. F64, F32, F16, BF16 and the integers are read; all become tensors of floats but integers.
//
// Errors: Error{bad_data} naming the file, the tensor and what does not fit; offsets are checked before anything is touched.
// Source: the format's specification (huggingface/safetensors).
#pragma once

#include <tagma/deep/parameters.h>

#include <string>
#include <vector>

namespace tagma::deep {

std::vector<Named> read_safetensors(const std::string& path);

}  // namespace tagma::deep
