#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "edge/api/api.h"
#include "edge/api/gate.h"
#include "edge/format/picture_json.h"

namespace quadrille::api {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

// "{kind}.{format}" stands for one segment with a dot: both parts are captured.
bool matches_segment(std::string_view pattern, std::string_view segment, std::vector<std::string>& captured) {
  if (!pattern.starts_with("{")) return pattern == segment;
  const auto dot = pattern.find("}.{");
  if (dot == std::string_view::npos) {
    if (segment.empty()) return false;
    captured.emplace_back(segment);
    return true;
  }
  const auto split = segment.rfind('.');
  if (split == std::string_view::npos || split == 0) return false;
  captured.emplace_back(segment.substr(0, split));
  captured.emplace_back(segment.substr(split + 1));
  return true;
}

bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& captured) {
  captured.clear();
  const auto wanted = segments_of(pattern);
  const auto found = segments_of(path);
  if (wanted.size() != found.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!matches_segment(wanted[i], found[i], captured)) return false;
  return true;
}

bool is_api(std::string_view path) {
  return path.starts_with("/api/") || path.starts_with("/ogc/") || path.starts_with("/log/") || path == "/api" ||
         path == "/ogc";
}

http::Response refusal_response(const Refusal& refusal, Language language) {
  auto response = problem(refusal.status, refusal.error, language);
  if (!refusal.challenge.empty()) response.headers.emplace_back("WWW-Authenticate", refusal.challenge);
  return response;
}

// What refuses for the log's key is about how the server was set up: where its files are is for who runs it, in the
// server's own log, and for nobody else.
http::Response refusal_of(const Endpoint& endpoint, const Error& error, Language language) {
  if (!error.field.starts_with("--log-")) return problem(status_of(error.kind), error, language);
  std::cerr << "quadrille: " << endpoint.method << ' ' << endpoint.path << ": " << error.field << ": "
            << error.message.en << std::endl;
  return problem(503,
                 {ErrorKind::unavailable,
                  {"le serveur ne peut pas le faire dans l'état où il est ; dites-le à qui l'exploite : son propre "
                   "journal dit pourquoi",
                   "the server cannot do it in the state it is in; tell whoever runs it: its own log says why"},
                  ""},
                 language);
}

http::Response answer_endpoint(Context& context, const Endpoint& endpoint, const http::Request& request,
                               std::vector<std::string> path) {
  const Language language = language_of(request);
  Identity identity = identify(context, request);
  http::Response response;
  if (const auto admitted = admit(context, endpoint, request, path, identity); !admitted) {
    response = refusal_response(admitted.error(), language);
  } else {
    const Call call{request, std::move(path), language, std::move(identity.asker), std::move(identity.session)};
    auto answered = endpoint.handle(context, call);
    // Written before the answer leaves: what could not be logged is not shown.
    record_consultation(context, endpoint, call, answered.has_value());
    response = answered ? std::move(*answered) : refusal_of(endpoint, answered.error(), language);
  }
  // What the endpoint itself says of the cookie (signed in, signed out) comes after and wins.
  response.headers.insert(response.headers.begin(), identity.headers.begin(), identity.headers.end());
  return response;
}

}  // namespace

http::Response problem(int status, const Error& error, Language language) {
  std::string body = fmt::format(R"({{"type":"about:blank","title":{},"status":{},"detail":{},"field":{}}})",
                                 format::json_string(error.message.in(language)), status,
                                 format::json_string(error.message.in(language)), format::json_string(error.field));
  http::Response response{.status = status,
                          .content_type = "application/problem+json",
                          .headers = {},
                          .body = std::move(body),
                          .gzip_body = {}};
  response.headers.emplace_back("Content-Language", language == Language::fr ? "fr" : "en");
  return response;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::unavailable:
      return 503;
  }
  return 500;
}

Language language_of(const http::Request& request) {
  if (const auto wanted = request.parameter("lang")) return *wanted == "en" ? Language::en : Language::fr;
  const std::string accepted = request.header("accept-language");
  const auto english = accepted.find("en");
  const auto french = accepted.find("fr");
  return english < french ? Language::en : Language::fr;
}

Result<void> check_json_body(const http::Request& request) {
  if (request.header("content-type").starts_with("application/json")) return {};
  return invalid({"le corps doit être du JSON (Content-Type: application/json)",
                  "the body must be JSON (Content-Type: application/json)"},
                 "Content-Type");
}

http::Response json_response(std::string body, int status) {
  return {.status = status, .headers = {}, .body = std::move(body), .gzip_body = {}};
}

const std::vector<Endpoint>& endpoints() {
  static const std::vector<Endpoint> all = [] {
    std::vector<Endpoint> list;
    for (auto& family : {session_endpoints(),    own_account_endpoints(), provider_endpoints(),  account_endpoints(),
                         territory_endpoints(),  picture_endpoints(),     job_endpoints(),       study_endpoints(),
                         import_endpoints(),     export_endpoints(),      ogc_endpoints(),       request_endpoints(),
                         note_endpoints(),       attachment_endpoints(),  sharing_endpoints(),   target_endpoints(),
                         audit_log_endpoints(),  recall_endpoints(),      retention_endpoints(), dossier_endpoints(),
                         compartment_endpoints()})
      list.insert(list.end(), family.begin(), family.end());
    return list;
  }();
  return all;
}

std::size_t body_bytes_max_of(std::string_view method, std::string_view target) {
  const auto parsed = http::parse_target(target);
  if (!parsed) return 0;
  std::vector<std::string> captured;
  for (const auto& endpoint : endpoints())
    if (endpoint.body_bytes_max > 0 && endpoint.method == method && matches(endpoint.path, parsed->path, captured))
      return endpoint.body_bytes_max;
  return 0;
}

http::Response answer(Context& context, const http::Request& request) {
  const Language language = language_of(request);
  std::vector<std::string> path;
  bool is_known_path = false;
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  for (const auto& endpoint : endpoints()) {
    if (!matches(endpoint.path, request.path, path)) continue;
    is_known_path = true;
    if (endpoint.method == method) return answer_endpoint(context, endpoint, request, std::move(path));
  }
  if (is_known_path)
    return problem(405,
                   {ErrorKind::invalid_input,
                    {"cette adresse ne connaît pas cette méthode", "this address does not know this method"},
                    request.method},
                   language);
  if (is_api(request.path))
    return problem(404,
                   {ErrorKind::not_found,
                    {"aucun point d'accès à cette adresse ; /api/v1/openapi.json les décrit",
                     "no endpoint at this address; /api/v1/openapi.json describes them"},
                    request.path},
                   language);
  if (method != "GET")
    return problem(
        405, {ErrorKind::invalid_input, {"seul GET est possible ici", "only GET is possible here"}, request.method},
        language);
  return web_file(context, request);
}

}  // namespace quadrille::api
