#pragma once

#include <array>
#include <boost/core/demangle.hpp>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

// Plain structs to JSON and back, and to OpenAPI schemas, from one description:
//
//   BOOST_DESCRIBE_STRUCT(Estimate, (), (count, observed_days, rate, low, high))     // in the .cpp that speaks JSON
//   json::text_of(estimate)                                                          // {"count":3,...}
//   json::read<Estimate>(text)                                                       // every fault with its JSON
//   pointer
//
// Fields are written in the order described; numbers in their shortest form; what is not finite as null. Reading
// refuses unknown and missing fields and numbers of the wrong kind (1.5 is no integer); std::optional fields may be
// absent or null. This header brings Boost in: include it from sources only.

namespace quadrille::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

// Compact, deterministic text; doubles as fmt writes them (shortest round trip).
[[nodiscard]] std::string compact(const Value& value);

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_array : std::false_type {};
template <class T, std::size_t N>
struct is_array<std::array<T, N>> : std::true_type {};
template <class T>
struct is_id : std::false_type {};
template <class Tag>
struct is_id<Id<Tag>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T, class C>
struct is_map<std::map<std::string, T, C>> : std::true_type {};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

// ---- writing --------------------------------------------------------------------------------------------------------

template <class T>
[[nodiscard]] Value to_json(const T& value) {
  if constexpr (std::is_same_v<T, Value>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (std::is_floating_point_v<T>) {
    return std::isfinite(value) ? Value(static_cast<double>(value)) : Value(nullptr);
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    return boost::json::string(value);
  } else if constexpr (std::is_same_v<T, CivilDate>) {
    return boost::json::string(format_date(value));
  } else if constexpr (std::is_same_v<T, Instant>) {
    return boost::json::string(format_utc(value));
  } else if constexpr (std::is_same_v<T, Text>) {
    return Object{{"fr", value.fr}, {"en", value.en}};
  } else if constexpr (is_id<T>::value) {
    return value.value;
  } else if constexpr (is_optional<T>::value) {
    return value ? to_json(*value) : Value(nullptr);
  } else if constexpr (is_vector<T>::value || is_array<T>::value) {
    Array array;
    array.reserve(value.size());
    for (const auto& item : value) array.push_back(to_json(item));
    return array;
  } else if constexpr (is_map<T>::value) {
    Object object;
    for (const auto& [key, item] : value) object[key] = to_json(item);
    return object;
  } else if constexpr (std::is_enum_v<T>) {
    return boost::json::string(boost::describe::enum_to_string(value, ""));
  } else {
    Object object;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) { object[member.name] = to_json(value.*member.pointer); });
    return object;
  }
}

template <class T>
[[nodiscard]] std::string text_of(const T& value) {
  return compact(to_json(value));
}

// ---- reading --------------------------------------------------------------------------------------------------------

// Faults found so far, each with its JSON pointer.
class Faults {
 public:
  void add(const std::string& pointer, Text message);
  [[nodiscard]] bool any() const { return !list_.empty(); }
  // One error that names them, the first twenty: a body of a million wrong fields gets no longer answer. Its field is
  // the pointer of the first.
  [[nodiscard]] Error error() const;

 private:
  static constexpr std::size_t listed_max = 20;
  std::vector<std::pair<std::string, Text>> list_;
};

template <class T>
void read_into(T& out, const Value& value, const std::string& pointer, Faults& faults) {
  const auto wrong = [&](Text wanted) { faults.add(pointer, std::move(wanted)); };
  if constexpr (std::is_same_v<T, Value>) {
    out = value;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_bool()) return wrong({"il faut true ou false", "true or false is needed"});
    out = value.get_bool();
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!value.is_number()) return wrong({"il faut un nombre", "a number is needed"});
    out = value.to_number<double>();
  } else if constexpr (std::is_integral_v<T>) {
    if (!value.is_int64()) return wrong({"il faut un nombre entier", "a whole number is needed"});
    if (!std::in_range<T>(value.get_int64())) return wrong({"nombre hors de portée", "number out of range"});
    out = static_cast<T>(value.get_int64());
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!value.is_string()) return wrong({"il faut un texte", "a text is needed"});
    // The databases do not agree on what a NUL in a text is, so there is none.
    if (value.get_string().find('\0') != boost::json::string::npos)
      return wrong({"ce texte porte un caractère nul", "this text holds a NUL character"});
    out = value.get_string();
  } else if constexpr (std::is_same_v<T, CivilDate>) {
    const auto date = value.is_string() ? parse_date(value.get_string()) : std::nullopt;
    if (!date) return wrong({"il faut une date comme 2026-03-01", "a date like 2026-03-01 is needed"});
    out = *date;
  } else if constexpr (is_optional<T>::value) {
    if (value.is_null()) return out.reset();
    out.emplace();
    read_into(*out, value, pointer, faults);
  } else if constexpr (is_vector<T>::value) {
    if (!value.is_array()) return wrong({"il faut une liste", "a list is needed"});
    std::size_t index = 0;
    for (const auto& item : value.get_array())
      read_into(out.emplace_back(), item, pointer + "/" + std::to_string(index++), faults);
  } else if constexpr (is_map<T>::value) {
    if (!value.is_object()) return wrong({"il faut un objet", "an object is needed"});
    for (const auto& [key, item] : value.get_object())
      read_into(out[std::string(key)], item, pointer + "/" + std::string(key), faults);
  } else if constexpr (std::is_same_v<T, Text>) {
    if (value.is_string()) {
      out = same_text(value.get_string());
      return;
    }
    const auto* object = value.if_object();
    const auto* fr = object ? object->if_contains("fr") : nullptr;
    const auto* en = object ? object->if_contains("en") : nullptr;
    if (!fr || !en || !fr->is_string() || !en->is_string())
      return wrong({"il faut un texte, ou {\"fr\": …, \"en\": …}", "a text is needed, or {\"fr\": ..., \"en\": ...}"});
    out = {std::string(fr->get_string()), std::string(en->get_string())};
  } else if constexpr (std::is_enum_v<T>) {
    if (!value.is_string() || !boost::describe::enum_from_string(std::string(value.get_string()).c_str(), out)) {
      std::string known;
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
          [&](auto item) { known += (known.empty() ? "" : ", ") + std::string(item.name); });
      wrong({"il faut l'un de : " + known, "one of these is needed: " + known});
    }
  } else {
    if (!value.is_object()) return wrong({"il faut un objet", "an object is needed"});
    const auto& object = value.get_object();
    std::string known;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      known += (known.empty() ? "" : ", ") + std::string(member.name);
      auto& field = out.*member.pointer;
      if (const auto* item = object.if_contains(member.name))
        read_into(field, *item, pointer + "/" + member.name, faults);
      else if constexpr (!is_optional<std::decay_t<decltype(field)>>::value)
        faults.add(pointer + "/" + member.name, {"ce champ manque", "this field is missing"});
    });
    for (const auto& [key, item] : object) {
      bool is_known = false;
      boost::mp11::mp_for_each<Members<T>>([&](auto member) { is_known = is_known || key == member.name; });
      if (!is_known)
        faults.add(pointer + "/" + std::string(key),
                   {"champ inconnu ; les champs sont " + known, "unknown field; the fields are " + known});
    }
  }
}

// Parses text; at most `depth` 32. Unreadable JSON names the byte.
[[nodiscard]] Result<Value> parse(std::string_view text);

template <class T>
[[nodiscard]] Result<T> read(std::string_view text) {
  const auto value = parse(text);
  if (!value) return Failure(value.error());
  T out{};
  Faults faults;
  read_into(out, *value, "", faults);
  if (faults.any()) return Failure(faults.error());
  return out;
}

// ---- schemas --------------------------------------------------------------------------------------------------------

// Components of an OpenAPI 3.1 document, by the names given to the structs.
class Schemas {
 public:
  template <class T>
  [[nodiscard]] Value of() {
    if constexpr (std::is_same_v<T, Value>) {
      return Object{};
    } else if constexpr (std::is_same_v<T, bool>) {
      return Object{{"type", "boolean"}};
    } else if constexpr (std::is_floating_point_v<T>) {
      return Object{{"type", "number"}};
    } else if constexpr (std::is_integral_v<T> || is_id<T>::value) {
      return Object{{"type", "integer"}};
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
      return Object{{"type", "string"}};
    } else if constexpr (std::is_same_v<T, CivilDate>) {
      return Object{{"type", "string"}, {"format", "date"}};
    } else if constexpr (std::is_same_v<T, Instant>) {
      return Object{{"type", "string"}, {"format", "date-time"}};
    } else if constexpr (std::is_same_v<T, Text>) {
      return Object{{"type", "object"},
                    {"required", Array{"fr", "en"}},
                    {"properties", Object{{"fr", Object{{"type", "string"}}}, {"en", Object{{"type", "string"}}}}}};
    } else if constexpr (is_optional<T>::value) {
      return Object{{"anyOf", Array{of<typename T::value_type>(), Object{{"type", "null"}}}}};
    } else if constexpr (is_vector<T>::value || is_array<T>::value) {
      return Object{{"type", "array"}, {"items", of<typename T::value_type>()}};
    } else if constexpr (is_map<T>::value) {
      return Object{{"type", "object"}, {"additionalProperties", of<typename T::mapped_type>()}};
    } else if constexpr (std::is_enum_v<T>) {
      Array names;
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
          [&](auto item) { names.push_back(Value(item.name)); });
      return Object{{"type", "string"}, {"enum", names}};
    } else {
      const std::string name = name_of_type(boost::core::demangle(typeid(T).name()));
      if (!components_.contains(name)) {
        components_[name] = Object{};
        Object properties;
        Array required;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
          using Field = std::decay_t<decltype(std::declval<T&>().*member.pointer)>;
          properties[member.name] = of<Field>();
          required.push_back(Value(member.name));
        });
        components_[name] = Object{
            {"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", properties}};
      }
      return Object{{"$ref", "#/components/schemas/" + name}};
    }
  }
  [[nodiscard]] const Object& components() const { return components_; }

 private:
  [[nodiscard]] static std::string name_of_type(const std::string& demangled);
  Object components_;
};

}  // namespace quadrille::json
