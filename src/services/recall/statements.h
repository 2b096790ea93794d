#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "services/audit/signed_note.h"

// What a recall and its receipt say, as signed texts. Pure: making, reading and verifying them. docs/recall.md
// describes the form for an outsider. There is one RECALL for each holder, so that none learns who else holds the
// object.

namespace quadrille::recall {

// What is asked of the holders, beside that they lose access at once.
enum class Effect {
  withdraw,  // from those services; the originator keeps it
  erase,     // from everybody, the originator too
};
[[nodiscard]] std::string_view name_of(Effect effect);
[[nodiscard]] std::optional<Effect> effect_named(std::string_view name);
[[nodiscard]] const Text& label_of(Effect effect);

// How a holder answers.
enum class Answer {
  destroyed,     // every copy outside of the instance is destroyed
  held_nothing,  // there was none
  in_procedure,  // a copy is in a procedure and stays there: no receipt, the recall stays open for that holder
};
inline constexpr Answer answers[] = {Answer::destroyed, Answer::held_nothing, Answer::in_procedure};
[[nodiscard]] std::string_view name_of(Answer answer);
[[nodiscard]] std::optional<Answer> answer_named(std::string_view name);
[[nodiscard]] const Text& label_of(Answer answer);
// Whether the holder then holds nothing any more.
[[nodiscard]] constexpr bool settles(Answer answer) { return answer != Answer::in_procedure; }

struct RecallStatement {
  std::string recall;  // its code
  std::string object;  // "note abcdefghijklmnop"
  std::string territory;
  std::string originator;     // code of the service
  std::string holder;         // code of the service it is addressed to
  std::string revision_hash;  // of the object's last revision, 64 hexadecimal digits
  Effect effect = Effect::withdraw;
  Instant made_at;
  Instant deadline;
  std::string reason;  // one line

  friend bool operator==(const RecallStatement&, const RecallStatement&) = default;
};
struct ReceiptStatement {
  std::string recall;
  std::string recall_sha256;  // of the signed RECALL it answers, 64 hexadecimal digits
  std::string object;
  std::string holder;
  Answer answer = Answer::destroyed;
  std::int64_t copies = 0;  // destroyed, or in a procedure
  Instant answered_at;
  std::string words;  // one line; may be empty

  friend bool operator==(const ReceiptStatement&, const ReceiptStatement&) = default;
};

// "quadrille-recall/v1" and "quadrille-receipt/v1" with their lines; the reverse gives nothing for any other text.
[[nodiscard]] std::string format_recall(const RecallStatement& statement);
[[nodiscard]] std::optional<RecallStatement> parse_recall(std::string_view text);
[[nodiscard]] std::string format_receipt(const ReceiptStatement& statement);
[[nodiscard]] std::optional<ReceiptStatement> parse_receipt(std::string_view text);

// ---- verification ---------------------------------------------------------------------------------------------------

struct Verified {
  std::string signer;  // the key's name
  std::optional<RecallStatement> recall;
  std::optional<ReceiptStatement> receipt;
  std::optional<std::string> erasure;         // code of an erasure's receipt (retention/retention.h)
  std::optional<std::string> end_of_keeping;  // likewise, of a receiver's own end (retention/own_keeping.h)
  std::string text;                           // what was signed
};
// A signed note over one of the statements, by one of the keys. Refused (field `statement`): no note, none of the
// keys, a wrong signature, another text.
[[nodiscard]] Result<Verified> verify_statement(std::string_view note, const std::vector<audit::VerifierKey>& keys);
// Whether a receipt answers that recall: same code, object and holder, and the hash of the very note.
[[nodiscard]] bool answers_recall(const ReceiptStatement& receipt, const RecallStatement& recall,
                                  std::string_view recall_note);

}  // namespace quadrille::recall
