#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/text.h"
#include "host/database/database.h"
#include "services/access/person.h"
#include "services/audit/reference.h"
#include "services/audit/search.h"
#include "services/journal/words.h"

// The audit log as the auditor reads it: with the names of persons, their service at that moment, and the codes of
// objects as they stand on the page. The log itself holds numbers and commitments; names and codes are joined here, at
// the moment of reading, and go with the account or the object: what was erased has none any more.
//
// Who may: whoever reads the log (Capability::read_log), nobody else. The technical administrator knows accounts and
// reads no log; the originator of a note learns services, never persons (readers.h).

namespace quadrille::journal {

// Of every module that records objects, in the order they are tried for a code alone.
[[nodiscard]] std::span<const audit::Reference> references();

// Whom an entry's actor names.
struct Who {
  enum class State {
    open,     // an account in use
    closed,   // disabled: still named, since the log would be unreadable otherwise
    gone,     // the account does not exist any more
    machine,  // the clock, the command line of an instance without accounts
  };
  State state = State::machine;
  Text name;  // empty when it is gone
  std::string login;
  Text place;  // their service there and then; the role of who has none (auditor, administrator)
};
[[nodiscard]] std::string_view name_of(Who::State state);

struct Line {
  audit::Entry entry;
  std::optional<Who> who;  // nothing: the account was erased from the entry
  std::string reference;   // "note:qrstuvwxyz234567"; empty when there is no such object any more
  Text kind;               // "Fiche"
  InWords said;
};
// In the same order. One look-up a person and one a kind of object, however many entries.
[[nodiscard]] std::vector<Line> named(database::Snapshot& snapshot, std::vector<audit::Entry> entries);

// An account as the picker offers it.
struct Candidate {
  std::string actor;  // "person:12"
  std::string name;
  std::string login;
  std::vector<std::string> services;  // of every habilitation, past ones included, without repeats
  bool is_closed = false;
};
// Those of whom every word is the beginning of a word of their name, login or service, or whose actor it is; small and
// capital letters and accents do not matter. In order of name, at most `limit`. No word: everybody.
struct Candidates {
  std::vector<Candidate> persons;
  bool is_cut = false;
};
[[nodiscard]] Candidates find_persons(database::Snapshot& snapshot, std::string_view words, int limit);

// What somebody typed for a person, as actors to search for: an actor exactly ("person:12", "clock"), a login exactly,
// or everybody of that name. A name costs the search what the numbers behind it cost. Refused (field `person`): a name
// of nobody, or of more than `namesakes_max`.
inline constexpr int namesakes_max = 20;
[[nodiscard]] Result<std::vector<std::string>> actors_of(database::Snapshot& snapshot, std::string_view typed);

// "note:12" and "note:qrstuvwxyz234567" alike, or a code alone; what has a number in its territory is "study:port/3",
// the facts of a territory "facts:port". Refused (field `object`): another form, a code that nothing has (any more).
[[nodiscard]] Result<audit::Object> object_of(database::Snapshot& snapshot, std::string_view typed);

}  // namespace quadrille::journal
