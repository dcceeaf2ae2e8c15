#include "apps/cli/completion.h"

#include <fmt/core.h>

namespace tagma {

std::string completion_script(const CLI::App& app, const std::string& shell) {
  std::string verbs, cases;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    verbs += (verbs.empty() ? "" : " ") + verb->get_name();
    std::string flags;
    for (const CLI::Option* option : verb->get_options())
      for (const std::string& name : option->get_lnames()) flags += (flags.empty() ? "--" : " --") + name;
    cases += fmt::format("    {}) flags=\"{}\" ;;\n", verb->get_name(), flags);
  }
  std::string script = shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
  script += fmt::format(R"(_tagma() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} flags=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{}" -- "$word"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _tagma tagma
)",
                        verbs, cases);
  return script;
}

}  // namespace tagma
