// Names of columns and labels while a file is read: lookup by string_view, and numbering of repeated ones.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace tagma {

struct TextHash {  // lookup by string_view without making a string
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using NameMap = std::unordered_map<std::string, std::int32_t, TextHash, std::equal_to<>>;

// Makes names unique: the second "a" becomes "a_2", the third "a_3".
class UniqueNames {
 public:
  std::string add(const std::string& name) {
    std::string unique = name;
    if (names_.count(name) > 0) {
      int& copy = copies_.try_emplace(name, 1).first->second;
      do unique = name + "_" + std::to_string(++copy);
      while (names_.count(unique) > 0);
    }
    names_.insert(unique);
    return unique;
  }

 private:
  std::unordered_set<std::string> names_;
  std::unordered_map<std::string, int> copies_;
};

}  // namespace tagma
