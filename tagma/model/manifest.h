// Reading entries of a model file's manifest without trusting them.
// Errors: Error{bad_model} naming the file and the entry.
#pragma once

#include <tagma/store/model_file.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace tagma {

const nlohmann::json& part_of(const ModelReader& file, const char* key);  // an object of the manifest
const nlohmann::json& object_of(const ModelReader& file, const nlohmann::json& part, const char* key);
std::string text_of(const ModelReader& file, const nlohmann::json& part, const char* key);
std::int64_t count_of(const ModelReader& file, const nlohmann::json& part, const char* key, std::int64_t most);

}  // namespace tagma
