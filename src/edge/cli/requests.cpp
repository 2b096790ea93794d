#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "edge/cli/asker.h"
#include "edge/cli/instance.h"
#include "host/clock/time_zone.h"
#include "services/notes/request_desk.h"

// quadrille request …: what the page's Demandes panel does, for scripts.

namespace quadrille::cli {
namespace {

// The instance, the territory, who asks, and the desk they ask at.
struct Desk {
  Instance instance;
  territory::Territory territory;
  clock::TimeZone zone;
  access::Asker asker;
  std::vector<territory::Service> services;
  std::unique_ptr<access::Access> access = std::make_unique<access::Access>();
  std::unique_ptr<audit::Recorder> recorder;

  [[nodiscard]] notes::RequestDesk requests() {
    return {*instance.database, *access, *recorder, crypto::system_chance()};
  }
  [[nodiscard]] std::string code_of(ServiceId id) const {
    const auto found = std::ranges::find(services, id, &territory::Service::id);
    return found == services.end() ? "" : found->code;
  }
};

Result<Desk> open_desk(const Arguments& arguments) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  auto zone = clock::TimeZone::open(territory->time_zone);
  if (!zone) return Failure(zone.error());
  auto asker = asker_of(*instance);
  if (!asker) return Failure(asker.error());
  auto services = territory::load_services(*instance->database->read(), territory->id);
  Desk desk{std::move(*instance), std::move(*territory), std::move(*zone), std::move(*asker), std::move(services)};
  desk.recorder = std::make_unique<audit::Recorder>(*desk.instance.database, desk.instance.clock);
  return desk;
}

std::string local_text(Instant instant, const clock::TimeZone& zone) {
  const auto local = zone.to_local(instant);
  const int minutes = local.time.ms_of_day / 60'000;
  return fmt::format("{} {:02}:{:02}", format_date(local.date), minutes / 60, minutes % 60);
}

// "reste 6 h 20 min", "en retard de 2 j 3 h".
std::string clock_text(const notes::RequestView& view, Language language) {
  const bool fr = language == Language::fr;
  if (notes::is_final(view.request.state))
    return view.clock.is_late ? (fr ? "hors délai" : "after the limit") : (fr ? "dans le délai" : "in time");
  const std::int64_t minutes = (view.clock.left_ms < 0 ? -view.clock.left_ms : view.clock.left_ms) / 60'000;
  const std::string span = minutes >= 2880
                               ? fmt::format("{} {} {} h", minutes / 1440, fr ? "j" : "d", minutes % 1440 / 60)
                           : minutes >= 60 ? fmt::format("{} h {} min", minutes / 60, minutes % 60)
                                           : fmt::format("{} min", minutes);
  if (view.clock.is_suspended) return fmt::format("{} ({})", fr ? "suspendu" : "standing still", span);
  return view.clock.is_late ? fmt::format(fmt::runtime(fr ? "en retard de {}" : "late by {}"), span)
                            : fmt::format(fmt::runtime(fr ? "reste {}" : "{} left"), span);
}

void print_line(Terminal& terminal, const Desk& desk, const notes::RequestView& view) {
  const auto& request = view.request;
  terminal.out << fmt::format("{}  {}  {} -> {}  {:<10}  {}  {}\n", request.code,
                              local_text(request.asked_at, desk.zone), desk.code_of(request.asking),
                              desk.code_of(request.asked), notes::label_of(request.state).in(terminal.language),
                              clock_text(view, terminal.language), request.about);
}

void print_whole(Terminal& terminal, const Desk& desk, const notes::RequestView& view) {
  print_line(terminal, desk, view);
  terminal.out << fmt::format("  {}\n  {}\n", view.request.text, view.request.legal_basis);
  for (const auto& event : view.events)
    terminal.out << fmt::format("  {}  {}  {}{}{}\n", local_text(event.at, desk.zone), desk.code_of(event.service),
                                event.step ? notes::label_of(*event.step).in(terminal.language)
                                           : (terminal.language == Language::fr ? "Demande" : "Request"),
                                event.ground.empty() ? "" : fmt::format(" [{}]", event.ground),
                                event.text.empty() ? "" : ": " + event.text);
}

// A word of an option that may be absent.
template <class Word, class Named>
Result<void> read_word(const Arguments& arguments, std::string_view option, Word& word, Named named) {
  const auto text = arguments.text(option);
  if (!text) return {};
  const std::optional<Word> known = named(*text);
  if (!known) return invalid({"valeur inconnue", "unknown value"}, std::string(option));
  word = *known;
  return {};
}

// The field of a refusal, as the option that brought it.
Failure by_option(const Error& error) {
  return as_typed(error, {{"asked", "--to"},
                          {"text", "--text"},
                          {"legal_basis", "--legal-basis"},
                          {"about", "--about-place"},
                          {"sector", "--sector"},
                          {"country", "--country"},
                          {"ground", "--ground"},
                          {"expected_at", "--expected"},
                          {"cause", "--cause"},
                          {"sensitivity", "--sensitivity"},
                          {"regime", "--regime"},
                          {"urgency_reason", "--urgency-reason"},
                          {"code", "CODE"},
                          {"hours", "--hours"},
                          {"days", "--days"},
                          {"source", "--source"}});
}

Result<ServiceId> service_of(const Desk& desk, const std::string& code, const std::string& option) {
  const auto found = std::ranges::find(desk.services, code, &territory::Service::code);
  if (found == desk.services.end())
    return invalid({"ce service n'existe pas dans le territoire", "there is no such service in the territory"}, option);
  return found->id;
}

Result<void> run_ask(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  notes::NewRequest wanted;
  const auto asked = service_of(*desk, *arguments.text("--to"), "--to");
  if (!asked) return Failure(asked.error());
  wanted.asked = *asked;
  for (const auto& read : {read_word(arguments, "--kind", wanted.kind, notes::request_kind_named),
                           read_word(arguments, "--frame", wanted.frame, notes::frame_named),
                           read_word(arguments, "--urgency", wanted.urgency, notes::urgency_named),
                           read_word(arguments, "--sensitivity", wanted.sensitivity, access::sensitivity_named),
                           read_word(arguments, "--handling", wanted.handling, access::handling_named),
                           read_word(arguments, "--regime", wanted.regime, access::regime_named)})
    if (!read) return Failure(read.error());
  if (const auto compartment = arguments.text("--compartment"))
    wanted.about = notes::AboutCompartment{*compartment};
  else
    wanted.about = notes::AboutPlace{arguments.text("--about-place").value_or(""), arguments.text("--sector"), {}};
  wanted.country = arguments.text("--country").value_or("");
  wanted.urgency_reason = arguments.text("--urgency-reason").value_or("");
  wanted.text = *arguments.text("--text");
  wanted.legal_basis = *arguments.text("--legal-basis");
  const auto code = desk->requests().ask(desk->territory, wanted, desk->asker);
  if (!code) return by_option(code.error());
  terminal.out << *code << '\n';
  return {};
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  notes::RequestFilter filter;
  if (arguments.has("--unfinished")) filter.which = notes::RequestFilter::Which::unfinished;
  if (arguments.has("--late")) filter.which = notes::RequestFilter::Which::late;
  const auto page =
      desk->requests().list(desk->territory, filter, 200, arguments.text("--after").value_or(""), desk->asker);
  if (!page) return Failure(page.error());
  for (const auto& view : page->requests) print_line(terminal, *desk, view);
  if (page->requests.empty())
    terminal.out << (terminal.language == Language::fr ? "Aucune demande.\n" : "No request.\n");
  if (!page->next.empty()) terminal.out << fmt::format("--after {}\n", page->next);
  return {};
}

Result<void> run_show(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto code = arguments.words().empty() ? std::string() : arguments.words().front();
  const auto view = desk->requests().find(desk->territory, code, desk->asker);
  if (!view) return by_option(view.error());
  print_whole(terminal, *desk, *view);
  return {};
}

Result<void> run_step(notes::RequestStep step, const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  notes::RequestStepInput input;
  input.step = step;
  input.text = arguments.text("--text").value_or("");
  input.ground = arguments.text("--ground").value_or("");
  if (step == notes::RequestStep::give && !input.ground.empty()) input.step = notes::RequestStep::give_partly;
  if (const auto cause = arguments.text("--cause")) {
    input.cause = notes::delay_cause_named(*cause);
    if (!input.cause) return invalid({"judicial_authorisation ou other", "judicial_authorisation or other"}, "--cause");
  } else {
    input.cause = notes::DelayCause::other;
  }
  if (const auto expected = arguments.text("--expected")) {
    input.expected_at = notes::parse_local_minute(*expected, desk->zone);
    if (!input.expected_at)
      return invalid({"une date et une heure : 2026-12-01T08:00", "a date and a time: 2026-12-01T08:00"}, "--expected");
  }
  const auto code = arguments.words().empty() ? std::string() : arguments.words().front();
  const auto view = desk->requests().take_step(desk->territory, code, input, desk->asker);
  if (!view) return by_option(view.error());
  print_whole(terminal, *desk, *view);
  return {};
}

std::string hours_text(const notes::DelayQuantile& quantile) {
  const auto text = [](const std::optional<double>& hours) { return hours ? fmt::format("{:.1f}", *hours) : "—"; };
  return fmt::format("{} h [{}; {}]", text(quantile.hours), text(quantile.low_hours), text(quantile.high_hours));
}

Result<void> run_statistics(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  Period period{{0}, {desk->asker.at.utc_ms + 1}};
  for (const auto& [option, is_begin] : {std::pair{"--from", true}, std::pair{"--to", false}}) {
    const auto text = arguments.text(option);
    if (!text) continue;
    const auto day = parse_date(*text);
    if (!day) return invalid({"une date : 2026-11-25", "a date: 2026-11-25"}, option);
    (is_begin ? period.begin : period.end) = is_begin ? desk->zone.day(*day).begin : desk->zone.day(*day).end;
  }
  const bool fr = terminal.language == Language::fr;
  for (const auto& one : desk->requests().statistics(desk->territory, period, desk->asker)) {
    terminal.out << fmt::format(
        fmt::runtime(
            fr ? "{}: {} demandes, {} dans le délai, {} hors délai, {} en cours (dont {} en retard), {} retirées\n"
               : "{}: {} requests, {} in time, {} late, {} unfinished ({} late), {} withdrawn\n"),
        desk->code_of(one.asked), one.requests, one.in_time, one.late, one.unfinished, one.unfinished_late,
        one.withdrawn);
    terminal.out << fmt::format(fmt::runtime(fr ? "  médiane {}, 90 % {}\n" : "  median {}, 90 % {}\n"),
                                hours_text(one.median), hours_text(one.ninety_percent));
    for (const auto& ground : one.grounds) terminal.out << fmt::format("  {}: {}\n", ground.ground, ground.count);
  }
  return {};
}

Result<void> run_limit(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  notes::InternalLimit wanted;
  if (auto read = read_word(arguments, "--urgency", wanted.urgency, notes::urgency_named); !read) return read;
  const auto hours = arguments.integer("--hours");
  if (!hours) return Failure(hours.error());
  const auto days = arguments.integer("--days");
  if (!days) return Failure(days.error());
  const auto limit = notes::checked_limit(hours->value_or(0), days->value_or(0));
  if (!limit) return by_option(limit.error());
  wanted.limit = *limit;
  wanted.source = *arguments.text("--source");
  wanted.read_on = desk->zone.to_local(desk->asker.at).date;
  wanted.from = desk->asker.at;
  auto tx = desk->instance.database->write();
  if (auto set = notes::set_internal_limit(*tx, desk->territory.id, wanted, desk->asker); !set)
    return by_option(set.error());
  tx->commit();
  for (const auto& one : notes::internal_limits(*desk->instance.database->read(), desk->territory.id, desk->asker.at))
    terminal.out << fmt::format("{}  {} h  {} {}  {}\n", notes::name_of(one.urgency), one.limit.hours,
                                one.limit.calendar_days, terminal.language == Language::fr ? "j" : "d", one.source);
  return {};
}

const Option territory_option{
    "--territory", "SLUG", {"territoire, s'il y en a plusieurs", "territory, if there are several"}};
const Option text_option{"--text", "TEXT", {"la réponse, ou le motif", "the answer, or the reason"}, true};

Command step_command(std::string_view name, Text summary, notes::RequestStep step, std::vector<Option> own,
                     std::string_view example) {
  own.push_back(territory_option);
  return {
      .name = name,
      .summary = std::move(summary),
      .needs = access::Capability::request_services,
      .words = "CODE",
      .words_max = 1,
      .options = with_instance_options(std::move(own)),
      .example = example,
      .run = [step](const Arguments& arguments, Terminal& terminal) { return run_step(step, arguments, terminal); }};
}

std::vector<Command> step_commands() {
  const Option ground{
      "--ground", "NAME", {"motif de la table (docs/requests.md)", "ground of the table (docs/requests.md)"}};
  Option demanded = ground;
  demanded.is_required = true;
  using enum notes::RequestStep;
  return {step_command("request answer",
                       {"Répond à une demande ; en partie avec --ground", "Answers a request; in part with --ground"},
                       give, {text_option, ground}, "quadrille request answer CODE --text \"Rien vu\""),
          step_command("request refuse", {"Refuse une demande, avec son motif", "Refuses a request, with its ground"},
                       refuse, {text_option, demanded},
                       "quadrille request refuse CODE --ground not_held --text \"Rien sur ce hall\""),
          step_command(
              "request delay", {"Annonce un retard", "Announces a delay"}, announce_delay,
              {text_option,
               {"--expected", "TIME", {"réponse prévue, 2026-12-01T08:00", "expected answer, 2026-12-01T08:00"}, true},
               {"--cause", "NAME", {"judicial_authorisation ou other", "judicial_authorisation or other"}}},
              "quadrille request delay CODE --expected 2026-12-01T08:00 --text \"Effectif réduit\""),
          step_command("request question",
                       {"Demande des précisions ; l'horloge s'arrête", "Asks for clarification; the clock stops"},
                       ask_clarification, {text_option}, "quadrille request question CODE --text \"Quel hall ?\""),
          step_command("request clarify",
                       {"Précise une demande ; l'horloge repart", "Clarifies a request; the clock goes on"}, clarify,
                       {text_option}, "quadrille request clarify CODE --text \"Le 3\""),
          step_command("request indirect",
                       {"Dit que l'information n'est accessible qu'indirectement",
                        "Says that the information is reached indirectly"},
                       declare_indirect, {}, "quadrille request indirect CODE"),
          step_command("request escalate",
                       {"Signale à la hiérarchie, le délai passé", "Escalates once the limit has passed"}, escalate, {},
                       "quadrille request escalate CODE"),
          step_command("request withdraw", {"Retire une demande", "Withdraws a request"}, withdraw, {text_option},
                       "quadrille request withdraw CODE --text \"Réponse trouvée\"")};
}

}  // namespace

std::vector<Command> request_commands() {
  std::vector<Command> all{
      {.name = "request ask",
       .summary = {"Demande une information ou une action à un autre service",
                   "Asks another service for information or an action"},
       .needs = access::Capability::request_services,
       .words = "",
       .options = with_instance_options(
           {territory_option,
            {"--to", "SERVICE", {"service sollicité", "asked service"}, true},
            {"--text", "TEXT", {"ce qui est demandé", "what is asked for"}, true},
            {"--legal-basis", "TEXT", {"texte qui permet la demande", "text that allows the request"}, true},
            {"--about-place", "TEXT", {"lieu, en quelques mots", "place, in a few words"}},
            {"--sector", "CODE", {"secteur du lieu", "sector of the place"}},
            {"--compartment", "CODE", {"procédure ou opération dont vous êtes", "procedure or operation you are in"}},
            {"--kind", "NAME", {"information (par défaut) ou action", "information (default) or action"}},
            {"--urgency", "NAME", {"ordinary (par défaut) ou urgent", "ordinary (default) or urgent"}},
            {"--urgency-reason",
             "NAME",
             {"entre États membres : voir docs/requests.md", "between Member States: see docs/requests.md"}},
            {"--frame", "NAME", {"internal (par défaut) ou member_state", "internal (default) or member_state"}},
            {"--country", "CC", {"l'autre État membre, en deux lettres", "the other Member State, two letters"}},
            {"--sensitivity", "NAME", {"ordinary, restricted, confidential", "ordinary, restricted, confidential"}},
            {"--handling", "NAME", {"h0 à h3", "h0 to h3"}},
            {"--regime", "NAME", {"administrative, judicial, customs", "administrative, judicial, customs"}}}),
       .example = "quadrille request ask --to douane --about-place \"hall 3\" --text \"Vos constats ?\" --legal-basis "
                  "\"CSI L. 132-5\"",
       .run = run_ask},
      {.name = "request list",
       .summary = {"Demandes que vous pouvez lire", "Requests you may read"},
       .needs = access::Capability::request_services,
       .words = "",
       .options =
           with_instance_options({territory_option,
                                  {"--unfinished", "", {"sans celles qui ont une réponse", "without those answered"}},
                                  {"--late", "", {"celles dont le délai est passé", "those past their limit"}},
                                  {"--after", "CURSOR", {"suite de la liste", "next page"}}}),
       .example = "quadrille request list --unfinished",
       .run = run_list},
      {.name = "request show",
       .summary = {"Une demande et son histoire", "A request and its history"},
       .needs = access::Capability::request_services,
       .words = "CODE",
       .words_max = 1,
       .options = with_instance_options({territory_option}),
       .example = "quadrille request show CODE",
       .run = run_show},
      {.name = "request statistics",
       .summary = {"Délais tenus, sur les demandes que vous pouvez lire",
                   "Limits kept, over the requests you may read"},
       .needs = access::Capability::request_services,
       .words = "",
       .options = with_instance_options({territory_option,
                                         {"--from", "DATE", {"premier jour", "first day"}},
                                         {"--to", "DATE", {"dernier jour", "last day"}}}),
       .example = "quadrille request statistics",
       .run = run_statistics},
      {.name = "request limit",
       .summary = {"Fixe le délai d'un territoire entre ses services", "Sets a territory's limit between its services"},
       .needs = access::Capability::manage_territory,
       .words = "",
       .options = with_instance_options(
           {territory_option,
            {"--urgency", "NAME", {"ordinary ou urgent", "ordinary or urgent"}, true},
            {"--hours", "N", {"heures", "hours"}},
            {"--days", "N", {"jours calendaires", "calendar days"}},
            {"--source", "TEXT", {"protocole ou note qui le fixe", "protocol or order that sets it"}, true}}),
       .example = "quadrille request limit --urgency urgent --hours 4 --source \"protocole du 3 mars 2026\"",
       .run = run_limit}};
  for (auto& command : step_commands()) all.push_back(std::move(command));
  return all;
}

}  // namespace quadrille::cli
