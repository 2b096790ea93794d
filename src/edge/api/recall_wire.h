#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

// What the API says and is told about recalls, keeping, judicial decisions and persons' rights: described for JSON in
// recall_wire.cpp.

namespace quadrille::api::wire {

struct RecallWord {
  std::string name;
  Text label;
};
struct HoldingView {
  std::string service;
  bool given = false;
  bool was_given = false;
  std::int64_t openings = 0;
  std::int64_t copies = 0;
  std::optional<Instant> last;
  std::int64_t additions = 0;
  std::int64_t requests = 0;
};
struct RecallHolderView {
  HoldingView holding;
  std::string statement;
  std::int64_t position = 0;
  std::optional<RecallWord> answer;
  std::optional<Instant> answered_at;
  std::int64_t copies = 0;
  std::string words;
  std::string receipt;
  bool settled = false;
  bool overdue = false;
};
struct RecallView {
  std::string code;
  std::string object;
  RecallWord effect;
  std::string reason;
  Instant made_at;
  Instant deadline;
  std::string originator;
  bool ours = false;
  bool settled = false;
  bool overdue = false;
  std::vector<RecallHolderView> holders;
};
struct RecallDesk {
  std::string service;  // its name
  std::string desk;
  std::string phone;
};
struct RecallLineView {
  std::string code;
  std::string object;
  Instant deadline;
  RecallDesk call;
  std::optional<RecallWord> answer;
  std::optional<Instant> answered_at;
  std::int64_t copies = 0;
  std::string words;
  std::string receipt;
  bool settled = false;
  bool overdue = false;
};
struct NewRecall {
  std::optional<std::vector<std::string>> services;
  std::optional<std::string> effect;
  std::string reason;
  std::string deadline;  // "2026-12-02": until the end of that day there
};
struct RecallMade {
  std::string code;
};
struct RecallAnswer {
  std::string answer;
  std::optional<std::int64_t> copies;
  std::optional<std::string> words;
};
struct RecallAnswered {
  std::string receipt;
};
struct StatementText {
  std::string statement;
};
struct StatementVerified {
  std::string kind;  // "recall", "receipt", "erasure", "end_of_keeping"
  std::string signer;
  std::string text;
};

struct KeepingPeriodView {
  std::string name;
  Text what;
  int days = 0;
  Text from;
  Text basis;
  Text source;
};
struct DueDayView {
  CivilDate day;
  std::int64_t notes = 0;
  std::int64_t about_minors = 0;
  std::int64_t with_persons = 0;
  std::int64_t requests = 0;
  std::int64_t operations = 0;
  std::int64_t conflicts = 0;
  std::int64_t targets = 0;
  std::int64_t recalls = 0;
};
struct LateView {
  std::string object;
  Instant due;
  Text why;
};
struct RetentionView {
  std::vector<KeepingPeriodView> periods;
  CivilDate today;
  std::vector<DueDayView> days;
  std::vector<LateView> late;
};
struct ErasureReceiptView {
  std::string code;
  Instant at;
  std::string object;
  RecallWord cause;
  std::string basis;
  std::string statement;
  std::int64_t position = 0;
};
struct JudicialDecision {
  std::string decision;
  std::string reference;
  std::optional<std::string> note;
  std::optional<std::string> procedure;
};
struct DecisionEffect {
  std::int64_t erased = 0;
  std::int64_t mentioned = 0;
};

struct PersonSelector {
  std::string kind;
  std::string value;
};
struct PersonSearch {
  std::string reference;
  std::optional<std::vector<std::string>> terms;
  std::optional<std::vector<PersonSelector>> selectors;
};
struct PersonHitView {
  std::string note;
  std::string where;
  std::string excerpt;
  Instant retain_until;
  std::optional<RecallWord> category;
};
struct PersonAnswerView {
  std::vector<PersonHitView> hits;
  bool cut = false;
};
struct AnswerPlace {
  std::string slug;
  std::string name;
};
struct PersonErasure {
  std::string reference;
};

struct OwnKeepingView {
  Instant note_until;
  std::optional<Instant> until;
};
struct OwnKeepingWish {
  CivilDate retain_until;  // the last day, included
};

struct DossierWish {
  std::string recipient;
};

[[nodiscard]] std::string text_of(const std::vector<HoldingView>& value);
[[nodiscard]] std::string text_of(const std::vector<RecallView>& value);
[[nodiscard]] std::string text_of(const RecallView& value);
[[nodiscard]] std::string text_of(const std::vector<RecallLineView>& value);
[[nodiscard]] std::string text_of(const RecallMade& value);
[[nodiscard]] std::string text_of(const RecallAnswered& value);
[[nodiscard]] std::string text_of(const StatementVerified& value);
[[nodiscard]] std::string text_of(const RetentionView& value);
[[nodiscard]] std::string text_of(const std::vector<ErasureReceiptView>& value);
[[nodiscard]] std::string text_of(const ErasureReceiptView& value);
[[nodiscard]] std::string text_of(const DecisionEffect& value);
[[nodiscard]] std::string text_of(const PersonAnswerView& value);
[[nodiscard]] std::string text_of(const std::vector<AnswerPlace>& value);
[[nodiscard]] std::string text_of(const OwnKeepingView& value);
[[nodiscard]] Result<OwnKeepingWish> read_own_keeping(const std::string& text);
[[nodiscard]] Result<NewRecall> read_new_recall(const std::string& text);
[[nodiscard]] Result<RecallAnswer> read_recall_answer(const std::string& text);
[[nodiscard]] Result<StatementText> read_statement(const std::string& text);
[[nodiscard]] Result<JudicialDecision> read_decision(const std::string& text);
[[nodiscard]] Result<PersonSearch> read_person_search(const std::string& text);
[[nodiscard]] Result<DossierWish> read_dossier_wish(const std::string& text);
[[nodiscard]] Result<PersonErasure> read_person_erasure(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string recall_schemas_text();

}  // namespace quadrille::api::wire
