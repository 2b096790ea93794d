#include "host/json/describe.h"

#include <fmt/format.h>

namespace quadrille::json {
namespace {

void append(std::string& out, const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::double_: {
      fmt::format_to(std::back_inserter(out), "{}", value.get_double());
      return;
    }
    case boost::json::kind::array: {
      out += '[';
      bool is_first = true;
      for (const auto& item : value.get_array()) {
        if (!is_first) out += ',';
        is_first = false;
        append(out, item);
      }
      out += ']';
      return;
    }
    case boost::json::kind::object: {
      out += '{';
      bool is_first = true;
      for (const auto& [key, item] : value.get_object()) {
        if (!is_first) out += ',';
        is_first = false;
        out += boost::json::serialize(boost::json::string(key));
        out += ':';
        append(out, item);
      }
      out += '}';
      return;
    }
    default:
      out += boost::json::serialize(value);
  }
}

}  // namespace

std::string compact(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

void Faults::add(const std::string& pointer, Text message) {
  if (list_.size() < listed_max) list_.emplace_back(pointer.empty() ? "/" : pointer, std::move(message));
}

Error Faults::error() const {
  Text all;
  for (const auto& [pointer, message] : list_) {
    all.fr += fmt::format("{}{} : {}", all.fr.empty() ? "" : " ; ", pointer, message.fr);
    all.en += fmt::format("{}{}: {}", all.en.empty() ? "" : "; ", pointer, message.en);
  }
  return {ErrorKind::invalid_input, std::move(all), list_.front().first};
}

Result<Value> parse(std::string_view text) {
  boost::json::stream_parser parser({}, {.max_depth = 32});
  boost::system::error_code failure;
  const std::size_t stop = parser.write_some(text.data(), text.size(), failure);
  const bool has_more = !failure && text.find_first_not_of(" \t\r\n", stop) != std::string_view::npos;
  if (!failure && !has_more) parser.finish(failure);
  if (failure || has_more)
    return invalid(
        {fmt::format("JSON illisible vers l'octet {} ({})", stop, has_more ? "texte en trop" : failure.message()),
         fmt::format("unreadable JSON near byte {} ({})", stop, has_more ? "text after the end" : failure.message())},
        "/");
  return parser.release();
}

std::string Schemas::name_of_type(const std::string& demangled) {
  const auto colon = demangled.rfind(':');
  return colon == std::string::npos ? demangled : demangled.substr(colon + 1);
}

}  // namespace quadrille::json
