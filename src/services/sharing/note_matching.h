#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/crypto/chance.h"
#include "services/notes/notes.h"
#include "services/sharing/selectors.h"

// What links a note with others, and which other service must be called because of it. Everything happens in the
// transaction that makes the note, so that there is no instant at which it exists unmatched.
//
// By what notes are matched: the cell of 100 m that the exact place lies in (with the eight around it when one asks, so
// that what lies within 100 m of each other always matches), the product with its hours, how the product is packed; and
// where the territory's legal act lets notes name persons, the plates, telephones, e-mail addresses and nicknames that
// the rules of notes/persons.h find in the text. An addition with a marking of its own is matched by nothing, and once
// a note is marked anew its additions no more: whoever reads them must read two markings, and a posting has one.
//
// A resident's report is matched by none of its place, hours or words: what is shown coarsely is posted coarsely.
//
// Whom it calls: the note of a patrol or a service, with an exact place inside an operation or discreet measure of
// another service at that time, makes a conflict at both duty desks (desk.h). Its author is told nothing, and there is
// one conflict for each operation and service however many notes there are, so that writing notes is no way to feel for
// measures: each try is at two desks and in the log.

namespace quadrille::sharing {

// From now on, what is made, revised or marked anew through these hooks is matched. Thread-safe. `chance` must outlive
// them.
void match_notes(notes::Hooks& hooks, crypto::Chance& chance);

struct Shared {
  SelectorKind kind;
  bool is_next_door = false;  // of a place: not its cell, one of the eight around it

  friend bool operator==(const Shared&, const Shared&) = default;
};
// "même maille", "maille voisine".
[[nodiscard]] Text text_of(const Shared& shared);
struct NoteMatch {
  std::vector<Shared> kinds;  // what the two share, each kind once, in order
  notes::Shown note;
};
struct NoteMatches {
  std::vector<NoteMatch> matches;          // newest first, `note_matches_max` at most
  std::vector<SelectorKind> commonplaces;  // kinds of values of the note that too many share
};
inline constexpr std::size_t note_matches_max = 100;

// What shares a selector with the note or with what was added to it, as the asker reads them; a look at each, in the
// log. Refused as Notes::find refuses. O(selectors * readable markings).
[[nodiscard]] Result<NoteMatches> matches_of_note(database::Database& database, access::Access& access,
                                                  notes::Notes& notes, const territory::Territory& territory,
                                                  std::string_view code, const access::Asker& asker);

}  // namespace quadrille::sharing
