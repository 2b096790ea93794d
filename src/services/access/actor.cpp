#include "services/access/actor.h"

#include <fmt/format.h>

#include <charconv>

namespace quadrille::access {

std::optional<PersonId> person_of_actor(std::string_view actor) {
  constexpr std::string_view prefix = "person:";
  if (!actor.starts_with(prefix)) return std::nullopt;
  PersonId person;
  const char* end = actor.data() + actor.size();
  const auto [stop, failure] = std::from_chars(actor.data() + prefix.size(), end, person.value);
  return failure == std::errc() && stop == end ? std::optional(person) : std::nullopt;
}

std::string actor_of(PersonId person) { return fmt::format("person:{}", person.value); }

std::optional<ServiceId> service_at(const std::vector<Habilitation>& held, TerritoryId territory, Instant at) {
  for (const auto& one : held)
    if (one.territory == territory && one.service && one.is_in_force(at)) return one.service;
  return std::nullopt;
}

}  // namespace quadrille::access
