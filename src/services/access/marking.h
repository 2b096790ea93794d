#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/text.h"

// What an object carries about who may know it. A marking is a set of conditions that must all hold (policy.h); objects
// with the same conditions share one interned marking, so that a query filters on a small number. How long an object is
// kept is a column of the object, not part of the set.

namespace quadrille::access {

// Ordered: a person cleared for one may read those before it.
enum class Sensitivity { ordinary, restricted, confidential };
inline constexpr Sensitivity sensitivities[] = {Sensitivity::ordinary, Sensitivity::restricted,
                                                Sensitivity::confidential};

// What may be done with what was read (policy.h holds the matrix). The letters are those services write.
//   h0  use and relay within the services
//   h1  not in a procedure without the originator's release
//   h2  no relay to another service without the originator's release
//   h3  on the screen only
enum class Handling { h0, h1, h2, h3 };
inline constexpr Handling handlings[] = {Handling::h0, Handling::h1, Handling::h2, Handling::h3};

// The law under which the information is held.
enum class Regime { administrative, judicial, customs };
inline constexpr Regime regimes[] = {Regime::administrative, Regime::judicial, Regime::customs};

[[nodiscard]] std::string_view name_of(Sensitivity sensitivity);
[[nodiscard]] std::string_view name_of(Handling handling);
[[nodiscard]] std::string_view name_of(Regime regime);
[[nodiscard]] std::optional<Sensitivity> sensitivity_named(std::string_view name);
[[nodiscard]] std::optional<Handling> handling_named(std::string_view name);
[[nodiscard]] std::optional<Regime> regime_named(std::string_view name);
[[nodiscard]] const Text& label_of(Sensitivity sensitivity);
[[nodiscard]] const Text& label_of(Handling handling);
[[nodiscard]] const Text& label_of(Regime regime);

struct Marking {
  TerritoryId territory;
  Sensitivity sensitivity;
  Handling handling;
  Regime regime;
  ServiceId originator;                     // whose information it is; always reads
  std::vector<ServiceId> services;          // who else may read; empty: the originator alone
  std::vector<CompartmentId> compartments;  // procedures and operations: a reader must be in every one
  std::vector<PersonId> denied;             // never, whatever else holds
  bool is_originator_controlled = false;    // only the originator may widen `services`
  // Who of them reads no more, because they ended their own keeping (services/retention/own_keeping.h). To everybody
  // else they stay among `services`: what one service does with what it holds is not shown to another.
  std::vector<ServiceId> ended = {};

  friend bool operator==(const Marking&, const Marking&) = default;
};

// Lists sorted and without repeats, the originator not listed twice; `ended` only of those that would read. Refused
// with field `services`, `compartments` or `denied` where a list has more than 64 entries.
[[nodiscard]] Result<Marking> normalised(Marking marking);

// The same text for the same conditions, whatever order they were given in: what markings are interned by. The marking
// must be normalised.
[[nodiscard]] std::string canonical_text(const Marking& marking);

}  // namespace quadrille::access
