#include <fmt/format.h>

#include <charconv>

#include "edge/api/api.h"
#include "edge/api/picture_cache.h"
#include "edge/api/picture_query.h"
#include "edge/api/wire.h"
#include "edge/format/picture_json.h"

namespace quadrille::api {

namespace {

Result<std::optional<CivilDate>> day_parameter(const http::Request& request, const char* name) {
  const auto text = request.parameter(name);
  if (!text || text->empty()) return std::optional<CivilDate>();
  const auto day = parse_date(*text);
  if (!day)
    return invalid({fmt::format("« {} » n'est pas une date comme 2026-03-01", *text),
                    fmt::format("\"{}\" is not a date like 2026-03-01", *text)},
                   name);
  return day;
}

Result<std::shared_ptr<const ReadyPicture>> wanted_picture(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto query = picture_query(call.request);
  if (!query) return Failure(query.error());
  const auto parameters = studies::complete(*query, *snapshot, *territory);
  if (!parameters) return Failure(parameters.error());
  return context.pictures.get(*snapshot, *territory, *parameters);
}

Result<http::Response> picture(Context& context, const Call& call) {
  const auto ready = wanted_picture(context, call);
  if (!ready) return Failure(ready.error());
  return http::Response{.headers = {}, .body = (*ready)->text, .gzip_body = (*ready)->gzip_text};
}

Result<http::Response> layer(Context& context, const Call& call) {
  const auto kind = layer_kind_named(call.path[1]);
  if (!kind)
    return refuse(
        ErrorKind::not_found,
        {"il y a sectors, density, hotspots et clusters", "there are sectors, density, hotspots and clusters"},
        "layer");
  const auto ready = wanted_picture(context, call);
  if (!ready) return Failure(ready.error());
  const auto& found = (*ready)->layers.at(*kind);
  return http::Response{.headers = {}, .body = found.text, .gzip_body = found.gzip_text};
}

}  // namespace

const std::vector<Parameter>& picture_parameters() {
  static const std::vector<Parameter> parameters{
      {"first_day", R"({"type":"string","format":"date"})",
       "First day of the period (default: 90 days before the last)"},
      {"last_day", R"({"type":"string","format":"date"})", "Last day, included (default: the last day with facts)"},
      {"compare_first_day", R"({"type":"string","format":"date"})",
       "First day of the comparison (default: the stretch of the same length just before)"},
      {"compare_last_day", R"({"type":"string","format":"date"})", "Last day of the comparison, included"},
      {"channel", R"({"type":"string","enum":["reported","discovered"]})",
       "Channel of map layers, hot spots and clusters (default reported)"},
      {"categories", R"({"type":"string"})", "Codes separated by commas (default: all)"},
      {"level", R"({"type":"integer","minimum":1})",
       "Level of the sectors, 1 = the largest (default: the most detailed)"}};
  return parameters;
}

Result<studies::PictureQuery> picture_query(const http::Request& request) {
  studies::PictureQuery query;
  const std::pair<const char*, std::optional<CivilDate>*> days[] = {{"first_day", &query.first_day},
                                                                    {"last_day", &query.last_day},
                                                                    {"compare_first_day", &query.compare_first_day},
                                                                    {"compare_last_day", &query.compare_last_day}};
  for (const auto& [name, out] : days) {
    const auto day = day_parameter(request, name);
    if (!day) return Failure(day.error());
    *out = *day;
  }
  if (const auto name = request.parameter("channel")) {
    query.channel = facts::channel_named(*name);
    if (!query.channel)
      return invalid({"il faut reported ou discovered", "reported or discovered is needed"}, "channel");
  }
  std::string_view codes =
      request.query.contains("categories") ? std::string_view(request.query.at("categories")) : std::string_view();
  while (!codes.empty()) {
    const auto end = std::min(codes.find(','), codes.size());
    if (end > 0) query.categories.emplace_back(codes.substr(0, end));
    codes.remove_prefix(std::min(end + 1, codes.size()));
  }
  if (const auto text = request.parameter("level")) {
    int level = 0;
    const auto [stop, failure] = std::from_chars(text->data(), text->data() + text->size(), level);
    if (failure != std::errc() || stop != text->data() + text->size())
      return invalid({"il faut un nombre entier", "a whole number is needed"}, "level");
    query.level = level;
  }
  return query;
}

Result<studies::PictureQuery> to_query(const wire::StudyQuery& query) {
  studies::PictureQuery out{query.first_day,
                            query.last_day,
                            query.compare_first_day,
                            query.compare_last_day,
                            {},
                            query.categories.value_or(std::vector<std::string>{}),
                            query.level};
  if (query.channel) {
    out.channel = facts::channel_named(*query.channel);
    if (!out.channel)
      return invalid({"il faut reported ou discovered", "reported or discovered is needed"}, "/query/channel");
  }
  return out;
}

std::optional<studies::LayerKind> layer_kind_named(std::string_view name) {
  if (name == "sectors") return studies::LayerKind::sectors;
  if (name == "density") return studies::LayerKind::density;
  if (name == "hotspots") return studies::LayerKind::hotspots;
  if (name == "clusters") return studies::LayerKind::clusters;
  return std::nullopt;
}

std::vector<Endpoint> picture_endpoints() {
  return {
      {.method = "GET",
       .path = "/api/v1/territories/{slug}/picture",
       .summary = "The picture of a territory over a period, compared with another",
       .needs = access::Capability::see_picture,
       .query = picture_parameters(),
       .response = "Picture",
       .handle = picture},
      {.method = "GET",
       .path = "/api/v1/territories/{slug}/picture/layers/{layer}",
       .summary = "A map layer of the picture with its legend: sectors, density, hotspots or clusters",
       .needs = access::Capability::see_picture,
       .query = picture_parameters(),
       .response =
           R"({"type":"object","required":["legend","features","note"],"properties":{"legend":{"$ref":"#/components/schemas/Legend"},"features":{"type":"object"},"note":{"anyOf":[{"type":"object","required":["fr","en"],"properties":{"fr":{"type":"string"},"en":{"type":"string"}}},{"type":"null"}]}}})",
       .handle = layer}};
}

}  // namespace quadrille::api
