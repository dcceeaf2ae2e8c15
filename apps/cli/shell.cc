#include "apps/cli/shell.h"

#include <tagma/base/memory.h>
#include <tagma/base/text.h>
#include <tagma/run/list.h>

namespace tagma {

Settings Shell::take(const std::string& component) {
  const auto found = settings.find(component);
  if (found == settings.end()) return {};
  Settings taken = std::move(found->second);
  settings.erase(found);
  return taken;
}

void Shell::check_settings(const std::string& verb) const {
  if (!settings.empty())
    fail(Code::usage, "tagma {} has no settings --{}.*; see tagma {} --help", verb, settings.begin()->first, verb);
}

CLI::App* add_verb(CLI::App& app, Shell& shell, const std::string& name, const std::string& says) {
  CLI::App* verb = app.add_subcommand(name, says);
  verb->add_option("--threads", shell.threads, "threads to use (default: one per core)")->check(CLI::Range(0, 4096))->group("Common");
  verb->add_option("--seed", shell.seed, "seed of everything random (default 1)")->group("Common");
  verb->add_flag("--quiet,-q", shell.quiet, "no notes and no progress on standard error")->group("Common");
  verb->add_flag("--json", shell.json, "answer in JSON")->group("Common");
  verb->add_option("--config", "TOML file with the same keys as the flags; [learner] name = .. beside settings of a learner; the command line wins")->group("Common");
  return verb;
}

void add_memory_option(CLI::App& verb, Shell& shell) {
  verb.add_option_function<std::string>(
          "--memory", [&shell](const std::string& value) { shell.memory = parse_memory(value, "--memory"); },
          "most memory to hold, as in 512M or 4G (default: as much as there is)")
      ->group("Common");
}

void add_read_options(CLI::App& verb, ReadOptions& options) {
  for (const FieldInfo& field : describe<ReadOptions>()) {
    const std::string flag = "--" + field.name;
    if (verb.get_option_no_throw(flag) != nullptr) continue;
    const auto set = [&options, name = field.name](const std::string& value) {
      configure(options, Settings{{name, value}}, "--");
    };
    CLI::Option* option = field.type == "switch"
                              ? verb.add_flag_callback(flag, [set] { set("true"); }, field.help)
                              : verb.add_option_function<std::string>(flag, set, field.help + (field.type == "choice" ? " (" + field.allowed + ")" : ""));
    option->group("Reading data");
  }
}

std::string chosen(const Shell& shell, const std::string& flag, const std::string& standard) {
  for (std::size_t i = 0; i < shell.words.size(); ++i) {
    if (shell.words[i] == flag && i + 1 < shell.words.size()) return shell.words[i + 1];
    if (shell.words[i].starts_with(flag + "=")) return shell.words[i].substr(flag.size() + 1);
  }
  return standard;
}

std::string settings_help(const std::string& kind, const std::string& component, const std::string& name) {
  for (const Entry& entry : entries_of(kind)) {
    if (entry.name != name) continue;
    std::string text = fmt::format("\nSettings of {} '{}' ({}), as --{}.NAME VALUE:\n", component, name, entry.says, component);
    if (entry.fields.empty()) text += "  none\n";
    for (const FieldInfo& field : entry.fields)
      text += fmt::format("  {:<20} {} ({}; default {})\n", field.name, field.help, field.allowed, field.standard.empty() ? "none" : field.standard);
    return text;
  }
  return "";
}

}  // namespace tagma
