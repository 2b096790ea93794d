#include "services/recall/statements.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "services/retention/statement.h"

namespace quadrille::recall {
namespace {

using retention::Statement;

constexpr std::string_view recall_head = "quadrille-recall/v1";
constexpr std::string_view receipt_head = "quadrille-receipt/v1";
constexpr std::string_view erasure_head = "quadrille-erasure/v1";
constexpr std::string_view end_head = "quadrille-end-of-keeping/v1";

struct EffectRow {
  Effect effect;
  std::string_view name;
  Text label;
};
const EffectRow effect_rows[] = {
    {Effect::withdraw, "withdraw", {"Retirer aux services", "Withdraw from the services"}},
    {Effect::erase, "erase", {"Retirer et effacer partout", "Withdraw and erase everywhere"}},
};

struct AnswerRow {
  Answer answer;
  std::string_view name;
  Text label;
};
const AnswerRow answer_rows[] = {
    {Answer::destroyed, "destroyed", {"Copies détruites", "Copies destroyed"}},
    {Answer::held_nothing, "held_nothing", {"Aucune copie détenue", "No copy held"}},
    {Answer::in_procedure, "in_procedure", {"Copie versée en procédure", "A copy is in a procedure"}},
};

bool is_hash(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::int64_t> parse_two(std::string_view digits) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!is_digit(digits[0]) || !is_digit(digits[1])) return std::nullopt;
  return (digits[0] - '0') * 10 + (digits[1] - '0');
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || stop != text.data() + text.size() || value < 0 || std::to_string(value) != text)
    return std::nullopt;
  return value;
}

// As format_utc writes it.
std::optional<Instant> parse_utc(std::string_view text) {
  if (text.size() != 24 || text[10] != 'T' || text[23] != 'Z') return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto hour = parse_two(text.substr(11, 2));
  const auto minute = parse_two(text.substr(14, 2));
  const auto second = parse_two(text.substr(17, 2));
  const auto tens = parse_two(text.substr(20, 2));
  const auto unit = parse_two(std::string("0") + text[22]);
  if (!date || !hour || !minute || !second || !tens || !unit) return std::nullopt;
  const std::int64_t ms = ((*hour * 60 + *minute) * 60 + *second) * 1000 + *tens * 10 + *unit;
  const Instant instant{std::int64_t{date->day} * 86'400'000 + ms};
  return format_utc(instant) == text ? std::optional(instant) : std::nullopt;
}

Failure not_verified(Text message) { return invalid(std::move(message), "statement"); }

}  // namespace

std::string_view name_of(Effect effect) { return std::ranges::find(effect_rows, effect, &EffectRow::effect)->name; }
const Text& label_of(Effect effect) { return std::ranges::find(effect_rows, effect, &EffectRow::effect)->label; }
std::optional<Effect> effect_named(std::string_view name) {
  const auto* row = std::ranges::find(effect_rows, name, &EffectRow::name);
  return row == std::end(effect_rows) ? std::nullopt : std::optional(row->effect);
}
std::string_view name_of(Answer answer) { return std::ranges::find(answer_rows, answer, &AnswerRow::answer)->name; }
const Text& label_of(Answer answer) { return std::ranges::find(answer_rows, answer, &AnswerRow::answer)->label; }
std::optional<Answer> answer_named(std::string_view name) {
  const auto* row = std::ranges::find(answer_rows, name, &AnswerRow::name);
  return row == std::end(answer_rows) ? std::nullopt : std::optional(row->answer);
}

std::string format_recall(const RecallStatement& statement) {
  return retention::format_statement({std::string(recall_head),
                                      {{"recall", statement.recall},
                                       {"object", statement.object},
                                       {"territory", statement.territory},
                                       {"originator", statement.originator},
                                       {"holder", statement.holder},
                                       {"last-revision", statement.revision_hash},
                                       {"effect", std::string(name_of(statement.effect))},
                                       {"made-at", format_utc(statement.made_at)},
                                       {"deadline", format_utc(statement.deadline)},
                                       {"reason", statement.reason}}});
}

std::optional<RecallStatement> parse_recall(std::string_view text) {
  const auto lines = retention::parse_statement(text);
  if (!lines || lines->head != recall_head) return std::nullopt;
  const auto value = [&](std::string_view name) { return lines->find(name).value_or(""); };
  const auto effect = effect_named(value("effect"));
  const auto made_at = parse_utc(value("made-at"));
  const auto deadline = parse_utc(value("deadline"));
  if (!effect || !made_at || !deadline || !is_hash(value("last-revision"))) return std::nullopt;
  RecallStatement statement{
      value("recall"),        value("object"), value("territory"), value("originator"), value("holder"),
      value("last-revision"), *effect,         *made_at,           *deadline,           value("reason")};
  for (const auto* part : {&statement.recall, &statement.object, &statement.territory, &statement.originator,
                           &statement.holder, &statement.reason})
    if (part->empty()) return std::nullopt;
  // One statement has one text.
  return format_recall(statement) == text ? std::optional(std::move(statement)) : std::nullopt;
}

std::string format_receipt(const ReceiptStatement& statement) {
  Statement lines{std::string(receipt_head),
                  {{"recall", statement.recall},
                   {"recall-sha256", statement.recall_sha256},
                   {"object", statement.object},
                   {"holder", statement.holder},
                   {"answer", std::string(name_of(statement.answer))},
                   {"copies", std::to_string(statement.copies)},
                   {"answered-at", format_utc(statement.answered_at)}}};
  if (!statement.words.empty()) lines.lines.emplace_back("words", statement.words);
  return retention::format_statement(lines);
}

std::optional<ReceiptStatement> parse_receipt(std::string_view text) {
  const auto lines = retention::parse_statement(text);
  if (!lines || lines->head != receipt_head) return std::nullopt;
  const auto value = [&](std::string_view name) { return lines->find(name).value_or(""); };
  const auto answer = answer_named(value("answer"));
  const auto copies = parse_count(value("copies"));
  const auto answered_at = parse_utc(value("answered-at"));
  if (!answer || !copies || !answered_at || !is_hash(value("recall-sha256"))) return std::nullopt;
  ReceiptStatement statement{value("recall"), value("recall-sha256"), value("object"), value("holder"), *answer,
                             *copies,         *answered_at,           value("words")};
  for (const auto* part : {&statement.recall, &statement.object, &statement.holder})
    if (part->empty()) return std::nullopt;
  return format_receipt(statement) == text ? std::optional(std::move(statement)) : std::nullopt;
}

Result<Verified> verify_statement(std::string_view note, const std::vector<audit::VerifierKey>& keys) {
  const auto parsed = audit::parse_note(note);
  if (!parsed) return not_verified({"ce n'est pas un texte signé", "this is no signed text"});
  const auto signers = audit::signers_of(*parsed, keys);
  if (signers.empty())
    return not_verified({"aucune signature valable par une clé connue : le texte a été changé, ou vient d'ailleurs",
                         "no valid signature by a known key: the text was changed, or comes from elsewhere"});
  Verified verified{signers.front().name, parse_recall(parsed->text), parse_receipt(parsed->text), {}, {},
                    parsed->text};
  const auto lines = retention::parse_statement(parsed->text);
  if (lines && lines->head == erasure_head) verified.erasure = lines->find("receipt");
  if (lines && lines->head == end_head) verified.end_of_keeping = lines->find("receipt");
  if (verified.recall || verified.receipt || verified.erasure || verified.end_of_keeping) return verified;
  return not_verified(
      {"signé, mais ce n'est ni un rappel, ni un récépissé, ni un effacement, ni une fin de conservation",
       "signed, but neither a recall nor a receipt nor an erasure nor an end of keeping"});
}

bool answers_recall(const ReceiptStatement& receipt, const RecallStatement& recall, std::string_view recall_note) {
  return receipt.recall == recall.recall && receipt.object == recall.object && receipt.holder == recall.holder &&
         receipt.recall_sha256 == crypto::sha256_hex(recall_note);
}

}  // namespace quadrille::recall
