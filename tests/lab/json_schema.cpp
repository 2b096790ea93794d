#include "json_schema.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace quadrille::tests {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

bool is_whole(const value& one) {
  if (one.is_int64() || one.is_uint64()) return true;
  return one.is_double() && one.get_double() == std::floor(one.get_double());
}

bool has_type(const value& one, std::string_view type) {
  if (type == "object") return one.is_object();
  if (type == "array") return one.is_array();
  if (type == "string") return one.is_string();
  if (type == "boolean") return one.is_bool();
  if (type == "null") return one.is_null();
  if (type == "number") return one.is_number();
  return type == "integer" && is_whole(one);
}

class Checker {
 public:
  Checker(const object& whole, std::vector<std::string>& faults) : whole_(whole), faults_(faults) {}

  void check(const value& one, const object& schema, const std::string& at) {
    for (const auto& [word, wanted] : schema)
      if (!check_word(one, word, wanted, schema, at)) faults_.push_back(at + ": unknown word " + std::string(word));
  }

 private:
  void fault(const std::string& at, const std::string& what) { faults_.push_back(at + ": " + what); }

  // false: the word is not one this checker knows.
  bool check_word(const value& one, std::string_view word, const value& wanted, const object& schema,
                  const std::string& at) {
    if (word == "title" || word == "description" || word == "$schema" || word == "$defs") return true;
    if (word == "type") {
      check_type(one, wanted, at);
    } else if (word == "$ref") {
      check_reference(one, wanted, at);
    } else if (word == "anyOf") {
      check_any(one, wanted.as_array(), at);
    } else if (word == "enum") {
      if (std::ranges::find(wanted.as_array(), one) == wanted.as_array().end()) fault(at, "not in the list");
    } else if (word == "const") {
      if (one != wanted) fault(at, "not the constant");
    } else if (word.starts_with("min") || word.starts_with("max")) {
      return check_bound(one, word, wanted, at);
    } else if (word == "items") {
      check_items(one, wanted.as_object(), at);
    } else if (word == "required") {
      for (const auto& name : wanted.as_array())
        if (one.is_object() && !one.as_object().contains(name.as_string()))
          fault(at, "lacks " + std::string(name.as_string()));
    } else if (word == "properties" || word == "additionalProperties") {
      if (word == "properties" || !schema.contains("properties")) check_members(one, schema, at);
    } else {
      return false;
    }
    return true;
  }

  void check_type(const value& one, const value& wanted, const std::string& at) {
    const bool fits =
        wanted.is_array()
            ? std::ranges::any_of(wanted.as_array(), [&](const value& type) { return has_type(one, type.as_string()); })
            : has_type(one, wanted.as_string());
    if (!fits) fault(at, "is not " + serialize(wanted));
  }

  void check_reference(const value& one, const value& wanted, const std::string& at) {
    const std::string_view name = wanted.as_string();
    constexpr std::string_view local = "#/$defs/";
    if (!name.starts_with(local)) return fault(at, "a reference elsewhere");
    check(one, whole_.at("$defs").as_object().at(name.substr(local.size())).as_object(), at);
  }

  void check_any(const value& one, const array& choices, const std::string& at) {
    std::vector<std::string> closest;
    for (const auto& choice : choices) {
      std::vector<std::string> faults;
      Checker(whole_, faults).check(one, choice.as_object(), at);
      if (faults.empty()) return;
      if (closest.empty() || faults.size() < closest.size()) closest = faults;
    }
    faults_.insert(faults_.end(), closest.begin(), closest.end());
  }

  // As in the standard, a bound says nothing of values of another type.
  bool check_bound(const value& one, std::string_view word, const value& wanted, const std::string& at) {
    const bool is_low = word.starts_with("min");
    const std::string_view of = word.substr(3);
    double measured = 0;
    if (of == "imum") {
      if (!one.is_number()) return true;
      measured = one.to_number<double>();
    } else if (of == "Items") {
      if (!one.is_array()) return true;
      measured = static_cast<double>(one.as_array().size());
    } else if (of == "Length") {
      if (!one.is_string()) return true;
      measured = static_cast<double>(one.as_string().size());
    } else {
      return false;
    }
    const double bound = wanted.to_number<double>();
    if (is_low ? measured < bound : measured > bound) fault(at, std::string(word) + " " + serialize(wanted));
    return true;
  }

  void check_items(const value& one, const object& schema, const std::string& at) {
    if (!one.is_array()) return;
    std::size_t index = 0;
    for (const auto& item : one.as_array()) check(item, schema, at + "/" + std::to_string(index++));
  }

  void check_members(const value& one, const object& schema, const std::string& at) {
    if (!one.is_object()) return;
    const auto* named = schema.if_contains("properties");
    const auto* others = schema.if_contains("additionalProperties");
    for (const auto& [name, member] : one.as_object()) {
      const std::string below = at + "/" + std::string(name);
      const auto* own = named == nullptr ? nullptr : named->as_object().if_contains(name);
      if (own != nullptr)
        check(member, own->as_object(), below);
      else if (others != nullptr && others->is_object())
        check(member, others->as_object(), below);
      else if (others != nullptr && others->is_bool() && !others->as_bool())
        fault(below, "is not in the schema");
    }
  }

  const object& whole_;
  std::vector<std::string>& faults_;
};

}  // namespace

std::vector<std::string> schema_faults(const boost::json::value& document, const boost::json::value& schema) {
  std::vector<std::string> faults;
  Checker(schema.as_object(), faults).check(document, schema.as_object(), "");
  return faults;
}

}  // namespace quadrille::tests
