#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "services/access/marking.h"
#include "services/notes/note.h"

// How a note is received, by its channel: the marking it has unless its author says otherwise, how long it is kept at
// most, and how far it is believed before anybody looked into it. One table, so that the person who writes sees it.

namespace quadrille::notes {

// With whom it is shared at first.
enum class Sharing { every_service, own_service };

struct ReceptionRow {
  Channel channel;
  access::Sensitivity sensitivity;
  access::Handling handling;
  Sharing sharing;
  Grade grade;
  int days_kept;
  Text why;
};
[[nodiscard]] std::span<const ReceptionRow> reception();
[[nodiscard]] const ReceptionRow& reception_of(Channel channel);

// Whether the author reads notes, or only follows their own. What a partner writes would be read by nobody if it stayed
// with the partner's service, so it goes to every service, under the same restrictions.
enum class AuthorKind { reads_notes, follows_own };

// The marking a note of that channel has at first: the author may tighten it or share it with more services.
[[nodiscard]] access::Marking first_marking(Channel channel, TerritoryId territory, ServiceId originator,
                                            const std::vector<ServiceId>& services,
                                            AuthorKind author = AuthorKind::reads_notes);

// A note that names persons under a legal act is kept one year at most: the time of OSIRIS, the national file of drug
// offences (arrêté du 12 janvier 2016, art. 4; read 2026-11-25).
inline constexpr int days_kept_with_persons = 365;

// One that is about a minor, half of that at most. House rule: the texts on police files ask for shorter times for
// minors (code de la sécurité intérieure, art. R236-15: three years, where adults have ten; read 2026-11-25) and set
// none for notes.
inline constexpr int days_kept_about_minors = 180;

// The end of keeping: the receiver's rule or what the author asked, whichever comes first. Refused (field
// `retain_until`) when the author asked for longer than the rule, or for a time that is past.
[[nodiscard]] Result<Instant> retention(Channel channel, const Content& content, Instant received,
                                        std::optional<Instant> asked);

}  // namespace quadrille::notes
