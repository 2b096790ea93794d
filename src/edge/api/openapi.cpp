#include <fmt/format.h>

#include <algorithm>

#include "edge/api/account_wire.h"
#include "edge/api/api.h"
#include "edge/api/attachment_wire.h"
#include "edge/api/compartment_wire.h"
#include "edge/api/note_wire.h"
#include "edge/api/recall_wire.h"
#include "edge/api/request_wire.h"
#include "edge/api/sharing_wire.h"
#include "edge/api/wire.h"
#include "edge/format/picture_json.h"

namespace quadrille::api {
namespace {

std::string schema_text(std::string_view schema) {
  return schema.starts_with("{") ? std::string(schema) : fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", schema);
}

std::vector<std::string> path_parameters(std::string_view path) {
  std::vector<std::string> names;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1))
    names.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
  return names;
}

std::string parameters_text(const Endpoint& endpoint) {
  std::string out;
  for (const auto& name : path_parameters(endpoint.path))
    out += fmt::format(R"({}{{"name":"{}","in":"path","required":true,"schema":{{"type":"string"}}}})",
                       out.empty() ? "" : ",", name);
  for (const auto& parameter : endpoint.query)
    out += fmt::format(R"({}{{"name":"{}","in":"query","description":{},"schema":{}}})", out.empty() ? "" : ",",
                       parameter.name, format::json_string(parameter.description), parameter.schema);
  return out;
}

std::string operation_name(std::string_view method) {
  std::string name(method);
  for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
  return name;
}

std::string operation_text(const Endpoint& endpoint) {
  const std::string body =
      endpoint.request_schema.empty()
          ? ""
          : fmt::format(R"("requestBody":{{"required":true,"content":{{"application/json":{{"schema":{}}}}}}},)",
                        schema_text(endpoint.request_schema));
  const bool makes = endpoint.method == "POST" && !endpoint.request_schema.empty();
  return fmt::format(
      R"("{}":{{"summary":{},"parameters":[{}],{}"responses":{{"{}":{{"description":"Done","content":{{"{}":{{"schema":{}}}}}}},"default":{{"description":"A problem as RFC 9457 describes","content":{{"application/problem+json":{{"schema":{{"$ref":"#/components/schemas/Problem"}}}}}}}}}}}})",
      operation_name(endpoint.method), format::json_string(endpoint.summary), parameters_text(endpoint), body,
      makes ? "201" : "200", endpoint.media_type, schema_text(endpoint.response));
}

// {"A":1} and {"B":2} -> "A":1,"B":2
std::string inner(const std::string& object) { return object.substr(1, object.size() - 2); }

constexpr std::string_view problem_schema =
    R"("Problem":{"type":"object","required":["type","title","status"],"properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"field":{"type":"string"}}})";

}  // namespace

std::string openapi_text() {
  std::string paths;
  std::vector<std::string_view> seen;
  for (const auto& endpoint : endpoints()) {
    if (std::ranges::find(seen, endpoint.path) != seen.end()) continue;
    seen.push_back(endpoint.path);
    std::string operations;
    for (const auto& other : endpoints())
      if (other.path == endpoint.path) operations += (operations.empty() ? "" : ",") + operation_text(other);
    paths += fmt::format("{}\n\"{}\":{{{}}}", paths.empty() ? "" : ",", endpoint.path, operations);
  }
  return fmt::format(
      "{{\"openapi\":\"3.1.0\",\"info\":{{\"title\":\"Quadrille\",\"version\":\"0.1.0\",\"license\":{{\"name\":"
      "\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}}},\"paths\":{{{}\n}},\n\"components\":{{\"schemas\":{{{},\n{},\n{"
      "},\n{},\n{},\n{},\n{},\n{},\n{},\n{}}}}}}}\n",
      paths, problem_schema, inner(wire::schemas_text()), inner(wire::account_schemas_text()),
      inner(wire::request_schemas_text()), inner(wire::note_schemas_text()), inner(wire::attachment_schemas_text()),
      inner(wire::sharing_schemas_text()), inner(wire::recall_schemas_text()), inner(wire::compartment_schemas_text()),
      inner(format::picture_schemas_text()));
}

}  // namespace quadrille::api
