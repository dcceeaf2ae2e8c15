// A list of component types, in alphabetical order of their names: using Losses = Catalog<AnyClass, Bce, Focal>;
// Everything that must know all components of a kind (tables of drivers, help, law tests, benchmarks) folds over it, so
// that a newcomer is one file and one entry here. No macro, no static constructor.
// A component has `static constexpr std::string_view name, says` and `static constexpr auto fields()`.
#pragma once

#include <tagma/base/fields.h>

#include <array>
#include <string_view>
#include <type_traits>

namespace tagma {

// What `tagma list` shows of one component.
struct Entry {
  std::string name, says;
  std::vector<FieldInfo> fields;
};

template <class... Components>
struct Catalog {
  static constexpr std::size_t size = sizeof...(Components);
  static constexpr std::array<std::string_view, size> names{Components::name...};

  // f(std::type_identity<Component>{}) for each, in order.
  template <class F>
  static void each(F&& f) {
    (f(std::type_identity<Components>{}), ...);
  }

  // f(std::type_identity<Component>{}) for the one called `name`; all calls return the same type.
  // Errors: Error{usage} "unknown <kind> '<name>'; did you mean ..".
  template <class F>
  static auto visit(std::string_view kind, std::string_view name, F&& f) {
    using Result = std::common_type_t<decltype(f(std::type_identity<Components>{}))...>;
    Result result{};
    bool found = false;
    ((Components::name == name && !found ? (result = f(std::type_identity<Components>{}), found = true) : false), ...);
    if (!found) throw Error(Code::usage, unknown_name(kind, name, names));
    return result;
  }

  static std::vector<Entry> entries() {
    std::vector<Entry> list;
    each([&]<class C>(std::type_identity<C>) {
      list.push_back({std::string(C::name), std::string(C::says), describe<C>()});
    });
    return list;
  }
};

}  // namespace tagma
