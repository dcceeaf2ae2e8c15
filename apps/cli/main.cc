// The tagma program: parses the command line, calls one function of run/, prints its answer. No arithmetic.
#include "apps/cli/arguments.h"
#include "apps/cli/memory.h"
#include "apps/cli/ranks.h"
#include "apps/cli/shell.h"
#include "apps/cli/terminal.h"

#include <tagma/base/memory.h>
#include <tagma/base/text.h>

#include <algorithm>
#include <cstdio>
#include <new>

namespace tagma {
namespace {

int exit_status(Code code) {
  switch (code) {
    case Code::usage: return 2;
    case Code::bad_data: return 3;
    case Code::bad_model: return 4;
    case Code::not_built: return 5;
    case Code::io: return 6;
    case Code::interrupted: return 130;
  }
  return 1;
}

// "unknown flag --treads of tagma train; did you mean --threads?"
[[noreturn]] void refuse_unknown(const CLI::App& app, const std::vector<std::string>& words, const std::string& what) {
  std::string verb_name;
  std::vector<std::string> flags, verbs;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    verbs.push_back(verb->get_name());
    if (words.empty() || verb->get_name() != words.front()) continue;
    verb_name = verb->get_name();
    for (const CLI::Option* option : verb->get_options())
      for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  if (verb_name.empty() && !words.empty() && !words.front().starts_with('-')) {
    const std::vector<std::string_view> accepted(verbs.begin(), verbs.end());
    throw Error(Code::usage, unknown_name("verb", words.front(), accepted));
  }
  const std::vector<std::string_view> accepted(flags.begin(), flags.end());
  for (const std::string& word : words) {
    const std::string flag = word.substr(0, word.find('='));
    if (!flag.starts_with("--") || std::find(flags.begin(), flags.end(), flag) != flags.end() || flag == "--help") continue;
    throw Error(Code::usage, unknown_name("flag of tagma " + verb_name, flag, accepted));
  }
  fail(Code::usage, "{}; see tagma {}{}--help", what, verb_name, verb_name.empty() ? "" : " ");
}

// The work of the chosen verb, by this rank. Verbs that cannot share their work are done by rank 0 alone.
Answer work(const Shell& shell, Run& run, Terminal& terminal, Ranks& ranks) {
  if (ranks.several() && !shell.uses_ranks && !ranks.speaks()) return {};
  if (ranks.several() && shell.uses_ranks) ranks.join();
  run.comm = ranks.comm();
  if (ranks.speaks()) {
    run.log = [&](Level level, std::string_view text) { terminal.log(level, text); };
    run.progress = [&](const Progress& step) { terminal.progress(step); };
  }
  return shell.work(run);
}

int run_program(const std::vector<std::string>& words, const Interrupts& interrupts, Ranks& ranks) {
  const Arguments arguments = gather(words);
  CLI::App app("tagma: learns which labels apply, how significant each is, and how sure that is", "tagma");
  Shell shell;
  shell.settings = arguments.settings;
  shell.words = arguments.plain;
  app.set_version_flag("--version", "tagma " TAGMA_VERSION);
  app.require_subcommand(0, 1);
  add_data_verbs(app, shell);
  add_model_verbs(app, shell);
  add_measure_verbs(app, shell);
  app.footer("\nEvery verb explains itself: tagma VERB --help. Formats: docs/guide/data.md.");
  try {
    std::vector<std::string> reversed(arguments.plain.rbegin(), arguments.plain.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    if (ranks.speaks()) fmt::print("{}", app.help());
    return 0;
  } catch (const CLI::CallForVersion&) {
    if (ranks.speaks()) fmt::print("tagma {}\n", TAGMA_VERSION);
    return 0;
  } catch (const CLI::ParseError& fault) {
    refuse_unknown(app, arguments.plain, fault.what());
  }
  if (!shell.work) {
    if (ranks.speaks()) fmt::print("{}", app.help());
    return words.empty() ? 0 : 2;
  }
  shell.check_settings(app.get_subcommands().front()->get_name());

  Terminal terminal(shell.quiet);
  Run run;
  run.threads = shell.threads > 0 ? shell.threads : ranks.threads();
  run.seed = shell.seed;
  run.stop = interrupts.token();
  run.memory = shell.memory;
  if (run.memory > 0) limit_memory(run.memory, run.threads);
  const std::string verb = app.get_subcommands().front()->get_name();
  Answer answer = told("tagma " + verb + " was at work", "allow more memory (--memory where it was given), or give it fewer rows", run,
                       [&] { return work(shell, run, terminal, ranks); });
  terminal.clear();
  if (!ranks.speaks()) return 0;
  if (const std::int64_t peak = peak_memory(); shell.tells_memory && peak > 0) {
    answer.json["memory"]["peak"] = peak;
    answer.text += fmt::format("  peak memory {}\n", memory_text(peak));
  }
  if (shell.json) fmt::print("{}\n", answer.json.dump(2));
  else fmt::print("{}", answer.text);
  return answer.interrupted ? 130 : 0;
}

}  // namespace
}  // namespace tagma

int main(int argc, char** argv) {
  const tagma::Interrupts interrupts;
  tagma::Ranks ranks;
  int status = 0;
  bool agreed = false;  // every rank knows of the error
  std::string fault;
  try {
    status = tagma::run_program({argv + 1, argv + argc}, interrupts, ranks);
  } catch (const tagma::Error& error) {
    fault = error.what();
    status = tagma::exit_status(error.code());
    agreed = dynamic_cast<const tagma::AgreedError*>(&error) != nullptr;
  } catch (const std::bad_alloc&) {
    fault = "out of memory while the command line was read; free some memory";
    status = 6;
  } catch (const std::exception& error) {
    fault = fmt::format("internal error: {}", error.what());
    status = 1;
  }
  const bool alone = !fault.empty() && !agreed && ranks.comm() != nullptr;  // the others may be waiting for this rank
  if (!fault.empty() && ranks.speaks()) fmt::print(stderr, "tagma: {}\n", fault);
  else if (alone) fmt::print(stderr, "tagma: rank {}: {}\n", ranks.rank(), fault);
  if (std::fflush(stdout) != 0 && status == 0) {
    fmt::print(stderr, "tagma: cannot write to standard output\n");
    status = 6;
  }
  if (alone) ranks.abort(status);
  if (ranks.comm() != nullptr) ranks.part();
  return ranks.speaks() ? status : 0;
}
