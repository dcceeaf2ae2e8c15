#include "apps/cli/arguments.h"

#include <tagma/base/error.h>
#include <tagma/base/file.h>
#include <tagma/base/text.h>

#include <toml++/toml.h>

#include <algorithm>
#include <array>

namespace tagma {
namespace {

constexpr std::array<std::string_view, 5> components{"learner", "loss", "rule", "measure", "text"};

bool names_flag(const std::vector<std::string>& words, const std::string& key) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return word == "--" + key || word.starts_with("--" + key + "=");
  });
}

std::string as_word(const toml::node& node, const std::string& key, const std::string& path) {
  if (const auto text = node.value<std::string>(); text && node.is_string()) return *text;
  if (node.is_boolean()) return *node.value<bool>() ? "true" : "false";
  if (node.is_integer()) return fmt::format("{}", *node.value<std::int64_t>());
  if (node.is_floating_point()) return fmt::format("{}", *node.value<double>());
  if (const toml::array* list = node.as_array()) {
    std::string text;
    for (const toml::node& item : *list) text += (text.empty() ? "" : ",") + as_word(item, key, path);
    return text;
  }
  fail(Code::bad_data, "{}: key '{}' is neither text, number, true/false nor a list of them", path, key);
}

void flatten(const toml::table& table, const std::string& prefix, const std::string& path, const std::vector<std::string>& given,
             std::vector<std::string>& out) {
  for (const auto& [name, node] : table) {
    const bool component = name == "name" && !prefix.empty();  // [learner] name = "tree": the component itself, beside its settings
    const std::string key = component ? prefix.substr(0, prefix.size() - 1) : prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table()) {
      flatten(*inner, key + ".", path, given, out);
    } else if (!names_flag(given, key)) {
      const std::string value = as_word(node, key, path);
      if (node.is_boolean() && key.find('.') == std::string::npos) {
        if (value == "true") out.push_back("--" + key);
      } else {
        out.push_back("--" + key + "=" + value);
      }
    }
  }
}

std::vector<std::string> from_config(const std::string& path, const std::vector<std::string>& given) {
  std::vector<std::string> words;
  const MappedFile file(path);
  try {
    flatten(toml::parse(file.text(), path), "", path, given, words);
  } catch (const toml::parse_error& fault) {
    const auto& at = fault.source().begin;
    fail(Code::bad_data, "{}:{}:{}: {}", path, at.line, at.column, fault.description());
  }
  return words;
}

// Takes "--config FILE" out of the words; the file's path, or "".
std::string take_config(std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].starts_with("--config=")) {
      const std::string path = words[i].substr(9);
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
      return path;
    }
    if (words[i] == "--config") {
      if (i + 1 == words.size()) fail(Code::usage, "--config needs a file");
      const std::string path = words[i + 1];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
      return path;
    }
  }
  return "";
}

}  // namespace

Arguments gather(std::vector<std::string> words) {
  if (const std::string config = take_config(words); !config.empty()) {
    const std::vector<std::string> more = from_config(config, words);
    words.insert(words.end(), more.begin(), more.end());
  }
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::size_t equals = word.find('='), dot = word.find('.');
    if (!word.starts_with("--") || dot == std::string::npos || (equals != std::string::npos && dot > equals)) {
      arguments.plain.push_back(word);
      continue;
    }
    const std::string component = word.substr(2, dot - 2);
    if (std::find(components.begin(), components.end(), component) == components.end())
      throw Error(Code::usage, word + ": " + unknown_name("component", component, components));
    const std::string key = word.substr(dot + 1, equals == std::string::npos ? std::string::npos : equals - dot - 1);
    std::string value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else {
      if (i + 1 == words.size()) fail(Code::usage, "{} needs a value", word);
      value = words[++i];
    }
    arguments.settings[component].set(key, value);
  }
  return arguments;
}

}  // namespace tagma
