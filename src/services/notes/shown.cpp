#include "services/notes/shown.h"

#include <algorithm>
#include <iterator>

namespace quadrille::notes {
namespace {

constexpr std::int32_t noon_ms = 12 * 3'600'000;

}  // namespace

Sight sight_of(Channel channel, Looker looker) {
  return is_at_risk(channel) && !looker.is_author && !looker.is_verifier ? Sight::coarse : Sight::exact;
}

Window half_days(const clock::TimeZone& zone, Window window) {
  const auto first = zone.to_local(window.earliest);
  const auto last = zone.to_local(window.latest);
  const bool begins_in_the_morning = first.time.ms_of_day < noon_ms;
  const bool ends_in_the_morning = last.time.ms_of_day < noon_ms;
  const Instant begin =
      begins_in_the_morning ? zone.day(first.date).begin : zone.to_instant({first.date, {noon_ms}}).earliest;
  const Instant end = ends_in_the_morning ? zone.to_instant({last.date, {noon_ms}}).earliest : zone.day(last.date).end;
  return {begin, end};
}

Content coarse(const Content& content, const std::string& summary, const clock::TimeZone& zone) {
  Content out = content;
  out.facts = summary;
  out.assessment.clear();
  out.point.reset();
  out.window = half_days(zone, content.window);
  out.assertions.clear();
  std::ranges::copy_if(content.assertions, std::back_inserter(out.assertions), [](const Assertion& assertion) {
    return assertion.kind != AssertionKind::hours && rule_of(assertion.kind).takes != AssertionRule::Takes::words;
  });
  return out;
}

}  // namespace quadrille::notes
