// Parts of the program that are opened only when they are wanted, because opening them takes time or memory: shared
// libraries that lie beside the program (as it is built) or in lib/tagma (as it is installed).
//
// A module is never closed: what it has made may still be in use, and the libraries below it cannot be started twice.
// Errors: Error{not_built} where the module is not there, Error{io} where it does not open or is not one of this program.
#pragma once

#include <string>
#include <string_view>

namespace tagma {

// "" where there is no such file. `name`: "tagma_deep.so".
std::string module_path(std::string_view name);

// A function of the module; `advice` ends the message where the module is missing.
void* module_function(std::string_view name, const char* symbol, std::string_view advice);

}  // namespace tagma
