#include "services/facts/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/check.h"

namespace quadrille::facts {
namespace {

std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 80;
  return text.size() <= longest ? std::string(text) : std::string(text.substr(0, longest)) + "…";
}

void note(std::vector<RowIssue>& issues, IssueKind kind, std::int64_t line, std::string field, Text message,
          std::string_view found) {
  issues.push_back({kind, {line, std::move(field), std::move(message), shortened(found)}});
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<double> parse_real(std::string_view text, bool has_decimal_comma, std::string& storage) {
  if (has_decimal_comma) {
    storage = text;
    std::ranges::replace(storage, ',', '.');
    text = storage;
  }
  double value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || stop != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_yes(std::string_view text) {
  return text == "1" || text == "true" || text == "TRUE" || text == "True" || text == "yes" || text == "Y" ||
         text == "oui" || text == "VRAI";
}

bool is_within(const Bounds& bounds, double lon, double lat) {
  return lon >= bounds.west && lon <= bounds.east && lat >= bounds.south && lat <= bounds.north;
}

}  // namespace

RowReader::RowReader(const Mapping& mapping, Columns columns, clock::TimeZone zone,
                     std::optional<geodesy::ToLonLat> from_crs)
    : mapping_(&mapping), columns_(std::move(columns)), zone_(std::move(zone)), from_crs_(std::move(from_crs)) {}

Result<RowReader> RowReader::open(const Mapping& mapping, std::span<const std::string_view> header) {
  Columns columns;
  std::optional<Error> missing;
  const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
    if (name.empty()) return std::nullopt;
    const auto found = std::ranges::find_if(header, [&](std::string_view column) { return trimmed(column) == name; });
    if (found == header.end()) {
      std::string known;
      for (const auto column : header) known += (known.empty() ? "" : ", ") + shortened(column);
      if (!missing)
        missing = Error{
            ErrorKind::invalid_input,
            {fmt::format("ligne 1 : pas de colonne « {} » ; le fichier a {} (vérifiez aussi le délimiteur « {} »)",
                         name, known, mapping.format.delimiter),
             fmt::format("line 1: no column \"{}\"; the file has {} (check the delimiter \"{}\" too)", name, known,
                         mapping.format.delimiter)},
            fmt::format("column {}", name)};
      return std::nullopt;
    }
    const auto index = static_cast<std::size_t>(found - header.begin());
    columns.highest = std::max(columns.highest, index);
    return index;
  };
  columns.id = find(mapping.id_column);
  columns.duplicate_flag = find(mapping.duplicate_flag_column);
  columns.category = find(mapping.category_column);
  columns.subcategory = find(mapping.subcategory_column);
  columns.address = find(mapping.address_column);
  columns.x = find(mapping.x_column);
  columns.y = find(mapping.y_column);
  for (const auto& name : mapping.datetime_columns)
    if (const auto index = find(name)) columns.datetime.push_back(*index);
  for (const auto& name : mapping.duplicate_columns)
    if (const auto index = find(name)) columns.duplicate.push_back(*index);
  if (missing) return Failure(*missing);
  auto zone = clock::TimeZone::open(mapping.time_zone);
  if (!zone) return Failure(zone.error());
  std::optional<geodesy::ToLonLat> from_crs;
  if (mapping.crs != 4326) {
    auto opened = geodesy::ToLonLat::open(mapping.crs);
    if (!opened) return Failure(opened.error());
    from_crs = std::move(*opened);
  }
  CHECK(mapping.datetime_format.has_value());
  return RowReader(mapping, std::move(columns), std::move(*zone), std::move(from_crs));
}

std::string_view RowReader::joined(std::span<const std::string_view> fields, const std::vector<std::size_t>& columns,
                                   std::string& storage, char separator) const {
  if (columns.size() == 1) return trimmed(fields[columns.front()]);
  storage.clear();
  for (const auto column : columns) {
    if (!storage.empty()) storage += separator;
    storage += trimmed(fields[column]);
  }
  return storage;
}

bool RowReader::read_time(std::span<const std::string_view> fields, std::int64_t line, Draft& draft,
                          std::vector<RowIssue>& issues) {
  draft.source_time = joined(fields, columns_.datetime, time_storage_, ' ');
  const auto moment = mapping_->datetime_format->parse(draft.source_time);
  const std::string& field = mapping_->datetime_columns.front();
  if (!moment) {
    const std::string& pattern = mapping_->datetime_format->pattern();
    note(issues, IssueKind::bad_datetime, line, field,
         {fmt::format("date impossible ou pas de la forme {}", pattern),
          fmt::format("impossible date, or not of the form {}", pattern)},
         draft.source_time);
    return false;
  }
  draft.day = moment->date;
  draft.time = moment->time;
  if (!moment->time) {
    const auto day = zone_.day(moment->date);
    draft.window = {day.begin, {day.end.utc_ms - 1}};
    return true;
  }
  const auto meaning = zone_.to_instant({moment->date, *moment->time});
  draft.window = {meaning.earliest, meaning.latest};
  if (meaning.kind == clock::LocalMeaning::Kind::repeated)
    note(issues, IssueKind::repeated_hour, line, field,
         {"heure qui a eu lieu deux fois (changement d'heure) : les deux instants sont gardés",
          "this hour came twice (clock change): both instants are kept"},
         draft.source_time);
  if (meaning.kind == clock::LocalMeaning::Kind::skipped)
    note(issues, IssueKind::skipped_hour, line, field,
         {"heure qui n'a pas existé (changement d'heure) : l'instant du changement est gardé",
          "this hour never was (clock change): the moment of the change is kept"},
         draft.source_time);
  return true;
}

bool RowReader::read_category(std::span<const std::string_view> fields, std::int64_t line, Draft& draft,
                              std::vector<RowIssue>& issues) {
  const auto name = trimmed(fields[*columns_.category]);
  const auto rule = mapping_->categories.find(name);
  if (rule != mapping_->categories.end()) {
    draft.rule = rule->second;
    return true;
  }
  if (mapping_->other_categories) {
    draft.rule = *mapping_->other_categories;
    return true;
  }
  note(issues, IssueKind::unknown_category, line, mapping_->category_column,
       {"catégorie absente de la correspondance : ajoutez-la à « categories », ou donnez « other_categories »",
        "category not in the mapping: add it to \"categories\", or give \"other_categories\""},
       name);
  return false;
}

void RowReader::read_place(std::span<const std::string_view> fields, std::int64_t line, Draft& draft,
                           std::vector<RowIssue>& issues) {
  if (!columns_.x || !columns_.y) return;
  const auto x_text = trimmed(fields[*columns_.x]);
  const auto y_text = trimmed(fields[*columns_.y]);
  const auto both = [&] { return fmt::format("{} {}", x_text, y_text); };
  const std::string& field = mapping_->x_column;
  if (x_text.empty() || y_text.empty())
    return note(issues, IssueKind::missing_place, line, x_text.empty() ? field : mapping_->y_column,
                {"coordonnées absentes", "coordinates are missing"}, both());
  const auto x = parse_real(x_text, mapping_->has_decimal_comma, x_storage_);
  const auto y = parse_real(y_text, mapping_->has_decimal_comma, y_storage_);
  if (!x || !y) {
    const bool has_comma = (x ? y_text : x_text).find(',') != std::string_view::npos;
    const Text comma{"virgule décimale : écrivez \"decimal\": \",\" dans la correspondance",
                     "decimal comma: write \"decimal\": \",\" in the mapping"};
    return note(issues, IssueKind::bad_place, line, x ? mapping_->y_column : field,
                has_comma ? comma : Text{"n'est pas un nombre", "is not a number"}, x ? y_text : x_text);
  }
  for (const auto& [none_x, none_y] : mapping_->none_places)
    if (*x == none_x && *y == none_y)
      return note(
          issues, IssueKind::missing_place, line, field,
          {"coordonnées qui signifient « aucune » dans cette source", "coordinates that mean \"none\" in this source"},
          both());
  const auto place = from_crs_ ? (*from_crs_)(*x, *y) : LonLat::checked(*x, *y);
  const auto swapped = from_crs_ ? (*from_crs_)(*y, *x) : LonLat::checked(*y, *x);
  if (place && is_within(mapping_->bounds, place->lon_degrees(), place->lat_degrees())) {
    draft.place = place;
    return;
  }
  const bool is_swapped = swapped && is_within(mapping_->bounds, swapped->lon_degrees(), swapped->lat_degrees());
  if (is_swapped)
    return note(
        issues, IssueKind::bad_place, line, field,
        {fmt::format("coordonnées inversées : échangez « {} » et « {} » dans la correspondance", field,
                     mapping_->y_column),
         fmt::format("swapped coordinates: exchange \"{}\" and \"{}\" in the mapping", field, mapping_->y_column)},
        both());
  if (!place)
    return note(issues, IssueKind::bad_place, line, field,
                {"pas une longitude et une latitude ; coordonnées projetées ? donnez \"crs\"",
                 "no longitude and latitude; projected coordinates? give \"crs\""},
                both());
  note(issues, IssueKind::outside_bounds, line, field,
       {"hors des limites de la correspondance", "outside the mapping's bounds"}, both());
}

std::optional<Draft> RowReader::read(std::span<const std::string_view> fields, std::int64_t line,
                                     std::vector<RowIssue>& issues) {
  if (fields.size() <= columns_.highest) {
    note(issues, IssueKind::too_few_fields, line, "",
         {fmt::format("{} champs au lieu de {} au moins", fields.size(), columns_.highest + 1),
          fmt::format("{} fields instead of at least {}", fields.size(), columns_.highest + 1)},
         fields.empty() ? std::string_view() : fields.front());
    return std::nullopt;
  }
  Draft draft;
  draft.is_duplicate = columns_.duplicate_flag && is_yes(trimmed(fields[*columns_.duplicate_flag]));
  draft.key = columns_.id ? trimmed(fields[*columns_.id]) : joined(fields, columns_.duplicate, key_storage_, '\x1f');
  if (draft.key.empty()) {
    note(issues, IssueKind::no_id, line, mapping_->id_column, {"identifiant absent", "the identifier is missing"}, "");
    return std::nullopt;
  }
  if (draft.is_duplicate) return draft;
  if (!read_time(fields, line, draft, issues) || !read_category(fields, line, draft, issues)) return std::nullopt;
  if (columns_.subcategory) draft.subcategory = trimmed(fields[*columns_.subcategory]);
  if (columns_.address) draft.address = trimmed(fields[*columns_.address]);
  read_place(fields, line, draft, issues);
  return draft;
}

}  // namespace quadrille::facts
