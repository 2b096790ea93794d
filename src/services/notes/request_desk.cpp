#include "services/notes/request_desk.h"

#include <fmt/format.h>

#include <charconv>

#include "services/notes/ground.h"
#include "services/notes/store.h"

namespace quadrille::notes {
namespace {

ServiceId own_service(const access::Asker& asker, TerritoryId territory) {
  const auto* standing = asker.viewer.in(territory);
  return standing ? standing->service : ServiceId{};
}

RequestView view_of(ServiceRequest request, const territory::Territory& territory, const access::Asker& asker) {
  RequestView view;
  view.clock = read_clock(request.clock, asker.at);
  view.is_ours = request.asking == own_service(asker, territory.id);
  view.request = std::move(request);
  return view;
}

RequestView whole_view_of(database::Snapshot& snapshot, ServiceRequest request, const territory::Territory& territory,
                          const access::Asker& asker) {
  auto view = view_of(std::move(request), territory, asker);
  view.events = events_of(snapshot, view.request);
  view.offers = steps_for(view.request, own_service(asker, territory.id), asker.at);
  return view;
}

Result<clock::TimeZone> zone_of(const territory::Territory& territory) {
  return clock::TimeZone::open(territory.time_zone);
}

std::string_view name_of_filter(RequestFilter::Which which) {
  switch (which) {
    case RequestFilter::Which::all:
      return "all";
    case RequestFilter::Which::unfinished:
      return "unfinished";
    case RequestFilter::Which::late:
      break;
  }
  return "late";
}

std::string details_of(const RequestFilter& filter) {
  std::string details = fmt::format("which={}", name_of_filter(filter.which));
  if (filter.asking) details += fmt::format(" asking={}", filter.asking->value);
  if (filter.asked) details += fmt::format(" asked={}", filter.asked->value);
  if (filter.note) details += fmt::format(" note={}", *filter.note);
  return details;
}

}  // namespace

Result<std::string> RequestDesk::ask(const territory::Territory& territory, const NewRequest& wanted,
                                     const access::Asker& asker) {
  const auto zone = zone_of(territory);
  if (!zone) return Failure(zone.error());
  auto tx = database_.write();
  auto code = notes::ask(*tx, territory.id, *zone, wanted, asker, chance_);
  if (code) tx->commit();
  return code;
}

Result<AboutNote> RequestDesk::note_coded(const territory::Territory& territory, std::string_view code,
                                          const access::Asker& asker) {
  auto snapshot = database_.read();
  const auto readable = access_.readable(*snapshot, asker.viewer);
  const auto found = store::find(*snapshot, territory.id, code, readable->sql_list(), asker.viewer.person);
  if (!found || !readable->contains(found->marking)) return no_such_note();
  return AboutNote{found->code, access::load_marking(*snapshot, found->marking)};
}

Result<RequestView> RequestDesk::take_step(const territory::Territory& territory, std::string_view code,
                                           const RequestStepInput& input, const access::Asker& asker) {
  const auto zone = zone_of(territory);
  if (!zone) return Failure(zone.error());
  const auto readable = access_.readable(*database_.read(), asker.viewer);
  auto tx = database_.write();
  auto request = notes::take_step(*tx, *readable, code, input, asker, *zone);
  if (!request) return Failure(request.error());
  auto view = whole_view_of(*tx, std::move(*request), territory, asker);
  tx->commit();
  return view;
}

Result<RequestPage> RequestDesk::list(const territory::Territory& territory, const RequestFilter& filter, int limit,
                                      std::string_view cursor, const access::Asker& asker) {
  if (limit < 1 || limit > 200) return invalid({"de 1 à 200 demandes par page", "1 to 200 requests a page"}, "limit");
  std::optional<RequestCursor> after;
  if (!cursor.empty()) {
    after = parse_cursor(cursor);
    if (!after) return invalid({"cette suite de liste n'existe pas", "there is no such next page"}, "cursor");
  }
  RequestPage page;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    auto found = list_requests(*snapshot, *readable, territory.id, filter, asker.at, after, limit + 1);
    const bool has_more = found.size() > static_cast<std::size_t>(limit);
    if (has_more) found.pop_back();
    for (auto& request : found) page.requests.push_back(view_of(std::move(request), territory, asker));
    if (has_more) {
      const auto& last = page.requests.back().request;
      page.next = format_cursor({last.asked_at, last.code});
    }
  }
  record_look(territory, "requests", details_of(filter), fmt::format("rows={}", page.requests.size()), {}, asker);
  return page;
}

Result<RequestView> RequestDesk::find(const territory::Territory& territory, std::string_view code,
                                      const access::Asker& asker) {
  std::optional<RequestView> view;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    auto found = find_request(*snapshot, *readable, code);
    if (found) view = whole_view_of(*snapshot, std::move(*found), territory, asker);
  }
  // What does not exist for the asker is logged too: a guess of codes shows there.
  const std::string subject = view ? fmt::format("request {}", view->request.code) : "request";
  record_look(territory, subject, "", view ? "shown" : "empty", view ? std::optional(view->request.id) : std::nullopt,
              asker);
  if (!view) return no_such_request();
  return std::move(*view);
}

std::vector<ServiceStatistics> RequestDesk::statistics(const territory::Territory& territory, Period asked_in,
                                                       const access::Asker& asker) {
  std::vector<ServiceStatistics> statistics;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    statistics = request_statistics(*snapshot, *readable, territory.id, asked_in, asker.at);
  }
  record_look(territory, "request statistics",
              fmt::format("from={} to={}", format_utc(asked_in.begin), format_utc(asked_in.end)),
              fmt::format("rows={}", statistics.size()), {}, asker);
  return statistics;
}

void RequestDesk::record_look(const territory::Territory& territory, std::string subject, std::string details,
                              std::string outcome, const std::optional<ServiceRequestId>& request,
                              const access::Asker& asker) {
  audit::Act act;
  act.actor = asker.actor();
  act.action = audit::Action::consultation;
  act.territory = territory.id;
  act.subject = std::move(subject);
  act.details = std::move(details);
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  act.outcome = std::move(outcome);
  if (request) act.object = audit::Object{"request", *request};
  recorder_.record(act);
}

std::string format_cursor(const RequestCursor& cursor) {
  return fmt::format("{}.{}", cursor.asked_at.utc_ms, cursor.code);
}

std::optional<RequestCursor> parse_cursor(std::string_view text) {
  RequestCursor cursor;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), cursor.asked_at.utc_ms);
  const auto dot = static_cast<std::size_t>(stop - text.data());
  if (failure != std::errc() || dot >= text.size() || text[dot] != '.') return std::nullopt;
  cursor.code = text.substr(dot + 1);
  if (!crypto::is_code(cursor.code)) return std::nullopt;
  return cursor;
}

}  // namespace quadrille::notes
