#include "apps/cli/shell.h"

#include <tagma/base/text.h>
#include <tagma/run/convert.h>
#include <tagma/run/generate.h>
#include <tagma/run/info.h>
#include <tagma/run/list.h>

#include <algorithm>

namespace tagma {
namespace {

void add_info(CLI::App& app, Shell& shell) {
  struct Request {
    std::string path;
    ReadOptions read;
  };
  auto request = std::make_shared<Request>();
  CLI::App* verb = add_verb(app, shell, "info", "what a data set or a model file is");
  verb->add_option("path", request->path, "data set or model file")->required();
  add_read_options(*verb, request->read);
  verb->callback([&shell, request] {
    shell.work = [request](const Run& run) { return info(request->path, request->read, run); };
  });
}

// The settings of the generator that the command line names are flags of their own: tagma generate xmc --labels 1000.
void add_generate(CLI::App& app, Shell& shell) {
  auto request = std::make_shared<GenerateRequest>();
  CLI::App* verb = add_verb(app, shell, "generate", "synthetic data sets with known truth: train, valid and test parts");
  verb->add_option("name", request->generator, "generator (tagma list generators)")->required();
  verb->add_option("--out", request->out, "folder to write into")->required();
  verb->add_option("--rows", request->rows, "rows of all parts together (default 10000)");
  verb->add_option("--format", request->ending, "ending of the files: svm, jsonl, csv, arff, npy, with .gz or .zst (default svm; with pictures jsonl)");
  std::string known;
  for (const Entry& entry : entries_of("generators")) {
    known += fmt::format("  {:<16} {}\n", entry.name, entry.says);
    if (std::find(shell.words.begin(), shell.words.end(), entry.name) == shell.words.end()) continue;
    for (const FieldInfo& field : entry.fields) {
      const auto set = [request, name = field.name](const std::string& value) { request->settings.set(name, value.empty() ? "true" : value); };
      CLI::Option* option = verb->add_option_function<std::string>("--" + field.name, set, fmt::format("{} ({}; default {})", field.help, field.allowed, field.standard));
      option->group("Settings of " + entry.name);
      if (field.type == "switch") option->expected(0, 1);
    }
  }
  verb->footer("\nGenerators:\n" + known + "Their settings: tagma generate NAME --help");
  verb->callback([&shell, request] {
    shell.work = [request](const Run& run) { return generate(*request, run); };
  });
}

void add_convert(CLI::App& app, Shell& shell) {
  struct Request {
    std::string in, out, out_format;
    ReadOptions read;
  };
  auto request = std::make_shared<Request>();
  CLI::App* verb = add_verb(app, shell, "convert", "between any two formats that can carry the data; says what is lost");
  verb->add_option("in", request->in, "data set to read")->required();
  verb->add_option("out", request->out, "file to write; the format follows from its name")->required();
  verb->add_option("--out-format", request->out_format, "format of OUT when its name does not tell");
  add_read_options(*verb, request->read);
  verb->callback([&shell, request] {
    shell.work = [request](const Run& run) {
      return convert(request->in, request->out, request->read, request->out_format, run);
    };
  });
}

void add_split(CLI::App& app, Shell& shell) {
  struct Request : SplitRequest {
    std::string group;
  };
  auto request = std::make_shared<Request>();
  CLI::App* verb = add_verb(app, shell, "split", "cut a data set into parts, stratified by labels or label pairs, or by group");
  verb->add_option("in", request->in, "data set")->required();
  verb->add_option("--out", request->out, "folder to write into")->required();
  verb->add_option("--parts", request->parts, "names and shares, which sum to 1 (default train=0.8,test=0.2)");
  verb->add_option("--stratify", request->stratify, "labels, pairs or none (default labels)");
  verb->add_option("--group", request->group, "column (csv) of the group, or 'group' for the group field of jsonl: groups stay whole");
  verb->add_option("--out-format", request->ending, "ending of the files written (default: that of IN)");
  add_read_options(*verb, request->read);
  verb->callback([&shell, request] {
    shell.work = [request](const Run& run) {
      request->by_group = !request->group.empty();
      if (request->by_group && request->group != "group") request->read.group_column = request->group;
      return split(*request, run);
    };
  });
}

}  // namespace

void add_data_verbs(CLI::App& app, Shell& shell) {
  add_info(app, shell);
  add_generate(app, shell);
  add_convert(app, shell);
  add_split(app, shell);
}

}  // namespace tagma
