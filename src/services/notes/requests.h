#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/result.h"
#include "host/clock/time_zone.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/notes/request_clocks.h"
#include "services/notes/request_procedure.h"

// Requests between services: one service asks another for information or an action, and both see until when, what was
// answered and why not. Nobody else sees that there is a request: its marking names the two services alone, and it is
// found by its code only by those who may read it.
//
//   const auto code = ask(*tx, port, zone, {.asked = customs, ...}, asker, chance);
//   take_step(*tx, *readable, *code, {.step = RequestStep::give, .text = "..."}, asker, zone);
//
// Every change records its audit entry in its own transaction. Reading is recorded by the caller (the edge), with what
// was shown.

namespace quadrille::notes {

[[nodiscard]] std::span<const database::Migration> request_migrations();

// ---- what it is about -----------------------------------------------------------------------------------------------

// A note the asker may read. The request takes over its conditions (sensitivity, regime, compartments, denied persons),
// so that whoever reads the request may read the note; and the note must be given to the asked service already.
struct AboutNote {
  std::string code;
  access::Marking marking;
};
struct AboutPlace {
  std::string label;                  // in words
  std::optional<std::string> sector;  // code
  std::optional<LonLat> point;
};
struct AboutCompartment {
  std::string code;  // or name, of an open one the asker is in; the request is then inside it
};
using About = std::variant<AboutNote, AboutPlace, AboutCompartment>;

enum class RequestKind { information, action };
[[nodiscard]] std::string_view name_of(RequestKind kind);
[[nodiscard]] std::optional<RequestKind> request_kind_named(std::string_view name);

struct NewRequest {
  ServiceId asked;
  RequestKind kind = RequestKind::information;
  RequestFrame frame = RequestFrame::internal;
  std::string country;  // between Member States: the other one, two capital letters (ISO 3166)
  Urgency urgency = Urgency::ordinary;
  std::string urgency_reason;  // from urgency_reasons(); demanded between Member States
  About about;
  std::string text;         // up to 4,000 characters
  std::string legal_basis;  // the text that allows it; up to 300
  access::Sensitivity sensitivity = access::Sensitivity::ordinary;
  access::Handling handling = access::Handling::h0;
  access::Regime regime = access::Regime::administrative;
};

inline constexpr std::size_t request_text_max = 4000;
inline constexpr std::size_t legal_basis_max = 300;

// Its code. Refused by field: not the asker's own service, no such service (`asked`); empty or too long texts; a note
// that the asked service was not given, a compartment the asker is not in (`about`); a marking the asker could not read
// (`sensitivity`, `regime`).
[[nodiscard]] Result<std::string> ask(database::Transaction& tx, TerritoryId territory, const clock::TimeZone& zone,
                                      const NewRequest& wanted, const access::Asker& asker, crypto::Chance& chance);

// ---- reading --------------------------------------------------------------------------------------------------------

struct RequestEvent {
  Instant at;
  PersonId person;
  ServiceId service;
  std::optional<RequestStep> step;  // nothing: it was asked
  RequestState to = RequestState::open;
  std::string text;    // reason or answer
  std::string ground;  // of refusal, where there is one
  std::optional<Instant> expected_at;
};

using ServiceRequestId = Id<struct ServiceRequestTag>;

struct ServiceRequest {
  ServiceRequestId id;  // for the log; never shown
  std::string code;
  MarkingId marking;
  Instant asked_at;
  ServiceId asking;
  ServiceId asked;
  RequestKind kind = RequestKind::information;
  RequestFrame frame = RequestFrame::internal;
  std::string country;
  Urgency urgency = Urgency::ordinary;
  std::string urgency_reason;
  Accessibility accessibility = Accessibility::direct;
  std::string about_kind;  // "note", "place", "compartment"
  std::string about;       // code of the note or compartment, label of the place
  std::optional<std::string> sector;
  std::optional<LonLat> point;
  std::string text;
  std::string legal_basis;
  RequestState state = RequestState::open;
  TimeLimit limit;
  std::string limit_source;
  ClockState clock;
  std::optional<Instant> expected_at;  // of the last delay notice
  std::string ground;
};

// What to list: everything readable of the territory, newest first.
struct RequestFilter {
  enum class Which { all, unfinished, late };
  Which which = Which::all;
  std::optional<ServiceId> asking;
  std::optional<ServiceId> asked;
  std::optional<std::string> note;  // about that note
};
// Where the next page begins: moment and code of the last request shown.
struct RequestCursor {
  Instant asked_at;
  std::string code;
};

// At most `limit` (1 to 500, CHECK), before `after`. One indexed query a readable marking, so that the work depends on
// what may be read only.
[[nodiscard]] std::vector<ServiceRequest> list_requests(database::Snapshot& snapshot, const access::Readable& readable,
                                                        TerritoryId territory, const RequestFilter& filter, Instant now,
                                                        const std::optional<RequestCursor>& after, int limit);
// Nothing where there is none that may be read: the two cannot be told apart.
[[nodiscard]] std::optional<ServiceRequest> find_request(database::Snapshot& snapshot, const access::Readable& readable,
                                                         std::string_view code);
[[nodiscard]] std::vector<RequestEvent> events_of(database::Snapshot& snapshot, const ServiceRequest& request);
// The refusal of everything that does not exist for who asks.
[[nodiscard]] Failure no_such_request();

// ---- steps ----------------------------------------------------------------------------------------------------------

// Why an answer comes late. Between Member States the limits yield to a judicial authorisation only (art. 5(2)).
enum class DelayCause { judicial_authorisation, other };
[[nodiscard]] std::string_view name_of(DelayCause cause);
[[nodiscard]] std::optional<DelayCause> delay_cause_named(std::string_view name);

struct RequestStepInput {
  RequestStep step = RequestStep::give;
  std::string text;    // the reason, the answer, the clarification
  std::string ground;  // for refuse and give_partly
  std::optional<DelayCause> cause;
  std::optional<Instant> expected_at;
};

// The side of the asker's service decides what may be done; the state decides what can. The request as it is then.
// A delay notice moves the limit only where the law lets it; inside an instance an announced delay is still a delay.
[[nodiscard]] Result<ServiceRequest> take_step(database::Transaction& tx, const access::Readable& readable,
                                               std::string_view code, const RequestStepInput& input,
                                               const access::Asker& asker, const clock::TimeZone& zone);

// The steps that person could take now, and for those of their side that they cannot, why not.
struct RequestStepOffer {
  RequestStep step;
  std::optional<Text> refused_because;
};
[[nodiscard]] std::vector<RequestStepOffer> steps_for(const ServiceRequest& request, ServiceId service, Instant now);

// ---- limits of a territory ------------------------------------------------------------------------------------------

struct InternalLimit {
  Urgency urgency = Urgency::ordinary;
  TimeLimit limit;
  std::string source;  // the protocol or order that sets it
  CivilDate read_on;
  Instant from;
};
// The newest of each urgency that is in force; the product's own where the territory has none. Requests keep the limit
// they were asked under.
[[nodiscard]] std::vector<InternalLimit> internal_limits(database::Snapshot& snapshot, TerritoryId territory,
                                                         Instant at);
// Refused by field: limit outside the range, empty source.
[[nodiscard]] Result<void> set_internal_limit(database::Transaction& tx, TerritoryId territory,
                                              const InternalLimit& wanted, const access::Asker& asker);

}  // namespace quadrille::notes
