#include "edge/mapping/mapping_json.h"

#include <fmt/format.h>

#include "host/files/byte_source.h"
#include "host/json/describe.h"

namespace quadrille::mapping {
namespace {

// The file as it is written; turned into a facts::Mapping below.
struct Columns {
  std::optional<std::string> id;
  json::Value datetime;  // one name or a list
  std::string category;
  std::optional<std::string> subcategory;
  std::optional<std::string> address;
  std::optional<std::string> x;
  std::optional<std::string> y;
  std::optional<std::string> duplicate_flag;
};
BOOST_DESCRIBE_STRUCT(Columns, (), (id, datetime, category, subcategory, address, x, y, duplicate_flag))

struct DateAndTime {
  std::string format;
  std::string time_zone;
};
BOOST_DESCRIBE_STRUCT(DateAndTime, (), (format, time_zone))

struct Coordinates {
  std::optional<int> crs;
  std::optional<std::vector<double>> bounds;
  std::optional<std::vector<std::vector<double>>> none;
};
BOOST_DESCRIBE_STRUCT(Coordinates, (), (crs, bounds, none))

struct Rule {
  std::string as;
  std::optional<std::string> channel;
};
BOOST_DESCRIBE_STRUCT(Rule, (), (as, channel))

struct File {
  std::string source;
  std::optional<Text> attribution;
  std::optional<std::string> encoding;
  std::optional<std::string> delimiter;
  std::optional<std::string> decimal;
  Columns columns;
  DateAndTime datetime;
  std::optional<Coordinates> coordinates;
  std::optional<std::vector<std::string>> same_row;  // columns that identify a row without id
  std::map<std::string, Rule> categories;
  std::optional<Rule> other_categories;
};
BOOST_DESCRIBE_STRUCT(File, (),
                      (source, attribution, encoding, delimiter, decimal, columns, datetime, coordinates, same_row,
                       categories, other_categories))

std::optional<facts::CategoryRule> to_rule(const Rule& rule, const std::string& pointer, json::Faults& faults) {
  const auto* category = facts::find_category(rule.as);
  if (category == nullptr) {
    std::string known;
    for (const auto& one : facts::taxonomy()) known += (known.empty() ? "" : ", ") + std::string(one.code);
    faults.add(pointer + "/as", {"catégorie inconnue ; il y a " + known, "unknown category; there are " + known});
    return std::nullopt;
  }
  facts::CategoryRule out{category->number, category->usual_channel};
  if (rule.channel) {
    const auto channel = facts::channel_named(*rule.channel);
    if (!channel) {
      faults.add(pointer + "/channel", {"il faut reported ou discovered", "reported or discovered is needed"});
      return std::nullopt;
    }
    out.channel = *channel;
  }
  return out;
}

void set_format(facts::Mapping& mapping, const File& file, json::Faults& faults) {
  const auto encoding = files::parse_encoding(file.encoding.value_or("utf-8"));
  if (encoding)
    mapping.format.encoding = *encoding;
  else
    faults.add("/encoding", {"il faut utf-8, iso-8859-1, windows-1252 ou utf-16",
                             "utf-8, iso-8859-1, windows-1252 or utf-16 is needed"});
  const std::string delimiter = file.delimiter.value_or(",");
  if (delimiter == "\t" || delimiter == "," || delimiter == ";" || delimiter == "|")
    mapping.format.delimiter = delimiter.front();
  else
    faults.add("/delimiter",
               {"il faut « , », « ; », « | » ou une tabulation", "\",\", \";\", \"|\" or a tab is needed"});
  const std::string decimal = file.decimal.value_or(".");
  if (decimal != "." && decimal != ",") faults.add("/decimal", {"il faut « . » ou « , »", "\".\" or \",\" is needed"});
  mapping.has_decimal_comma = decimal == ",";
}

void set_columns(facts::Mapping& mapping, const File& file, json::Faults& faults) {
  const auto& columns = file.columns;
  mapping.id_column = columns.id.value_or("");
  mapping.duplicate_columns = file.same_row.value_or(std::vector<std::string>{});
  if (mapping.id_column.empty() && mapping.duplicate_columns.empty())
    faults.add(
        "/columns/id",
        {"donnez la colonne de l'identifiant, ou « same_row » : les colonnes qui, ensemble, identifient une ligne",
         "give the column of the identifier, or \"same_row\": the columns that together identify a row"});
  mapping.duplicate_flag_column = columns.duplicate_flag.value_or("");
  mapping.category_column = columns.category;
  mapping.subcategory_column = columns.subcategory.value_or("");
  mapping.address_column = columns.address.value_or("");
  mapping.x_column = columns.x.value_or("");
  mapping.y_column = columns.y.value_or("");
  if (mapping.x_column.empty() != mapping.y_column.empty())
    faults.add("/columns/x", {"x et y vont ensemble", "x and y go together"});
  if (columns.datetime.is_string()) {
    mapping.datetime_columns = {std::string(columns.datetime.get_string())};
  } else {
    json::read_into(mapping.datetime_columns, columns.datetime, "/columns/datetime", faults);
    if (mapping.datetime_columns.empty())
      faults.add("/columns/datetime", {"il faut au moins une colonne", "at least one column is needed"});
  }
}

void set_coordinates(facts::Mapping& mapping, const Coordinates& coordinates, json::Faults& faults) {
  mapping.crs = coordinates.crs.value_or(4326);
  if (coordinates.bounds) {
    const auto& bounds = *coordinates.bounds;
    if (bounds.size() == 4 && bounds[0] < bounds[2] && bounds[1] < bounds[3])
      mapping.bounds = {bounds[0], bounds[1], bounds[2], bounds[3]};
    else
      faults.add("/coordinates/bounds",
                 {"il faut [ouest, sud, est, nord] en degrés", "[west, south, east, north] in degrees is needed"});
  }
  for (const auto& place : coordinates.none.value_or(std::vector<std::vector<double>>{})) {
    if (place.size() == 2)
      mapping.none_places.emplace_back(place[0], place[1]);
    else
      faults.add("/coordinates/none", {"il faut une liste de [x, y]", "a list of [x, y] is needed"});
  }
}

}  // namespace

Result<facts::Mapping> parse_mapping(std::string_view text) {
  const auto file = json::read<File>(text);
  if (!file) return Failure(file.error());
  json::Faults faults;
  facts::Mapping mapping;
  mapping.source = file->source;
  if (mapping.source.empty()) faults.add("/source", {"il faut un nom de source", "a name of the source is needed"});
  if (file->attribution) mapping.attribution = *file->attribution;
  set_format(mapping, *file, faults);
  set_columns(mapping, *file, faults);
  if (file->coordinates) set_coordinates(mapping, *file->coordinates, faults);
  auto format = facts::DateFormat::compile(file->datetime.format);
  if (format)
    mapping.datetime_format = *format;
  else
    faults.add("/datetime/format", format.error().message);
  mapping.time_zone = file->datetime.time_zone;
  for (const auto& [name, rule] : file->categories)
    if (const auto out = to_rule(rule, "/categories/" + name, faults)) mapping.categories.emplace(name, *out);
  if (file->other_categories) mapping.other_categories = to_rule(*file->other_categories, "/other_categories", faults);
  if (faults.any()) return Failure(faults.error());
  return mapping;
}

Result<facts::Mapping> read_mapping(const std::filesystem::path& path) {
  auto source = files::open_source(path);
  if (!source) return Failure(source.error());
  std::string text(1 << 20, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto count = (*source)->read(std::span(text).subspan(size));
    if (!count) return Failure(count.error());
    if (*count == 0) break;
    size += *count;
  }
  if (size == text.size())
    return refuse(ErrorKind::too_large,
                  {"une correspondance fait moins d'un mébioctet", "a mapping is smaller than one mebibyte"},
                  path.string());
  text.resize(size);
  auto mapping = parse_mapping(text);
  if (mapping) return mapping;
  Error error = mapping.error();
  error.message = {fmt::format("{} : {}", path.filename().string(), error.message.fr),
                   fmt::format("{}: {}", path.filename().string(), error.message.en)};
  return Failure(std::move(error));
}

}  // namespace quadrille::mapping
