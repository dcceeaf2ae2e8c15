// What the verbs share: common flags, component settings, and the work that the chosen verb leaves to be done.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/run/info.h>
#include <tagma/run/answer.h>

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tagma {

struct Shell {
  int threads = 0;  // 0: one per core
  std::uint64_t seed = 1;
  bool quiet = false, json = false;
  std::map<std::string, Settings> settings;            // dotted settings of the command line
  std::vector<std::string> words;                      // the command line, for help that depends on it
  std::function<Answer(const Run&)> work;              // set by the verb that was called
  bool uses_ranks = false;                             // whether that verb shares its work among the ranks of mpirun
  std::int64_t memory = 0;                             // most bytes to be held; 0: as many as there are
  bool tells_memory = false;                           // whether the answer says how many were held

  // The dotted settings of a component the verb understands; the others are refused by check_settings().
  Settings take(const std::string& component);
  void check_settings(const std::string& verb) const;  // Error{usage} when a component's settings were not taken
};

// A verb: its flags, and a callback that sets shell.work.
CLI::App* add_verb(CLI::App& app, Shell& shell, const std::string& name, const std::string& says);
// --memory of the verbs that keep to it.
void add_memory_option(CLI::App& verb, Shell& shell);
void add_read_options(CLI::App& verb, ReadOptions& options);
// The word after `flag` on the command line, or `standard`: which component the help should describe.
std::string chosen(const Shell& shell, const std::string& flag, const std::string& standard);
// Help text that lists the settings of one component: "Settings of loss 'focal' (--loss.NAME VALUE): ..."
std::string settings_help(const std::string& kind, const std::string& component, const std::string& name);

void add_data_verbs(CLI::App& app, Shell& shell);     // info generate convert split
void add_model_verbs(CLI::App& app, Shell& shell);    // train predict tune drop-labels fuse
void add_measure_verbs(CLI::App& app, Shell& shell);  // evaluate report loss list completion

}  // namespace tagma
