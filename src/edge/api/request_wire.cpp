#include "edge/api/request_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(NamedText, (), (name, label))
BOOST_DESCRIBE_STRUCT(RequestClockView, (),
                      (due_at, suspended, late, left_ms, percent_used, limit_hours, limit_days, source))
BOOST_DESCRIBE_STRUCT(RequestEventView, (), (at, service, mine, step, state, text, ground, expected_at))
BOOST_DESCRIBE_STRUCT(RequestStepView, (), (step, demands, refused_because))
BOOST_DESCRIBE_STRUCT(ServiceRequestView, (),
                      (code, kind, frame, country, urgency, urgency_reason, about_kind, about, sector, lon, lat, text,
                       legal_basis, asking, asked, ours, asked_at, state, ended, clock, expected_at, sensitivity,
                       handling, regime, events, steps))
BOOST_DESCRIBE_STRUCT(ServiceRequestPage, (), (requests, next))
BOOST_DESCRIBE_STRUCT(NewServiceRequest, (),
                      (asked, kind, frame, country, urgency, urgency_reason, note, place, sector, lon, lat, compartment,
                       text, legal_basis, sensitivity, handling, regime))
BOOST_DESCRIBE_STRUCT(ServiceRequestStep, (), (step, text, ground, cause, expected_at))
BOOST_DESCRIBE_STRUCT(RequestGroundView, (), (name, frame, label, article))
BOOST_DESCRIBE_STRUCT(RequestLimitView, (), (frame, urgency, accessibility, hours, days, source, read_on))
BOOST_DESCRIBE_STRUCT(RequestRules, (), (states, steps, frames, urgencies, urgency_reasons, grounds, limits, text_max))
BOOST_DESCRIBE_STRUCT(DelayView, (), (hours, low_hours, high_hours))
BOOST_DESCRIBE_STRUCT(GroundCountView, (), (ground, label, count))
BOOST_DESCRIBE_STRUCT(RequestStatisticsRow, (),
                      (service, requests, unfinished, unfinished_late, withdrawn, in_time, late, median, ninety_percent,
                       grounds))
BOOST_DESCRIBE_STRUCT(RequestCreated, (), (code))

std::string text_of(const ServiceRequestView& value) { return json::text_of(value); }
std::string text_of(const ServiceRequestPage& value) { return json::text_of(value); }
std::string text_of(const RequestRules& value) { return json::text_of(value); }
std::string text_of(const std::vector<RequestStatisticsRow>& value) { return json::text_of(value); }
std::string text_of(const RequestCreated& value) { return json::text_of(value); }
Result<NewServiceRequest> read_new_request(const std::string& text) { return json::read<NewServiceRequest>(text); }
Result<ServiceRequestStep> read_request_step(const std::string& text) { return json::read<ServiceRequestStep>(text); }

std::string request_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<ServiceRequestPage>();
  (void)schemas.of<NewServiceRequest>();
  (void)schemas.of<ServiceRequestStep>();
  (void)schemas.of<RequestRules>();
  (void)schemas.of<RequestStatisticsRow>();
  (void)schemas.of<RequestCreated>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
