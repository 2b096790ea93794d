#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "services/notes/assertion.h"
#include "services/notes/evaluation.h"

// A note: a few lines of information from the field or a partner, not a report. What was seen or heard (`facts`) and
// what the author makes of it (`assessment`) are two fields (directive (EU) 2016/680, art. 7; read 2026-11-25); what
// can be typed is typed (assertion.h). There is no field for a human source, and there must never be one.

namespace quadrille::notes {

// By what way it came. Stored by name.
enum class Channel { resident, patrol, landlord, school, town_hall, service };
inline constexpr Channel channels[] = {Channel::resident, Channel::patrol,    Channel::landlord,
                                       Channel::school,   Channel::town_hall, Channel::service};
[[nodiscard]] std::string_view name_of(Channel channel);
[[nodiscard]] std::optional<Channel> channel_named(std::string_view name);
[[nodiscard]] const Text& label_of(Channel channel);

// A resident's report puts whoever made it at risk: it is shown by sector and half-day (shown.h).
[[nodiscard]] constexpr bool is_at_risk(Channel channel) { return channel == Channel::resident; }

// Categories of persons (directive (EU) 2016/680, art. 6; read 2026-11-25), for territories whose legal act lets notes
// name persons.
enum class PersonCategory { suspect, convicted, victim, witness };
inline constexpr PersonCategory person_categories[] = {PersonCategory::suspect, PersonCategory::convicted,
                                                       PersonCategory::victim, PersonCategory::witness};
[[nodiscard]] std::string_view name_of(PersonCategory category);
[[nodiscard]] std::optional<PersonCategory> person_category_named(std::string_view name);
[[nodiscard]] const Text& label_of(PersonCategory category);

// What a note says; what its revisions are made of.
struct Content {
  std::string facts;               // seen or heard; 3 to 2,000 characters
  std::string assessment;          // what the author makes of it; may be empty; at most 1,000 characters
  std::optional<LonLat> point;     // a point, or
  std::optional<SectorId> sector;  // a sector; with a point, the sector that holds it
  Window window;                   // when it was so: at most 31 days
  Product product = Product::unknown;
  Evaluation evaluation;
  std::vector<Assertion> assertions;  // at most 24
  std::optional<PersonCategory> person_category;
  bool is_about_minor = false;  // one of the persons is under eighteen: kept for a shorter time

  friend bool operator==(const Content&, const Content&) = default;
};

// Fields named as the API names them ("facts", "window", "assertions/2/low"): lengths, characters, the window in order
// and no later than an hour after `now`, a place, assertions of their kind. Persons are looked for elsewhere
// (persons.h).
[[nodiscard]] Result<void> check_content(const Content& content, Instant now);

// The same text for the same content, field by field: what revisions are hashed over and what an older one is kept as.
[[nodiscard]] std::string canonical_text(const Content& content);

}  // namespace quadrille::notes
