#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "services/retention/kept.h"
#include "services/retention/own_keeping.h"
#include "services/retention/statement.h"
#include "services/retention/store.h"
#include "services/sharing/postings.h"

namespace quadrille::retention {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

struct CauseRow {
  Cause cause;
  std::string_view name;
  Text label;
};
const CauseRow cause_rows[] = {
    {Cause::expiry, "expiry", {"Fin de conservation", "End of keeping"}},
    {Cause::recall, "recall", {"Rappel par le service d'origine", "Recall by the originating service"}},
    {Cause::acquittal, "acquittal", {"Relaxe ou acquittement", "Acquittal"}},
    {Cause::no_case, "no_case", {"Non-lieu", "No case to answer"}},
    {Cause::discontinued, "discontinued", {"Classement sans suite", "Discontinued"}},
    {Cause::rights, "rights", {"Demande de la personne", "The person's request"}},
};

void forget_links(database::Transaction& tx, const notes::AdditionExtent& addition) {
  sharing::forget(tx, {sharing::ObjectKind::enrichment, addition.row});
  sharing::forget(tx, {sharing::ObjectKind::sighting, addition.row});
}

std::string code_of(database::Snapshot& snapshot, TerritoryId territory, ServiceId service) {
  const auto services = territory::load_services(snapshot, territory);
  const auto found = std::ranges::find(services, service, &territory::Service::id);
  CHECK(found != services.end());
  return found->code;
}

std::string counts_of(const notes::ErasedRows& rows) {
  return fmt::format("notes={} revisions={} additions={} assertions={} steps={} attachments={} requests={} words={}",
                     rows.notes, rows.revisions, rows.additions, rows.assertions, rows.steps, rows.attachments,
                     rows.requests, rows.words);
}

}  // namespace

std::string_view name_of(Cause cause) { return std::ranges::find(cause_rows, cause, &CauseRow::cause)->name; }
const Text& label_of(Cause cause) { return std::ranges::find(cause_rows, cause, &CauseRow::cause)->label; }
std::optional<Cause> cause_named(std::string_view name) {
  const auto* row = std::ranges::find(cause_rows, name, &CauseRow::name);
  return row == std::end(cause_rows) ? std::nullopt : std::optional(row->cause);
}

struct Eraser::Gone {
  std::string rows;
  std::vector<audit::Object> objects;  // whose entries in the log lose their content
  std::optional<crypto::Digest> hash;  // of the last revision of a note
};

Receipt Eraser::sign(database::Transaction& tx, Receipt receipt, const Gone& gone, const Ground& ground) {
  receipt.code = crypto::random_code(chance_);
  receipt.at = ground.asker.at;
  receipt.cause = ground.cause;
  receipt.basis = one_line(ground.basis);
  Statement statement{"quadrille-erasure/v1",
                      {{"receipt", receipt.code},
                       {"object", receipt.object},
                       {"cause", std::string(name_of(receipt.cause))},
                       {"basis", receipt.basis},
                       {"erased-at", format_utc(receipt.at)},
                       {"rows", gone.rows}}};
  if (gone.hash) statement.lines.emplace_back("last-revision", crypto::to_hex(*gone.hash));
  receipt.note = signer_.sign_statement(format_statement(statement));
  const audit::Act act{.actor = ground.asker.actor(),
                       .action = audit::Action::erasure,
                       .territory = receipt.territory,
                       .subject = "erasure " + receipt.code,
                       .details = fmt::format("cause={} {} sha256={}", name_of(receipt.cause), gone.rows,
                                              crypto::sha256_hex(receipt.note)),
                       .purpose = ground.asker.purpose,
                       .legal_basis = receipt.basis,
                       .recipient = {},
                       .outcome = {},
                       .object = {}};
  // The first act carries the receipt; whatever else was about it is cleared by acts of their own.
  CHECK(!gone.objects.empty());
  receipt.position = audit::erase_clear(tx, gone.objects.front(), act, receipt.at).position;
  for (const auto& object : std::span(gone.objects).subspan(1)) {
    audit::Act more = act;
    more.details = "with the receipt";
    audit::erase_clear(tx, object, more, receipt.at);
  }
  store::insert_receipt(tx, receipt);
  return receipt;
}

Receipt Eraser::erase_note(database::Transaction& tx, const notes::NoteExtent& note, const Ground& ground) {
  Gone gone{{}, {audit::Object("note", note.id)}, note.hash};
  for (const auto& request : note.requests) gone.objects.emplace_back("request", request.id);
  for (const auto& one : forget)
    for (auto& object : one(tx, note)) gone.objects.push_back(std::move(object));
  sharing::forget(tx, {sharing::ObjectKind::note, note.id.value});
  for (const auto& addition : note.additions) forget_links(tx, addition);
  store::delete_mentions(tx, note.id);
  store::delete_own_keepings(tx, note.id);
  gone.rows = counts_of(notes::erase_note(tx, note));
  Receipt receipt;
  receipt.territory = note.territory;
  receipt.marking = note.marking;
  receipt.object = "note " + note.code;
  return sign(tx, std::move(receipt), gone, ground);
}

Receipt Eraser::erase_addition(database::Transaction& tx, const notes::NoteExtent& note,
                               const notes::AdditionExtent& addition, const Ground& ground) {
  forget_links(tx, addition);
  // Entries about an addition are about its note and stay with it: they hold codes and numbers, no content.
  const Gone gone{counts_of(notes::erase_addition(tx, note, addition)), {audit::Object("addition", addition.row)}, {}};
  Receipt receipt;
  receipt.territory = note.territory;
  receipt.marking = addition.marking;
  receipt.object = "addition " + addition.code;
  return sign(tx, std::move(receipt), gone, ground);
}

Receipt Eraser::erase_request(database::Transaction& tx, TerritoryId territory, MarkingId marking,
                              const notes::RequestExtent& request, const Ground& ground) {
  const Gone gone{counts_of(notes::erase_request(tx, request)), {audit::Object("request", request.id)}, {}};
  Receipt receipt;
  receipt.territory = territory;
  receipt.marking = marking;
  receipt.object = "request " + request.code;
  return sign(tx, std::move(receipt), gone, ground);
}

Receipt Eraser::erase_other(database::Transaction& tx, const Other& other, const Ground& ground) {
  Receipt receipt;
  receipt.territory = other.territory;
  receipt.marking = other.marking;
  receipt.object = other.object;
  return sign(tx, std::move(receipt), {other.rows, {other.logged}, {}}, ground);
}

Receipt Eraser::end_for(database::Transaction& tx, const notes::NoteExtent& note, ServiceId service,
                        const Ground& ground) {
  Receipt receipt;
  receipt.code = crypto::random_code(chance_);
  receipt.at = ground.asker.at;
  receipt.territory = note.territory;
  receipt.object = "note " + note.code;
  receipt.cause = ground.cause;
  receipt.basis = one_line(ground.basis);
  auto own = access::load_marking(tx, note.marking);
  own.originator = service;
  own.services.clear();
  own.ended.clear();
  receipt.marking = access::intern(tx, own);
  notes::set_hold(tx, note, service, notes::Hold::let_go);
  sharing::remark(tx, {sharing::ObjectKind::note, note.id.value},
                  notes::marking_under(tx, note.marking, service, notes::Hold::let_go));
  for (const auto& addition : note.additions) {
    const auto marking = notes::marking_under(tx, addition.marking, service, notes::Hold::let_go);
    sharing::remark(tx, {sharing::ObjectKind::enrichment, addition.row}, marking);
    sharing::remark(tx, {sharing::ObjectKind::sighting, addition.row}, marking);
  }
  store::delete_own_keeping(tx, note.id, service);
  receipt.note = signer_.sign_statement(format_statement({"quadrille-end-of-keeping/v1",
                                                          {{"receipt", receipt.code},
                                                           {"object", receipt.object},
                                                           {"service", code_of(tx, note.territory, service)},
                                                           {"basis", receipt.basis},
                                                           {"ended-at", format_utc(receipt.at)}}}));
  const audit::Act act{
      .actor = ground.asker.actor(),
      .action = audit::Action::erasure,
      .territory = receipt.territory,
      .subject = "erasure " + receipt.code,
      .details = fmt::format("end of a receiver's keeping sha256={}", crypto::sha256_hex(receipt.note)),
      .purpose = ground.asker.purpose,
      .legal_basis = receipt.basis,
      .recipient = "service:" + code_of(tx, note.territory, service),
      .outcome = {},
      .object = audit::Object("note", note.id)};
  receipt.position = audit::record(tx, act, receipt.at);
  store::insert_receipt(tx, receipt);
  return receipt;
}

access::Asker clockwork(Instant at) {
  access::Asker asker;
  asker.viewer.login = "local:retention";
  asker.purpose = "end of keeping";
  asker.at = at;
  return asker;
}

namespace {

constexpr int at_a_time = 200;

void erase_notes(database::Database& database, Eraser& eraser, const access::Asker& asker, Run& done) {
  const Ground ground{Cause::expiry, "retain_until", asker};
  for (std::size_t found = at_a_time; found == at_a_time;) {
    const auto due = notes::expired_notes(*database.read(), asker.at, at_a_time);
    found = due.size();
    for (const auto id : due) {
      auto tx = database.write();
      const auto note = notes::load_extent(*tx, id);
      if (!note || note->retain_until > asker.at) continue;  // somebody else was faster
      done.receipts.push_back(eraser.erase_note(*tx, *note, ground).code);
      tx->commit();
      ++done.notes;
    }
  }
}

void erase_additions(database::Database& database, Eraser& eraser, const access::Asker& asker, Run& done) {
  const Ground ground{Cause::expiry, "retain_until", asker};
  for (std::size_t found = at_a_time; found == at_a_time;) {
    const auto due = notes::expired_additions(*database.read(), asker.at, at_a_time);
    found = due.size();
    for (const auto& one : due) {
      auto tx = database.write();
      const auto note = notes::load_extent(*tx, one.note);
      if (!note) continue;
      const auto addition = std::ranges::find(note->additions, one.row, &notes::AdditionExtent::row);
      if (addition == note->additions.end()) continue;
      done.receipts.push_back(eraser.erase_addition(*tx, *note, *addition, ground).code);
      tx->commit();
      ++done.additions;
    }
  }
}

void erase_requests(database::Database& database, Eraser& eraser, const access::Asker& asker, Run& done) {
  const auto& period = period_named("request ended");
  const Ground ground{Cause::expiry, "request ended", asker};
  const Instant limit{asker.at.utc_ms - period.days * day_ms};
  for (std::size_t found = at_a_time; found == at_a_time;) {
    const auto due = notes::old_requests(*database.read(), limit, at_a_time);
    found = due.size();
    for (const auto& request : due) {
      auto tx = database.write();
      done.receipts.push_back(eraser.erase_request(*tx, request.territory, request.marking, request, ground).code);
      tx->commit();
      ++done.requests;
    }
  }
}

}  // namespace

Run run(database::Database& database, Eraser& eraser, const access::Asker& asker, database::Database::Purge how) {
  Run done;
  erase_notes(database, eraser, asker, done);
  erase_additions(database, eraser, asker, done);
  erase_requests(database, eraser, asker, done);
  end_own_keepings(database, eraser, asker, done);
  erase_kept(database, eraser, asker, done);
  for (const auto& elsewhere : eraser.elsewhere) elsewhere.erase_due(database, eraser, asker, done);
  if (sharing::has_old(*database.read(), asker.at)) {
    auto tx = database.write();
    done.links = sharing::drop_old(*tx, asker.at);
    store::record_dropped(*tx, "links", done.links, asker);
    tx->commit();
  }
  const Instant limit{asker.at.utc_ms - period_named("audit log").days * day_ms};
  if (audit::has_clear_before(*database.read(), limit)) {
    auto tx = database.write();
    const auto erased = audit::erase_clear_before(*tx, limit,
                                                  {.actor = asker.actor(),
                                                   .action = audit::Action::erasure,
                                                   .territory = {},
                                                   .subject = "log",
                                                   .details = "before " + format_utc(limit),
                                                   .purpose = asker.purpose,
                                                   .legal_basis = {},
                                                   .recipient = {},
                                                   .outcome = {},
                                                   .object = {}},
                                                  asker.at);
    tx->commit();
    done.log_contents = erased.contents;
    done.log_accounts = erased.accounts;
  }
  done.is_purged = purge(database, eraser, done.total() > 0 ? how : database::Database::Purge::quick);
  return done;
}

namespace {

bool purge(database::Database& database, std::vector<std::string_view> tables, database::Database::Purge how) {
  tables.insert(tables.end(), notes::tables_of_notes().begin(), notes::tables_of_notes().end());
  for (const std::string_view table : {"posting", "audit_act", "note_decision", "declared_operation", "conflict",
                                       "conflict_side", "desk_event", "target", "target_question", "target_ticket"})
    tables.push_back(table);
  return database.purge_deleted(tables, how);
}

}  // namespace

bool purge(database::Database& database, database::Database::Purge how) { return purge(database, {}, how); }

bool purge(database::Database& database, const Eraser& eraser, database::Database::Purge how) {
  std::vector<std::string_view> tables;
  for (const auto& elsewhere : eraser.elsewhere)
    tables.insert(tables.end(), elsewhere.tables.begin(), elsewhere.tables.end());
  return purge(database, std::move(tables), how);
}

}  // namespace quadrille::retention
