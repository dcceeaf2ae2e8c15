// The command line before CLI11 sees it: dotted component settings are taken out, a --config file is put in.
//
//   --loss.alpha 1   --loss.alpha=1      -> settings["loss"] gets alpha = 1
//   --config FILE.toml                   -> every key becomes an argument, unless the command line gives it itself
// Errors: Error{usage} for a dotted flag without value, Error{bad_data} for a config file that does not parse.
#pragma once

#include <tagma/base/settings.h>

#include <map>
#include <string>
#include <vector>

namespace tagma {

struct Arguments {
  std::vector<std::string> plain;             // without the program's name
  std::map<std::string, Settings> settings;   // by component: loss, learner, rule, measure, text
};

Arguments gather(std::vector<std::string> words);

}  // namespace tagma
