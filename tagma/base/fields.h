// How a component declares its settings, once:
//
//   struct Focal {
//     static constexpr std::string_view name = "focal", says = "logistic loss, focused on hard labels";
//     float gamma = 2;
//     static constexpr auto fields() { return std::tuple{Field{"gamma", &Focal::gamma, 0.f, 16.f, "focusing power"}}; }
//   };
//
// Command-line help, config keys, `tagma list --json`, the documentation and the settings kept in a model file are all
// read from fields(). Numbers have an inclusive range; a Choice is an enum whose values 0, 1, .. bear the given names;
// a Switch is a bool; a Words is free text, which the component checks itself.
// Errors: configure() throws Error{usage}: unknown key (with the accepted ones and the nearest), no number, out of range.
#pragma once

#include <tagma/base/error.h>
#include <tagma/base/settings.h>
#include <tagma/base/text.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace tagma {

template <class Owner, class Number>
struct Field {
  std::string_view name;
  Number Owner::*member;
  Number low, high;
  std::string_view help;
};
template <class Owner, class Number>
Field(const char*, Number Owner::*, Number, Number, const char*) -> Field<Owner, Number>;

template <class Owner, class Enum, std::size_t n>
struct Choice {
  std::string_view name;
  Enum Owner::*member;
  std::array<std::string_view, n> options;
  std::string_view help;
};
template <class Owner, class Enum, std::size_t n>
Choice(const char*, Enum Owner::*, std::array<std::string_view, n>, const char*) -> Choice<Owner, Enum, n>;

template <class Owner>
struct Switch {
  std::string_view name;
  bool Owner::*member;
  std::string_view help;
};

template <class Owner>
struct Words {
  std::string_view name;
  std::string Owner::*member;
  std::string_view help;
};

// What a setting looks like from outside.
struct FieldInfo {
  std::string name, type, standard, allowed, help;  // e.g. "gamma", "number", "2", "0 to 16", "focusing power"
};

namespace detail {

template <class Number>
std::string shown(Number value) {
  return fmt::format("{}", value);  // shortest text that reads back as the same number
}

template <class Owner, class Number>
void assign(Owner& owner, const Field<Owner, Number>& field, std::string_view text, const std::string& key) {
  Number value;
  if constexpr (std::integral<Number>) {
    const std::int64_t wide = to_integer(text, key);
    if (wide < static_cast<std::int64_t>(field.low) || wide > static_cast<std::int64_t>(field.high))
      fail(Code::usage, "{}: {} is out of range; allowed: {} to {}", key, wide, field.low, field.high);
    value = static_cast<Number>(wide);
  } else {
    value = static_cast<Number>(to_double(text, key));
    if (!(value >= field.low && value <= field.high))
      fail(Code::usage, "{}: {} is out of range; allowed: {} to {}", key, text, field.low, field.high);
  }
  owner.*field.member = value;
}
template <class Owner, class Enum, std::size_t n>
void assign(Owner& owner, const Choice<Owner, Enum, n>& field, std::string_view text, const std::string& key) {
  for (std::size_t i = 0; i < n; ++i)
    if (field.options[i] == text) {
      owner.*field.member = static_cast<Enum>(i);
      return;
    }
  throw Error(Code::usage, key + ": " + unknown_name("value", text, field.options));
}
template <class Owner>
void assign(Owner& owner, const Switch<Owner>& field, std::string_view text, const std::string& key) {
  owner.*field.member = to_bool(text, key);
}
template <class Owner>
void assign(Owner& owner, const Words<Owner>& field, std::string_view text, const std::string&) {
  owner.*field.member = std::string(text);
}

template <class Owner, class Number>
std::string read(const Owner& owner, const Field<Owner, Number>& field) { return shown(owner.*field.member); }
template <class Owner, class Enum, std::size_t n>
std::string read(const Owner& owner, const Choice<Owner, Enum, n>& field) {
  return std::string(field.options[static_cast<std::size_t>(owner.*field.member)]);
}
template <class Owner>
std::string read(const Owner& owner, const Switch<Owner>& field) { return owner.*field.member ? "true" : "false"; }
template <class Owner>
std::string read(const Owner& owner, const Words<Owner>& field) { return owner.*field.member; }

template <class Owner, class Number>
FieldInfo info(const Owner& owner, const Field<Owner, Number>& field) {
  return {std::string(field.name), std::integral<Number> ? "whole number" : "number", read(owner, field),
          shown(field.low) + " to " + shown(field.high), std::string(field.help)};
}
template <class Owner, class Enum, std::size_t n>
FieldInfo info(const Owner& owner, const Choice<Owner, Enum, n>& field) {
  return {std::string(field.name), "choice", read(owner, field), joined(field.options, "|"), std::string(field.help)};
}
template <class Owner>
FieldInfo info(const Owner& owner, const Switch<Owner>& field) {
  return {std::string(field.name), "switch", read(owner, field), "true|false", std::string(field.help)};
}
template <class Owner>
FieldInfo info(const Owner& owner, const Words<Owner>& field) {
  return {std::string(field.name), "text", read(owner, field), "text", std::string(field.help)};
}

}  // namespace detail

// Calls f(field) for every declared field, in order.
template <class Component, class F>
void each_field(F&& f) {
  std::apply([&](const auto&... field) { (f(field), ...); }, Component::fields());
}

// Sets the fields named in `settings`. `prefix` ("loss.") only decorates the messages.
template <class Component>
void configure(Component& component, const Settings& settings, std::string_view prefix = "") {
  for (const auto& item : settings) {
    const std::string &key = item.first, &value = item.second;
    bool found = false;
    std::vector<std::string_view> accepted;
    each_field<Component>([&](const auto& field) {
      accepted.push_back(field.name);
      if (field.name != key) return;
      detail::assign(component, field, value, fmt::format("{}{}", prefix, key));
      found = true;
    });
    if (!found) throw Error(Code::usage, unknown_name(fmt::format("setting of {}", Component::name), key, accepted));
  }
}

// The current value of every field, as text that configure() takes back.
template <class Component>
Settings settings_of(const Component& component) {
  Settings settings;
  each_field<Component>([&](const auto& field) { settings.set(field.name, detail::read(component, field)); });
  return settings;
}

template <class Component>
std::vector<FieldInfo> describe(const Component& component = {}) {
  std::vector<FieldInfo> infos;
  each_field<Component>([&](const auto& field) { infos.push_back(detail::info(component, field)); });
  return infos;
}

}  // namespace tagma
