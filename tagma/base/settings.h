// Settings as text: an ordered list of key -> value, as they come from the command line, a config file or a model file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagma {

class Settings {
 public:
  Settings() = default;
  Settings(std::initializer_list<std::pair<std::string, std::string>> items) : items_(items) {}

  // Replaces the value of `key`, or adds it at the end.
  void set(std::string_view key, std::string value) {
    for (auto& [name, old] : items_)
      if (name == key) {
        old = std::move(value);
        return;
      }
    items_.emplace_back(key, std::move(value));
  }

  const std::string* find(std::string_view key) const {
    for (const auto& [name, value] : items_)
      if (name == key) return &value;
    return nullptr;
  }

  bool empty() const { return items_.empty(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

}  // namespace tagma
