#include <fmt/format.h>

#include <charconv>
#include <ostream>

#include "edge/cli/instance.h"
#include "host/files/csv_reader.h"
#include "services/facts/facts.h"
#include "services/territory/calendar.h"

namespace quadrille::cli {
namespace {

Result<territory::Territory> named(const Instance& instance, const Arguments& arguments) {
  if (arguments.words().empty())
    return invalid({"il faut l'identifiant du territoire", "the territory's slug is needed"}, "SLUG");
  return admit(instance, territory::find(*instance.database->read(), arguments.words()[0]));
}

Result<int> parse_crs(const std::string& text) {
  const std::string_view digits = text.starts_with("EPSG:") ? std::string_view(text).substr(5) : std::string_view(text);
  int epsg = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), epsg);
  if (failure != std::errc() || stop != digits.data() + digits.size())
    return invalid({"écrivez le système comme EPSG:2154", "write the system like EPSG:2154"}, "--crs");
  return epsg;
}

Result<void> run_create(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  if (arguments.words().empty())
    return invalid({"il faut l'identifiant du territoire", "the territory's slug is needed"}, "SLUG");
  const auto epsg = parse_crs(arguments.text("--crs").value_or("EPSG:2154"));
  if (!epsg) return Failure(epsg.error());
  auto tx = instance->database->write();
  const auto made = territory::create(*tx,
                                      {.slug = arguments.words()[0],
                                       .name = *arguments.text("--name"),
                                       .epsg = *epsg,
                                       .time_zone = arguments.text("--time-zone").value_or("Europe/Paris")},
                                      instance->by());
  if (!made) return Failure(made.error());
  tx->commit();
  terminal.out << (terminal.language == Language::fr ? "Territoire créé : " : "Territory created: ")
               << arguments.words()[0] << "\n";
  return {};
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto snapshot = instance->database->read();
  auto all = territory::list(*snapshot);
  std::erase_if(all, [&](const territory::Territory& one) { return !admit(*instance, one); });
  if (all.empty())
    terminal.err << (terminal.language == Language::fr ? "Aucun territoire. « quadrille demo » en génère un.\n"
                                                       : "No territory. \"quadrille demo\" generates one.\n");
  for (const auto& one : all) {
    std::int64_t facts = 0;
    for (const auto& count : facts::count_by_category(*snapshot, one.id)) facts += count.count;
    terminal.out << fmt::format(
        "{:<24} {:<28} EPSG:{:<6} {:>10}{}\n", one.slug, one.name, one.epsg, facts,
        one.is_simulated ? (terminal.language == Language::fr ? "  simulé" : "  simulated") : "");
  }
  return {};
}

Result<void> run_show(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto found = named(*instance, arguments);
  if (!found) return Failure(found.error());
  auto snapshot = instance->database->read();
  const bool fr = terminal.language == Language::fr;
  terminal.out << fmt::format("{} ({}) EPSG:{} {}{}\n", found->name, found->slug, found->epsg, found->time_zone,
                              found->is_simulated ? (fr ? " simulé" : " simulated") : "");
  const auto sectors = territory::load_sectors(*snapshot, found->id);
  terminal.out << fmt::format("{}: {}\n", fr ? "secteurs" : "sectors", sectors.size());
  for (const auto& count : facts::count_by_category(*snapshot, found->id)) {
    const auto& category = facts::category_of(count.category);
    terminal.out << fmt::format("  {:<32} {:<34} {:>9}\n", category.label.in(terminal.language),
                                facts::label_of(count.channel).in(terminal.language), count.count);
  }
  const auto days = facts::days_with_facts(*snapshot, found->id);
  const auto calendar = territory::load_calendar(*snapshot, found->id);
  if (days)
    terminal.out << fmt::format("{}: {} → {}, {} {}\n", fr ? "faits" : "facts", format_date(days->begin),
                                format_date(days->end - 1), "version", found->data_version);
  if (calendar)
    terminal.out << fmt::format("{}: {} / {} ({})\n", fr ? "jours observés" : "observed days",
                                calendar->observed_days(calendar->span()), calendar->span().days(),
                                calendar->origin() == territory::CalendarOrigin::given ? (fr ? "donnés" : "given")
                                                                                       : (fr ? "déduits" : "inferred"));
  return {};
}

Result<void> run_sectors(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto found = named(*instance, arguments);
  if (!found) return Failure(found.error());
  if (arguments.words().size() < 2) return invalid({"il faut un fichier GeoJSON", "a GeoJSON file is needed"}, "FILE");
  const auto level = arguments.integer("--level");
  if (!level) return Failure(level.error());
  auto areas = geojson::read_areas(arguments.words()[1]);
  if (!areas) return Failure(areas.error());
  auto tx = instance->database->write();
  const auto report = territory::add_sectors(*tx, *found,
                                             {.areas = std::move(*areas),
                                              .name_property = arguments.text("--name-property").value_or("name"),
                                              .code_property = arguments.text("--code-property").value_or(""),
                                              .level = static_cast<int>(level->value_or(1))},
                                             instance->by());
  if (!report) {
    Error error = report.error();
    error.message = {arguments.words()[1] + " : " + error.message.fr, arguments.words()[1] + ": " + error.message.en};
    return Failure(std::move(error));
  }
  const auto moved = facts::relocate(*tx, *found, instance->by());
  if (!moved) return Failure(moved.error());
  tx->commit();
  for (const auto& issue : report->issues) terminal.err << issue.message.in(terminal.language) << "\n";
  if (*moved > 0)
    terminal.err << fmt::format("{} {}\n", *moved,
                                terminal.language == Language::fr ? "faits relocalisés" : "facts located again");
  terminal.out << fmt::format("{} {}, {} {}\n", report->added,
                              terminal.language == Language::fr ? "secteurs ajoutés" : "sectors added",
                              report->repaired, terminal.language == Language::fr ? "réparés" : "repaired");
  return {};
}

// One CSV read whole by name of column; street graphs are small.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::int64_t> lines;

  [[nodiscard]] Result<std::size_t> column(std::string_view name, const std::string& file) const {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (header[i] == name) return i;
    return invalid(
        {fmt::format("{} : pas de colonne « {} »", file, name), fmt::format("{}: no column \"{}\"", file, name)},
        std::string(name));
  }
};

Result<Table> read_table(const std::string& file) {
  auto source = files::open_source(file);
  if (!source) return Failure(source.error());
  files::CsvReader csv(std::move(*source), {});
  Table table;
  for (;;) {
    const auto more = csv.next();
    if (!more) return Failure(more.error());
    if (!*more) break;
    std::vector<std::string> fields(csv.fields().begin(), csv.fields().end());
    if (table.header.empty()) {
      table.header = std::move(fields);
      continue;
    }
    if (fields.size() != table.header.size())
      return invalid(
          {fmt::format("{}, ligne {} : {} champs au lieu de {}", file, csv.line(), fields.size(), table.header.size()),
           fmt::format("{}, line {}: {} fields instead of {}", file, csv.line(), fields.size(), table.header.size())},
          file);
    table.rows.push_back(std::move(fields));
    table.lines.push_back(csv.line());
  }
  return table;
}

template <class Number>
Result<Number> parse_cell(const Table& table, std::size_t row, std::size_t column, const std::string& file) {
  const std::string& text = table.rows[row][column];
  Number value{};
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || stop != text.data() + text.size())
    return invalid(
        {fmt::format("{}, ligne {}, {} : « {} » n'est pas un nombre", file, table.lines[row], table.header[column],
                     text),
         fmt::format("{}, line {}, {}: \"{}\" is not a number", file, table.lines[row], table.header[column], text)},
        table.header[column]);
  return value;
}

Result<std::vector<territory::StreetNode>> read_nodes(const std::string& file) {
  const auto table = read_table(file);
  if (!table) return Failure(table.error());
  const auto number = table->column("node", file);
  const auto lon = table->column("lon", file);
  const auto lat = table->column("lat", file);
  for (const auto* column : {&number, &lon, &lat})
    if (!*column) return Failure(column->error());
  std::vector<territory::StreetNode> nodes;
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    const auto id = parse_cell<std::int64_t>(*table, row, *number, file);
    if (!id) return Failure(id.error());
    const auto x = parse_cell<double>(*table, row, *lon, file);
    const auto y = parse_cell<double>(*table, row, *lat, file);
    if (!x || !y) return Failure(x ? y.error() : x.error());
    const auto place = LonLat::checked(*x, *y);
    if (!place)
      return invalid({fmt::format("{}, ligne {} : pas une longitude et une latitude", file, table->lines[row]),
                      fmt::format("{}, line {}: no longitude and latitude", file, table->lines[row])},
                     "lon");
    nodes.push_back({*id, *place});
  }
  return nodes;
}

Result<std::vector<territory::StreetEdge>> read_edges(const std::string& file) {
  const auto table = read_table(file);
  if (!table) return Failure(table.error());
  const auto a = table->column("a", file);
  const auto b = table->column("b", file);
  const auto metres = table->column("metres", file);
  const auto street = table->column("street", file);
  for (const auto* column : {&a, &b, &metres, &street})
    if (!*column) return Failure(column->error());
  std::vector<territory::StreetEdge> edges;
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    const auto from = parse_cell<std::int64_t>(*table, row, *a, file);
    const auto to = parse_cell<std::int64_t>(*table, row, *b, file);
    const auto length = parse_cell<double>(*table, row, *metres, file);
    if (!from || !to) return Failure(from ? to.error() : from.error());
    if (!length) return Failure(length.error());
    edges.push_back({*from, *to, static_cast<std::int64_t>(*length * 1000 + 0.5), table->rows[row][*street]});
  }
  return edges;
}

Result<void> run_streets(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto found = named(*instance, arguments);
  if (!found) return Failure(found.error());
  const auto nodes = read_nodes(*arguments.text("--nodes"));
  if (!nodes) return Failure(nodes.error());
  const auto edges = read_edges(*arguments.text("--edges"));
  if (!edges) return Failure(edges.error());
  auto tx = instance->database->write();
  if (const auto done = territory::replace_streets(*tx, *found, *nodes, *edges, instance->by()); !done) return done;
  tx->commit();
  terminal.out << fmt::format("{} {}\n", edges->size(),
                              terminal.language == Language::fr ? "tronçons de rue" : "street edges");
  return {};
}

Result<void> run_service(const Arguments& arguments, Terminal&) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto found = named(*instance, arguments);
  if (!found) return Failure(found.error());
  auto tx = instance->database->write();
  const auto added =
      territory::add_service(*tx, *found, *arguments.text("--code"), *arguments.text("--name"), instance->by());
  if (!added) return Failure(added.error());
  tx->commit();
  return {};
}

// A calendar file: first_day,last_day of each unobserved stretch, both included.
Result<std::vector<DayPeriod>> read_gaps(const std::string& file) {
  const auto table = read_table(file);
  if (!table) return Failure(table.error());
  const auto first = table->column("first_day", file);
  const auto last = table->column("last_day", file);
  if (!first || !last) return Failure(first ? last.error() : first.error());
  std::vector<DayPeriod> gaps;
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    const auto begin = parse_date(table->rows[row][*first]);
    const auto end = parse_date(table->rows[row][*last]);
    if (!begin || !end || *end < *begin)
      return invalid(
          {fmt::format("{}, ligne {} : il faut deux dates comme 2026-03-01, dans l'ordre", file, table->lines[row]),
           fmt::format("{}, line {}: two dates like 2026-03-01 are needed, in order", file, table->lines[row])},
          "first_day");
    gaps.push_back({*begin, *end + 1});
  }
  return gaps;
}

Result<void> run_calendar(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto found = named(*instance, arguments);
  if (!found) return Failure(found.error());
  const bool is_given = arguments.has("--unobserved");
  if (is_given == arguments.has("--infer"))
    return invalid({"donnez --infer ou --unobserved FICHIER", "give --infer or --unobserved FILE"}, "--infer");
  auto tx = instance->database->write();
  const auto span = facts::days_with_facts(*tx, found->id);
  if (!span)
    return refuse(ErrorKind::conflict, {"aucun fait encore : importez d'abord", "no fact yet: import first"}, "SLUG");
  if (is_given) {
    auto gaps = read_gaps(*arguments.text("--unobserved"));
    if (!gaps) return Failure(gaps.error());
    territory::replace_calendar(*tx, *found, {territory::CalendarOrigin::given, *span, std::move(*gaps)},
                                instance->by());
  } else {
    territory::replace_calendar(*tx, *found, facts::inferred_calendar(*tx, found->id), instance->by());
  }
  const auto calendar = territory::load_calendar(*tx, found->id);
  tx->commit();
  terminal.out << fmt::format("{} / {} {}\n", calendar->observed_days(*span), span->days(),
                              terminal.language == Language::fr ? "jours observés" : "observed days");
  return {};
}

}  // namespace

std::vector<Command> territory_commands() {
  return {
      {.name = "territory create",
       .summary = {"Crée un territoire", "Creates a territory"},
       .needs = access::Capability::run_instance,
       .words = "SLUG",
       .words_max = 1,
       .options = with_instance_options(
           {{"--name", "NAME", {"nom affiché", "name shown"}, true},
            {"--crs",
             "EPSG:N",
             {"système projeté en mètres (par défaut EPSG:2154)", "projected system in metres (default EPSG:2154)"}},
            {"--time-zone", "ZONE", {"fuseau (par défaut Europe/Paris)", "time zone (default Europe/Paris)"}}}),
       .example =
           "quadrille territory create sf --name \"San Francisco\" --crs EPSG:32610 --time-zone America/Los_Angeles",
       .run = run_create},
      {.name = "territory list",
       .summary = {"Énumère les territoires", "Lists the territories"},
       .needs = access::Capability::see_instance,
       .words = "",
       .options = with_instance_options({}),
       .example = "quadrille territory list",
       .run = run_list},
      {.name = "territory show",
       .summary = {"Décrit un territoire", "Describes a territory"},
       .needs = access::Capability::see_aggregates,
       .words = "SLUG",
       .words_max = 1,
       .options = with_instance_options({}),
       .example = "quadrille territory show sf",
       .run = run_show},
      {.name = "territory sectors",
       .summary = {"Ajoute un niveau de secteurs (GeoJSON)", "Adds a level of sectors (GeoJSON)"},
       .needs = access::Capability::manage_territory,
       .words = "SLUG FILE",
       .words_max = 2,
       .options = with_instance_options(
           {{"--name-property", "KEY", {"propriété du nom (par défaut name)", "property with the name (default name)"}},
            {"--code-property",
             "KEY",
             {"propriété du code (par défaut tiré du nom)", "property with the code (default made from the name)"}},
            {"--level", "N", {"1 = les plus grands (par défaut)", "1 = the largest (default)"}}}),
       .example = "quadrille territory sectors sf neighborhoods.geojson --name-property name",
       .run = run_sectors},
      {.name = "territory streets",
       .summary = {"Donne le graphe des rues (CSV)", "Gives the street graph (CSV)"},
       .needs = access::Capability::manage_territory,
       .words = "SLUG",
       .words_max = 1,
       .options = with_instance_options({{"--nodes", "FILE", {"node,lon,lat", "node,lon,lat"}, true},
                                         {"--edges", "FILE", {"a,b,metres,street", "a,b,metres,street"}, true}}),
       .example = "quadrille territory streets sf --nodes street_nodes.csv.zst --edges street_edges.csv.zst",
       .run = run_streets},
      {.name = "territory service",
       .summary = {"Ajoute un service", "Adds a service"},
       .needs = access::Capability::run_instance,
       .words = "SLUG",
       .words_max = 1,
       .options = with_instance_options({{"--code", "CODE", {"code en minuscules", "lower-case code"}, true},
                                         {"--name", "NAME", {"nom affiché", "name shown"}, true}}),
       .example = "quadrille territory service sf --code police-nationale --name \"Police nationale\"",
       .run = run_service},
      {.name = "territory calendar",
       .summary = {"Donne ou déduit les jours observés", "Gives or infers the observed days"},
       .needs = access::Capability::manage_territory,
       .words = "SLUG",
       .words_max = 1,
       .options = with_instance_options(
           {{"--infer", "", {"sans aucun fait = non observé", "without any fact = unobserved"}},
            {"--unobserved", "FILE", {"CSV first_day,last_day des trous", "CSV first_day,last_day of the holes"}}}),
       .example = "quadrille territory calendar sf --infer",
       .run = run_calendar},
  };
}

}  // namespace quadrille::cli
