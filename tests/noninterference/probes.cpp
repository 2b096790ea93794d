#include "noninterference/probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "edge/api/api.h"
#include "noninterference/work.h"

namespace quadrille::noninterference {
namespace {

// The longer pattern first: "{kind}" is a part of "{kind}.{format}".
using Values = std::vector<std::pair<std::string, std::vector<std::string>>>;

Values values_of(const std::vector<std::string>& codes) {
  std::vector<std::string> names = codes;
  const std::string nobodys = "aaaaaaaaaaaaaaaa";
  names.push_back(nobodys);
  return {{"{slug}", {"port", "gare", "nulle-part"}},
          {"{kind}.{format}", {"sectors.csv", "facts.geojson", "hotspots.csv"}},
          {"{kind}", {"streets", "sectors", "coast"}},
          {"{layer}", {"sectors", "hotspots"}},
          {"{collectionId}", {"sectors", "facts"}},
          {"{featureId}", {"NORD-2026-03-reported", "1"}},
          {"{id}", {"1", "2", "7"}},
          {"{position}", {"0", "3"}},
          {"{level}", {"0"}},
          {"{d}", {"000"}},
          {"{a}", {"000"}},
          {"{b}", {"000"}},
          {"{c}", {"000"}},
          {"{habilitation}", {nobodys}},
          {"{token}", {nobodys}},
          {"{login}", {"patrol.port.0", "commander.port.1", "commander.gare.1", nobodys}},
          {"{act}", {nobodys}},
          {"{addition}", {nobodys}},
          {"{attachment}", {nobodys}},
          {"{code}", names}};
}

std::vector<std::string> targets_of(std::string_view path, const Values& values) {
  std::vector<std::string> targets{std::string(path)};
  for (const auto& [pattern, filled] : values) {
    std::vector<std::string> next;
    for (const auto& target : targets) {
      const auto at = target.find(pattern);
      if (at == std::string::npos) {
        next.push_back(target);
        continue;
      }
      for (const auto& value : filled) {
        next.push_back(target);
        next.back().replace(at, pattern.size(), value);
      }
    }
    targets = std::move(next);
  }
  for (const auto& target : targets)
    if (target.find('{') != std::string::npos) {
      fmt::print(stderr, "{}: no value for what stands in braces; add it to tests/noninterference/probes.cpp\n",
                 target);
      CHECK(false && "every exit is asked");
    }
  return targets;
}

std::string body_for(const api::Endpoint& endpoint) {
  static const std::string operation =
      R"({"kind":"operation","title":"la sienne","lon":5.31,"lat":43.31,"radius_m":50,"begin":"2027-03-01T20:00:00Z",)"
      R"("end":"2027-03-01T22:00:00Z","marking":{"sensitivity":"ordinary","handling":"h2","regime":"administrative",)"
      R"("services":[]}})";
  static const std::string note =
      R"({"channel":"patrol","facts":"Un vendeur devant le hall 3","point":[5.31,43.31],"from":"2026-09-19T20:00:00Z",)"
      R"("to":"2026-09-19T21:00:00Z")";
  static const std::map<std::string_view, std::string> bodies{
      {"NewStudy", R"({"title":"Essai","query":{}})"},
      {"NewJob", R"({"kind":"picture","query":{}})"},
      {"NewOperation", operation},
      {"NewDeskStep", R"({"step":"acknowledge"})"},
      {"NewContact", R"({"name":"Nuit","phone":"04 91 00 00 00"})"},
      {"NewCompartment", R"({"kind":"procedure","name":"P3"})"},
      {"NewCompartmentMember", R"({"login":"patrol.port.0"})"},
      {"NewServiceRequest",
       R"({"asked":"parquet","place":"quai 4","text":"Vos constats ?","legal_basis":"CSI L. 132-5"})"},
      {"ServiceRequestStep", R"({"step":"give","text":"rien vu"})"},
      {"NoteWish", note + "}"},
      {"AdditionWish", note + R"(,"kind":"sighting"})"},
      {"NoteStepWish", R"({"step":"verify","evaluation":{"scale":"6x6","received":"B2"}})"},
      {"AnswerWish", R"({"answer":"refuse","reason":"essai"})"},
      {"RemarkWish",
       R"({"sensitivity":"ordinary","handling":"h0","regime":"administrative","services":[],"reason":"essai"})"},
      {"RetentionWish", R"({"retain_until":"2026-10-01","reason":"essai"})"},
      {"OwnKeepingWish", R"({"retain_until":"2026-12-01"})"},
      {"NewRecall", R"({"effect":"withdraw","reason":"essai","deadline":"2026-12-20"})"},
      {"RecallAnswer", R"({"answer":"destroyed","copies":1})"},
      {"JudicialDecision", R"({"decision":"acquittal","reference":"TJ 26/118","procedure":"ALIZE"})"},
      {"PersonErasure", R"({"reference":"droits 12"})"}};
  // A dossier is played as JSON: the same content with the same proofs as the PDF, and told apart field by field.
  if (endpoint.path.ends_with("/dossier.json")) return R"({"recipient":"TJ Port"})";
  const auto found = bodies.find(endpoint.request_schema);
  return found == bodies.end() ? R"({"unknown":1})" : found->second;
}

// The value that follows a field's name and colon: a number or a string, as this product writes JSON.
std::size_t end_of_value(const std::string& text, std::size_t at) {
  if (text[at] != '"') return std::min(text.find_first_not_of("-0123456789", at), text.size());
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

void add_header(http::Response& response, const char* name, std::int64_t hidden) {
  response.headers.emplace_back(name, std::to_string(hidden));
}

}  // namespace

std::vector<Probe> all_probes(const std::vector<std::string>& codes) {
  const Values values = values_of(codes);
  std::vector<Probe> looks;
  std::vector<Probe> changes;
  for (const auto& endpoint : api::endpoints())
    for (auto& target : targets_of(endpoint.path, values)) {
      if (endpoint.method == "GET")
        looks.push_back({"GET", std::move(target), ""});
      else
        changes.push_back(
            {std::string(endpoint.method), std::move(target), endpoint.method == "DELETE" ? "" : body_for(endpoint)});
    }
  looks.insert(looks.end(), changes.begin(), changes.end());
  return looks;
}

std::string without_the_logs_size(std::string text) {
  for (const std::string_view field :
       {R"("position":)", R"("own_position":)", R"("proof":)", R"("checkpoint":)", R"("key":)"})
    for (auto at = text.find(field); at != std::string::npos; at = text.find(field, at + 1)) {
      at += field.size();
      text.replace(at, end_of_value(text, at) - at, "*");
    }
  // A receipt names the signed RECALL it answers by a hash, which the revision's salt makes tell nothing, and its own
  // signature follows from its text.
  constexpr std::string_view named_by = "recall-sha256 ";
  for (auto at = text.find(named_by); at != std::string::npos; at = text.find(named_by, at + 1))
    text.replace(at + named_by.size(), std::min<std::size_t>(64, text.size() - at - named_by.size()), "*");
  constexpr std::string_view signed_by = "\u2014 essai ";
  for (auto at = text.find(signed_by); at != std::string::npos; at = text.find(signed_by, at + 1)) {
    at += signed_by.size();
    text.replace(at, std::min(text.find_first_of("\\\n\"", at), text.size()) - at, "*");
  }
  return text;
}

const std::vector<PlantedLeak>& planted_leaks() {
  static const std::vector<PlantedLeak> leaks{
      {"a count",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target == "/api/v1/territories/port/studies") response.body += fmt::format("<!--{}-->", hidden);
       }},
      {"an id gap",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.method == "POST" && probe.target.ends_with("/studies")) add_header(response, "Location", hidden);
       }},
      {"an error text",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (response.status == 404 && probe.target.ends_with("/studies/7"))
           response.body += hidden % 2 == 0 ? " " : "  ";
       }},
      {"an export",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target.ends_with("/exports/sectors.csv")) response.body += fmt::format("{}\n", hidden);
       }},
      {"a map",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target.ends_with("/map/sectors")) response.body += fmt::format(" {}", hidden);
       }},
      {"a cache header",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target.ends_with("/picture")) add_header(response, "ETag", hidden);
       }},
      {"a facet",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target.ends_with("/notes/facets")) response.body += fmt::format(R"({{"h3":{}}})", hidden);
       }},
      {"a suggestion",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target.ends_with("/notes/form")) response.body += fmt::format("hall {}", hidden);
       }},
      {"a history entry",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target.ends_with("/imports")) response.body += fmt::format("[{}]", hidden);
       }},
      {"a plan",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target.ends_with("/exclusions")) response.body += fmt::format("[{}]", hidden);
       }},
      {"a taken name",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.method == "POST" && probe.target.ends_with("/compartments") && hidden % 3 == 0)
           response.status = 409;
       }},
      {"a count of members",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.method == "GET" && probe.target.ends_with("/compartments"))
           response.body += fmt::format("[{}]", hidden);
       }},
      {"a count of looks",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (response.status == 200 && probe.target.ends_with("/holders")) response.body += fmt::format("[{}]", hidden);
       }},
      {"an answer's time",
       [](const Probe& probe, std::int64_t hidden, http::Response&) {
         if (hidden % 2 == 0 && probe.target.ends_with("/notes/facets")) take_down("SELECT id FROM note");
       }},
      {"a status",
       [](const Probe& probe, std::int64_t hidden, http::Response& response) {
         if (probe.target == "/api/v1/territories/gare" && hidden % 3 == 0) response.status = 403;
       }},
  };
  return leaks;
}

}  // namespace quadrille::noninterference
