#include "services/access/compartment.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace quadrille::access {
namespace {

struct KindRow {
  CompartmentKind kind;
  std::string_view name;
  Text label;
};
const KindRow kind_rows[] = {
    {CompartmentKind::procedure, "procedure", {"procédure", "procedure"}},
    {CompartmentKind::operation, "operation", {"opération", "operation"}},
};

const KindRow& row_of(CompartmentKind kind) {
  const auto* row = std::ranges::find(kind_rows, kind, &KindRow::kind);
  CHECK(row != std::end(kind_rows));
  return *row;
}

}  // namespace

std::string_view name_of(CompartmentKind kind) { return row_of(kind).name; }
const Text& label_of(CompartmentKind kind) { return row_of(kind).label; }

std::optional<CompartmentKind> compartment_kind_named(std::string_view name) {
  const auto* row = std::ranges::find(kind_rows, name, &KindRow::name);
  return row == std::end(kind_rows) ? std::nullopt : std::optional(row->kind);
}

Result<Compartment> find_compartment(std::span<const Compartment> own, std::string_view word, std::string_view field) {
  const auto by_code = std::ranges::find(own, word, &Compartment::code);
  if (by_code != own.end()) return *by_code;
  std::vector<Compartment> named;
  std::ranges::copy_if(own, std::back_inserter(named), [&](const auto& one) { return one.name == word; });
  if (named.size() > 1) std::erase_if(named, [](const auto& one) { return one.closed_at.has_value(); });
  if (named.size() > 1)
    return invalid({"vous êtes dans plusieurs dossiers cloisonnés de ce nom : donnez le code de l'un",
                    "you are in several compartments of this name: give the code of one"},
                   std::string(field));
  if (named.size() == 1) return named.front();
  return refuse(ErrorKind::not_found,
                {"vous n'êtes dans aucun dossier cloisonné de ce code", "you are in no compartment of this code"},
                std::string(field));
}

Result<Compartment> find_open_compartment(std::span<const Compartment> own, std::string_view word,
                                          std::string_view field) {
  auto found = find_compartment(own, word, field);
  if (found && found->closed_at)
    return refuse(
        ErrorKind::conflict,
        {"ce dossier cloisonné est clos : rien n'y entre plus", "this compartment is closed: nothing goes in"},
        std::string(field));
  return found;
}

}  // namespace quadrille::access
