#include "services/notes/request_statistics.h"

#include <map>

#include "base/check.h"
#include "engine/analysis/survival.h"

namespace quadrille::notes {
namespace {

constexpr double hour_ms = 3'600'000;

DelayQuantile quantile_of(const analysis::SurvivalCurve& curve, double answered) {
  DelayQuantile quantile;
  const double level = 1 - answered + 1e-12;  // the share still waiting
  for (const auto& step : curve.steps) {
    if (!quantile.low_hours && step.low <= level) quantile.low_hours = step.time;
    if (!quantile.hours && step.survival <= level) quantile.hours = step.time;
    if (!quantile.high_hours && step.high <= level) quantile.high_hours = step.time;
  }
  return quantile;
}

ServiceStatistics statistics_of_one(ServiceId asked, const std::vector<const RequestOutcome*>& outcomes, Instant now) {
  ServiceStatistics statistics{.asked = asked, .requests = static_cast<std::int64_t>(outcomes.size())};
  std::vector<analysis::Duration> durations;
  std::map<std::string, std::int64_t> grounds;
  for (const auto* outcome : outcomes) {
    const bool is_late = read_clock(outcome->clock, now).is_late;
    const bool is_withdrawn = outcome->state == RequestState::withdrawn;
    const bool is_answered = is_final(outcome->state) && !is_withdrawn;
    statistics.withdrawn += is_withdrawn ? 1 : 0;
    (is_late ? statistics.late : statistics.in_time) += is_answered ? 1 : 0;
    if (!is_final(outcome->state)) {
      ++statistics.unfinished;
      statistics.unfinished_late += is_late ? 1 : 0;
    }
    if (!outcome->ground.empty()) ++grounds[outcome->ground];
    durations.push_back({static_cast<double>(going_ms(outcome->clock, now)) / hour_ms, is_answered ? 1 : 0, ""});
  }
  for (const auto& [ground, count] : grounds) statistics.grounds.push_back({ground, count});
  const auto checked = analysis::Durations::checked(std::move(durations));
  CHECK(checked.has_value());  // no outcome ends before it began
  const auto curves = analysis::kaplan_meier(*checked).curves;
  statistics.median = quantile_of(curves.front(), 0.5);
  statistics.ninety_percent = quantile_of(curves.front(), 0.9);
  return statistics;
}

}  // namespace

std::vector<ServiceStatistics> statistics_of(const std::vector<RequestOutcome>& outcomes, Instant now) {
  std::map<ServiceId, std::vector<const RequestOutcome*>> by_service;
  for (const auto& outcome : outcomes) by_service[outcome.asked].push_back(&outcome);
  std::vector<ServiceStatistics> statistics;
  for (const auto& [asked, own] : by_service) statistics.push_back(statistics_of_one(asked, own, now));
  return statistics;
}

}  // namespace quadrille::notes
