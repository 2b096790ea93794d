#include "services/provenance/store.h"

namespace quadrille::provenance {
namespace {

// `object` is the number under which the log knows it: drawn at random, so that an opened entry tells no row numbers.
constexpr database::Migration steps[] = {
    {"provenance", 1,
     "CREATE TABLE note_dossier (code TEXT PRIMARY KEY, note INTEGER NOT NULL, object INTEGER NOT NULL, at_utc_ms "
     "INTEGER NOT NULL, sha256 TEXT NOT NULL); "
     "CREATE INDEX note_dossier_of ON note_dossier (note)"},
    {"provenance", 2, "CREATE INDEX note_dossier_object ON note_dossier (object)"},
};

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {
      {"dossier", {"Dossier de provenance", "Provenance dossier"}, "note_dossier", "object"}};
  return all;
}

std::vector<audit::Object> forget(database::Transaction& tx, const notes::NoteExtent& note) {
  std::vector<audit::Object> objects;
  {
    auto rows = tx.query("SELECT object FROM note_dossier WHERE note = ? ORDER BY object", {note.id});
    while (rows->next()) objects.emplace_back("dossier", rows->integer(0));
  }
  tx.execute("DELETE FROM note_dossier WHERE note = ?", {note.id});
  return objects;
}

namespace store {

void insert_dossier(database::Transaction& tx, const PrintedDossier& dossier) {
  tx.execute("INSERT INTO note_dossier (code, note, object, at_utc_ms, sha256) VALUES (?, ?, ?, ?, ?)",
             {dossier.code, dossier.note, dossier.object, dossier.at.utc_ms, dossier.sha256});
}

}  // namespace store
}  // namespace quadrille::provenance
