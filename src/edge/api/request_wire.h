#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

// What the API says and is told about requests between services: described for JSON in request_wire.cpp.

namespace quadrille::api::wire {

struct NamedText {
  std::string name;
  Text label;
};
struct RequestClockView {
  Instant due_at;
  bool suspended = false;
  bool late = false;
  std::int64_t left_ms = 0;
  int percent_used = 0;
  int limit_hours = 0;
  int limit_days = 0;
  std::string source;
};
struct RequestEventView {
  Instant at;
  std::string service;
  bool mine = false;
  std::optional<NamedText> step;  // nothing: it was asked
  NamedText state;
  std::string text;
  std::optional<NamedText> ground;
  std::optional<Instant> expected_at;
};
struct RequestStepView {
  NamedText step;
  std::string demands;  // "none", "reason", "date", "ground"
  std::optional<Text> refused_because;
};
struct ServiceRequestView {
  std::string code;
  std::string kind;
  NamedText frame;
  std::string country;
  NamedText urgency;
  std::optional<NamedText> urgency_reason;
  std::string about_kind;
  std::string about;
  std::optional<std::string> sector;
  std::optional<double> lon;
  std::optional<double> lat;
  std::string text;
  std::string legal_basis;
  std::string asking;
  std::string asked;
  bool ours = false;
  Instant asked_at;
  NamedText state;
  bool ended = false;
  RequestClockView clock;
  std::optional<Instant> expected_at;
  std::string sensitivity;
  std::string handling;
  std::string regime;
  std::vector<RequestEventView> events;
  std::vector<RequestStepView> steps;
};
struct ServiceRequestPage {
  std::vector<ServiceRequestView> requests;
  std::string next;
};
struct NewServiceRequest {
  std::string asked;
  std::optional<std::string> kind;
  std::optional<std::string> frame;
  std::optional<std::string> country;
  std::optional<std::string> urgency;
  std::optional<std::string> urgency_reason;
  std::optional<std::string> note;  // one of note, place and compartment
  std::optional<std::string> place;
  std::optional<std::string> sector;  // of a place
  std::optional<double> lon;
  std::optional<double> lat;
  std::optional<std::string> compartment;
  std::string text;
  std::string legal_basis;
  std::optional<std::string> sensitivity;
  std::optional<std::string> handling;
  std::optional<std::string> regime;
};
struct ServiceRequestStep {
  std::string step;
  std::optional<std::string> text;
  std::optional<std::string> ground;
  std::optional<std::string> cause;
  std::optional<std::string> expected_at;  // "2026-12-01T08:00" of the territory's clock
};
struct RequestGroundView {
  std::string name;
  std::string frame;
  Text label;
  std::string article;
};
struct RequestLimitView {
  std::string frame;
  std::string urgency;
  std::optional<std::string> accessibility;
  int hours = 0;
  int days = 0;
  std::string source;
  CivilDate read_on;
};
struct RequestRules {
  std::vector<NamedText> states;
  std::vector<NamedText> steps;
  std::vector<NamedText> frames;
  std::vector<NamedText> urgencies;
  std::vector<NamedText> urgency_reasons;
  std::vector<RequestGroundView> grounds;
  std::vector<RequestLimitView> limits;
  int text_max = 0;
};
struct DelayView {
  std::optional<double> hours;
  std::optional<double> low_hours;
  std::optional<double> high_hours;
};
struct GroundCountView {
  std::string ground;
  Text label;
  std::int64_t count = 0;
};
struct RequestStatisticsRow {
  std::string service;
  std::int64_t requests = 0;
  std::int64_t unfinished = 0;
  std::int64_t unfinished_late = 0;
  std::int64_t withdrawn = 0;
  std::int64_t in_time = 0;
  std::int64_t late = 0;
  DelayView median;
  DelayView ninety_percent;
  std::vector<GroundCountView> grounds;
};
struct RequestCreated {
  std::string code;
};

[[nodiscard]] std::string text_of(const ServiceRequestView& value);
[[nodiscard]] std::string text_of(const ServiceRequestPage& value);
[[nodiscard]] std::string text_of(const RequestRules& value);
[[nodiscard]] std::string text_of(const std::vector<RequestStatisticsRow>& value);
[[nodiscard]] std::string text_of(const RequestCreated& value);
[[nodiscard]] Result<NewServiceRequest> read_new_request(const std::string& text);
[[nodiscard]] Result<ServiceRequestStep> read_request_step(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string request_schemas_text();

}  // namespace quadrille::api::wire
