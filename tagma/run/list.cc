#include <tagma/run/list.h>

#include <tagma/decide/rule.h>
#include <tagma/drive/loss_function.h>
#include <tagma/learn/learner.h>
#include <tagma/make/make.h>
#include <tagma/measure/catalog.h>
#include <tagma/read/read.h>
#include <tagma/text/settings.h>

#include <array>

namespace tagma {
namespace {

constexpr std::array<std::string_view, 8> kinds{"losses", "metrics", "learners", "rules", "readers", "texts", "generators", "all"};

nlohmann::ordered_json as_json(const std::vector<Entry>& entries) {
  auto list = nlohmann::ordered_json::array();
  for (const Entry& entry : entries) {
    auto settings = nlohmann::ordered_json::array();
    for (const FieldInfo& field : entry.fields)
      settings.push_back({{"name", field.name}, {"type", field.type}, {"default", field.standard}, {"allowed", field.allowed}, {"help", field.help}});
    list.push_back({{"name", entry.name}, {"says", entry.says}, {"settings", settings}});
  }
  return list;
}

std::string as_text(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& entry : entries) {
    text += fmt::format("  {:<24} {}\n", entry.name, entry.says);
    for (const FieldInfo& field : entry.fields)
      text += fmt::format("      {:<20} {:<12} {} ({})\n", field.name, field.standard, field.help, field.allowed);
  }
  return text;
}

}  // namespace

std::vector<Entry> entries_of(std::string_view kind) {
  if (kind == "losses") return loss_entries();
  if (kind == "metrics") return Metrics::entries();
  if (kind == "learners") return learner_entries();
  if (kind == "rules") return rule_entries();
  if (kind == "readers") return reader_entries();
  if (kind == "texts") return {{std::string(TextSettings::name), std::string(TextSettings::says), describe<TextSettings>()}};
  if (kind == "generators") return generator_entries();
  throw Error(Code::usage, unknown_name("kind of component", kind, kinds));
}

Answer list(std::string_view kind) {
  Answer answer;
  if (kind != "all") {
    const std::vector<Entry> entries = entries_of(kind);
    answer.json = as_json(entries);
    answer.text = fmt::format("{}\n{}", kind, as_text(entries));
    return answer;
  }
  for (std::string_view each : kinds) {
    if (each == "all") continue;
    const std::vector<Entry> entries = entries_of(each);
    answer.json[std::string(each)] = as_json(entries);
    answer.text += fmt::format("{}\n{}\n", each, as_text(entries));
  }
  return answer;
}

}  // namespace tagma
