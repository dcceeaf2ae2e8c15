// The completion script of a shell, made from the program's own verbs and flags.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace tagma {

// shell: bash or zsh (which runs the bash script through bashcompinit).
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace tagma
