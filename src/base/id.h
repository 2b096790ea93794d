#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace quadrille {

// A row's identity, typed by what it identifies: a SectorId is not accepted where a TerritoryId is asked for.
template <class Tag>
struct Id {
  std::int64_t value = 0;  // 0 = not yet stored

  friend auto operator<=>(Id, Id) = default;
};

using TerritoryId = Id<struct TerritoryTag>;
using SectorId = Id<struct SectorTag>;
using ServiceId = Id<struct ServiceTag>;
using ImportId = Id<struct ImportTag>;
using FactId = Id<struct FactTag>;
using StudyId = Id<struct StudyTag>;  // within its territory
using PersonId = Id<struct PersonTag>;
using CompartmentId = Id<struct CompartmentTag>;
using MarkingId = Id<struct MarkingTag>;
using NoteId = Id<struct NoteTag>;
using ConflictId = Id<struct ConflictTag>;

}  // namespace quadrille

template <class Tag>
struct std::hash<quadrille::Id<Tag>> {
  std::size_t operator()(quadrille::Id<Tag> id) const noexcept { return std::hash<std::int64_t>()(id.value); }
};
