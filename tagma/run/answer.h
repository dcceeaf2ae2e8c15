// What a verb answers: text for people, JSON for programs. The shell chooses and prints; nothing here does.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace tagma {

struct Answer {
  std::string text;            // complete lines, ends with a line break
  nlohmann::ordered_json json;
  bool interrupted = false;    // the work was cut short and what is there was kept: the shell's exit status says so
};

}  // namespace tagma
