#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/clock/clock.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "host/http/http.h"
#include "services/access/access.h"
#include "services/access/session.h"
#include "services/access/sign_in.h"
#include "services/access/viewer.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"

// The HTTP API: a table of endpoints, from which the router, the OpenAPI document and the list of exits are made.

namespace quadrille::notes {
class Notes;
}

namespace quadrille::sharing {
class TargetKeys;
}

namespace quadrille::api {

class Jobs;
class DeskLine;
class PictureCache;

class Provider;

// How people come in, as the server was told at its start.
struct Settings {
  std::string proxy_secret;            // empty: no proxy is trusted
  std::shared_ptr<Provider> provider;  // nothing: there is none
};

// What handlers work with.
struct Context {
  database::Database& database;
  const clock::Clock& clock;
  PictureCache& pictures;
  Jobs& jobs;
  access::Access& access;
  audit::Recorder& recorder;  // of consultations
  crypto::Chance& chance;
  access::SignIn& sign_in;
  const Settings& settings;
  audit::CheckpointSigner& signer;  // of the audit log
  notes::Notes& notes;
  std::filesystem::path web;                         // the page's built files; may be absent
  DeskLine* desk_line = nullptr;                     // nothing: nobody is told at once
  const sharing::TargetKeys* target_keys = nullptr;  // nothing: targets are refused here
};

struct Parameter {
  std::string_view name;
  std::string_view schema;  // JSON schema, as text
  std::string_view description;
};

// What a caller must hold to be answered. There is no default: every endpoint says.
class Needs {
 public:
  enum class Who { anyone, signed_in, with_capability };
  // In the territory of the path where it has one ({slug}), in any otherwise. Where the capability shows content
  // (access::is_content), the purpose is demanded as well.
  Needs(access::Capability capability) : who_(Who::with_capability), capability_(capability) {}
  [[nodiscard]] static Needs nothing() { return Needs(Who::anyone); }
  // An account, whatever it may do.
  [[nodiscard]] static Needs account() { return Needs(Who::signed_in); }

  [[nodiscard]] Who who() const { return who_; }
  // Only where with_capability.
  [[nodiscard]] access::Capability capability() const { return capability_; }

 private:
  explicit Needs(Who who) : who_(who) {}
  Who who_;
  access::Capability capability_ = access::Capability::see_instance;
};

// A request with the parts of its path, let through: who asks holds what the endpoint needs.
struct Call {
  const http::Request& request;
  std::vector<std::string> path;  // what stood for {slug}, {id}... in order
  Language language = Language::fr;
  access::Asker asker;                     // of an endpoint that needs nothing perhaps nobody: person 0
  std::optional<access::Session> session;  // where they came with a cookie
};

struct Endpoint {
  std::string_view method;
  std::string_view path;     // "/api/v1/territories/{slug}"
  std::string_view summary;  // English, for the OpenAPI document
  Needs needs;
  std::vector<Parameter> query;
  std::string_view response;  // name of a component schema, or a JSON schema as text
  std::string_view media_type = "application/json";
  std::string_view request_schema;  // of the body, for POST
  std::size_t body_bytes_max = 0;   // of a body that is no JSON; 0: the server's own limit
  Result<http::Response> (*handle)(Context&, const Call&);
};

// All of them; one file each service adds its own.
[[nodiscard]] const std::vector<Endpoint>& endpoints();
[[nodiscard]] std::vector<Endpoint> session_endpoints();
[[nodiscard]] std::vector<Endpoint> own_account_endpoints();
[[nodiscard]] std::vector<Endpoint> provider_endpoints();
[[nodiscard]] std::vector<Endpoint> account_endpoints();
[[nodiscard]] std::vector<Endpoint> territory_endpoints();
[[nodiscard]] std::vector<Endpoint> picture_endpoints();
[[nodiscard]] std::vector<Endpoint> job_endpoints();
[[nodiscard]] std::vector<Endpoint> study_endpoints();
[[nodiscard]] std::vector<Endpoint> import_endpoints();
[[nodiscard]] std::vector<Endpoint> export_endpoints();
[[nodiscard]] std::vector<Endpoint> ogc_endpoints();
[[nodiscard]] std::vector<Endpoint> request_endpoints();
[[nodiscard]] std::vector<Endpoint> attachment_endpoints();
[[nodiscard]] std::vector<Endpoint> sharing_endpoints();
[[nodiscard]] std::vector<Endpoint> target_endpoints();
[[nodiscard]] std::vector<Endpoint> audit_log_endpoints();
[[nodiscard]] std::vector<Endpoint> note_endpoints();
[[nodiscard]] std::vector<Endpoint> recall_endpoints();
[[nodiscard]] std::vector<Endpoint> retention_endpoints();
[[nodiscard]] std::vector<Endpoint> dossier_endpoints();
[[nodiscard]] std::vector<Endpoint> compartment_endpoints();

// The OpenAPI 3.1 document, made from the table.
[[nodiscard]] std::string openapi_text();

// Endpoint::body_bytes_max of what was sent; 0 where none matches.
[[nodiscard]] std::size_t body_bytes_max_of(std::string_view method, std::string_view target);

// Answers anything: endpoints, the page's files, problems (RFC 9457) in the caller's language.
[[nodiscard]] http::Response answer(Context& context, const http::Request& request);
[[nodiscard]] int status_of(ErrorKind kind);
[[nodiscard]] http::Response problem(int status, const Error& error, Language language);

// ?lang=, else Accept-Language, else French.
[[nodiscard]] Language language_of(const http::Request& request);

// Refused: a body that does not say it is JSON; a form of another site cannot say so.
[[nodiscard]] Result<void> check_json_body(const http::Request& request);
[[nodiscard]] http::Response json_response(std::string body, int status = 200);
[[nodiscard]] http::Response web_file(const Context& context, const http::Request& request);

}  // namespace quadrille::api
