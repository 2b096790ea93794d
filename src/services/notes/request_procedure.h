#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/time.h"

// A request of one service to another, as a table: which step leads from which state to which, who may take it, under
// what condition and by what rule. docs/requests.md is printed from it.
//
// The rules between Member States are those of Directive (EU) 2023/977, articles 4 to 6, and of the French code of
// criminal procedure (CPP) R. 49-36 to R. 49-38 (décret 2025-84), which takes them over for received requests. Inside
// one instance the same steps serve, by convention.

namespace quadrille::notes {

// Between whom. A request of another Member State is entered by the service that received it.
enum class RequestFrame { internal, member_state };
inline constexpr RequestFrame request_frames[] = {RequestFrame::internal, RequestFrame::member_state};

enum class Urgency { ordinary, urgent };
inline constexpr Urgency request_urgencies[] = {Urgency::ordinary, Urgency::urgent};

// Whether the asked service has the information in a database of its own ("directly accessible") or must have it from
// another authority or a private party. Until it says otherwise: directly.
enum class Accessibility { direct, indirect };

enum class RequestState {
  open,
  clarification_asked,
  delayed,
  escalated,
  given,
  partly_given,
  refused,
  withdrawn,
};
inline constexpr RequestState request_states[] = {
    RequestState::open,  RequestState::clarification_asked, RequestState::delayed, RequestState::escalated,
    RequestState::given, RequestState::partly_given,        RequestState::refused, RequestState::withdrawn};

enum class RequestStep {
  declare_indirect,
  ask_clarification,
  clarify,
  announce_delay,
  escalate,
  give,
  give_partly,
  refuse,
  withdraw,
};
inline constexpr RequestStep request_steps[] = {RequestStep::declare_indirect, RequestStep::ask_clarification,
                                                RequestStep::clarify,          RequestStep::announce_delay,
                                                RequestStep::escalate,         RequestStep::give,
                                                RequestStep::give_partly,      RequestStep::refuse,
                                                RequestStep::withdraw};

enum class RequestSide { asking, asked };
inline constexpr RequestSide request_sides[] = {RequestSide::asking, RequestSide::asked};

enum class RequestGuard {
  none,
  urgent_between_member_states,  // only there does indirect access lengthen the limit
  after_the_limit,
  with_a_reason,
  with_a_new_date,  // a reason and the date now expected
  with_a_ground,    // of refusal, from request_grounds
};

struct RequestRow {
  RequestState from;
  RequestStep step;
  RequestState to;
  RequestSide by;
  RequestGuard guard;
  std::string_view article;  // "" = convention of the instance
};

// Every step there is. States without a row have no exit.
[[nodiscard]] std::span<const RequestRow> request_table();
// The row for that pair; nothing where the step cannot be taken.
[[nodiscard]] std::optional<RequestRow> next(RequestState state, RequestStep step);
[[nodiscard]] bool is_final(RequestState state);

// Grounds for which a service may decline: those of article 6(1) between Member States, and the few that need no law
// inside an instance.
struct RequestGround {
  std::string_view name;
  RequestFrame frame;
  Text label;
  std::string_view article;
};
[[nodiscard]] std::span<const RequestGround> request_grounds();
[[nodiscard]] const RequestGround* ground_named(RequestFrame frame, std::string_view name);

// Why a request is urgent (between Member States one of these must be named).
struct UrgencyReason {
  std::string_view name;
  Text label;
  std::string_view article;
};
[[nodiscard]] std::span<const UrgencyReason> urgency_reasons();
[[nodiscard]] const UrgencyReason* urgency_reason_named(std::string_view name);

// When the texts named above were read.
[[nodiscard]] CivilDate request_law_read_on();

[[nodiscard]] std::string_view name_of(RequestFrame frame);
[[nodiscard]] std::string_view name_of(Urgency urgency);
[[nodiscard]] std::string_view name_of(Accessibility accessibility);
[[nodiscard]] std::string_view name_of(RequestState state);
[[nodiscard]] std::string_view name_of(RequestStep step);
[[nodiscard]] std::string_view name_of(RequestSide side);
[[nodiscard]] const Text& label_of(RequestFrame frame);
[[nodiscard]] const Text& label_of(Urgency urgency);
[[nodiscard]] const Text& label_of(RequestState state);
[[nodiscard]] const Text& label_of(RequestStep step);
[[nodiscard]] const Text& label_of(RequestSide side);
[[nodiscard]] const Text& label_of(RequestGuard guard);
[[nodiscard]] std::optional<RequestFrame> frame_named(std::string_view name);
[[nodiscard]] std::optional<Urgency> urgency_named(std::string_view name);
[[nodiscard]] std::optional<Accessibility> accessibility_named(std::string_view name);
[[nodiscard]] std::optional<RequestState> request_state_named(std::string_view name);
[[nodiscard]] std::optional<RequestStep> request_step_named(std::string_view name);

}  // namespace quadrille::notes
