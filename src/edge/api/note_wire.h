#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

// What the API says of notes: plain structs, described for JSON in note_wire.cpp. Sectors and services by their codes,
// moments as "2026-10-24T10:00:00Z".

namespace quadrille::api::wire {

struct Labelled {
  std::string name;
  Text label;
};
struct NamedCode {
  std::string code;
  std::string name;
};

// ---- what people write ----------------------------------------------------------------------------------------------

struct EvaluationWish {
  std::string scale;
  std::string received;
};
struct AssertionWish {
  std::string kind;
  std::optional<std::int64_t> low;
  std::optional<std::int64_t> high;
  std::optional<std::string> words;
};
struct MarkingWish {
  std::string sensitivity;
  std::string handling;
  std::string regime;
  std::vector<std::string> services;
  std::optional<std::vector<std::string>> compartments;  // codes; of a note marked anew, absent: as they are
  std::optional<bool> originator_controlled;
};
struct NoteWish {
  std::string channel;
  std::string facts;
  std::optional<std::string> assessment;
  std::optional<std::vector<double>> point;  // longitude, latitude
  std::optional<std::string> sector;
  std::string from;
  std::string to;
  std::optional<std::string> product;
  std::optional<EvaluationWish> evaluation;
  std::optional<std::vector<AssertionWish>> assertions;
  std::optional<std::string> person_category;
  std::optional<bool> about_minor;  // one of the persons is under eighteen
  std::optional<MarkingWish> marking;
  std::optional<CivilDate> retain_until;  // kept up to the end of that day
};
struct RevisionWish : NoteWish {
  int revision = 1;  // the one that was read
};
struct AdditionWish : NoteWish {
  std::string kind;
};
struct OutcomeWish {
  std::string kind;
  std::optional<std::int64_t> arrests;
  std::optional<std::int64_t> presented;
  std::optional<std::int64_t> seized_mg;
  std::optional<std::int64_t> cash_cents;
  std::optional<std::string> words;
};
struct NoteStepWish {
  std::string step;
  std::optional<std::string> reason;
  std::optional<EvaluationWish> evaluation;
  std::optional<std::string> summary;
  std::optional<std::string> deconfliction;
  std::optional<std::string> service;
  std::optional<OutcomeWish> result;
};
struct AnswerWish {
  std::string answer;
  std::string reason;
};
struct RetentionWish {
  CivilDate retain_until;
  std::string reason;
};
// A note marked anew.
struct RemarkWish : MarkingWish {
  std::optional<std::vector<std::string>> denied;  // logins, besides those who are
  std::optional<std::string> reason;               // a preview needs none
};

// ---- what they are shown --------------------------------------------------------------------------------------------

struct MarkingView {
  std::string sensitivity;
  std::string handling;
  std::string regime;
  std::vector<std::string> services;
  std::vector<NamedCode> compartments;  // a reader is in every one
  bool originator_controlled = false;
};
// Who reads, or which way out: before a change of marking and after it.
struct MarkingServiceView {
  std::string code;
  std::string name;
  bool before = false;
  bool after = false;
};
struct MarkingRoleView {
  std::string role;
  Text label;
  bool before = false;
  bool after = false;
};
struct MarkingExitView {
  std::string exit;
  Text label;
  Labelled before;
  Labelled after;
};
struct MarkingPreview {
  std::vector<MarkingServiceView> services;  // the originator's included
  std::vector<MarkingRoleView> roles;        // of those services, where their clearance suffices
  std::vector<NamedCode> compartments_before;
  std::vector<NamedCode> compartments_after;
  std::vector<NamedCode> denied;  // all of them then
  std::vector<MarkingExitView> exits;
  bool you = true;  // still read it then
};
struct AssertionView {
  std::string kind;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::string words;
  Text text;
};
struct EvaluationView {
  std::string scale;
  std::string received;
  std::string grade;
  Text words;
};
struct ContentView {
  std::string facts;
  std::string assessment;
  std::optional<std::vector<double>> point;
  std::optional<NamedCode> sector;
  Instant from;
  Instant to;
  std::string product;
  Text product_label;
  EvaluationView evaluation;
  std::vector<AssertionView> assertions;
};
struct NoteView : ContentView {
  std::string id;
  std::string channel;
  Text channel_label;
  bool exact = true;  // false: by sector and half-day
  std::string summary;
  Instant received_from;
  Instant received_to;
  NamedCode service;
  bool mine = false;
  std::optional<std::string> stage;
  Text stage_label;  // for an author who may not read the note: what they are told
  Instant stage_since;
  std::optional<Instant> due;
  bool overdue = false;
  std::optional<std::string> owner;
  std::optional<NamedCode> attributed;
  std::optional<std::string> verified_grade;
  std::optional<MarkingView> marking;
  Instant retain_until;
  int revision = 1;
};
struct NotePage {
  std::vector<NoteView> notes;
  std::optional<std::string> next;
};
struct NoteMatchView {
  std::vector<Labelled> kinds;  // what the two notes share
  NoteView note;
};
struct NoteMatchesView {
  std::vector<NoteMatchView> matches;
  std::vector<Labelled> commonplaces;  // what too many share to be a link
};
struct NoteFacets {
  std::int64_t total = 0;
  bool capped = false;
  std::map<std::string, std::int64_t> stages;
  std::map<std::string, std::int64_t> channels;
  std::map<std::string, std::int64_t> products;
  std::map<std::string, std::int64_t> sectors;
  std::map<std::string, std::int64_t> services;
};
struct TakenStepView {
  std::string step;
  Text label;
  Text to;
  Instant at;
  NamedCode service;
  std::string person;
  std::string words;
  std::optional<std::string> grade;
};
struct AdditionView : ContentView {
  std::string id;
  std::string kind;
  Text kind_label;
  Instant at;
  NamedCode service;
  bool mine = false;
  std::optional<std::string> state;
  Text state_label;
  std::string answer;
};
struct RevisionView {
  int number = 1;
  Instant at;
  std::string hash;
  std::optional<std::string> superseded;
};
struct OfferView {
  std::string step;
  Text label;
  std::string guard;
  bool available = false;
  Text reason;
};
struct OutcomeView {
  std::string kind;
  Text label;
  std::int64_t arrests = 0;
  std::int64_t presented = 0;
  std::int64_t seized_mg = 0;
  std::int64_t cash_cents = 0;
};
struct NoteDossier {
  NoteView note;
  std::vector<TakenStepView> steps;
  std::vector<AdditionView> additions;
  std::vector<RevisionView> revisions;
  std::vector<OfferView> offers;
  std::optional<OutcomeView> outcome;
  std::vector<NamedCode> denied;  // logins; to who may mark it anew
  bool may_revise = false;
  bool may_remark = false;
  bool may_add = false;
  bool may_see_readers = false;
};
struct ReadershipView {
  NamedCode service;
  std::int64_t openings = 0;
  std::int64_t copies = 0;
  Instant last;
};
struct NoteAdded {
  std::string id;
  Instant retain_until;
};
struct AdditionAdded {
  std::string id;
};
struct NoteRevised {
  int revision = 1;
};
struct StageReached {
  std::string stage;
  Text label;
};
struct NoteChanged {
  bool done = true;
};

// ---- what the form is made of ---------------------------------------------------------------------------------------

struct ReceptionView {
  std::string channel;
  Text label;
  std::optional<MarkingView> marking;  // nothing: the asker acts for no service
  std::string grade;
  int days_kept = 0;
  Text why;
};
struct AssertionRuleView {
  std::string kind;
  Text label;
  std::string takes;
  std::int64_t least = 0;
  std::int64_t most = 0;
  Text unit;
  std::vector<Labelled> choices;
};
struct NoteForm {
  std::optional<std::string> service;
  std::vector<ReceptionView> channels;
  std::vector<Labelled> products;
  std::vector<AssertionRuleView> assertions;
  std::vector<NamedCode> services;
  std::vector<NamedCode> compartments;  // open ones the asker is in
  std::vector<NamedCode> sectors;
  std::vector<Labelled> sensitivities;
  std::vector<Labelled> handlings;
  std::vector<Labelled> regimes;
  std::vector<Labelled> scales;
  std::vector<Labelled> stages;
  std::vector<Labelled> additions;
  std::vector<Labelled> outcomes;
  bool persons_allowed = false;
};

[[nodiscard]] std::string text_of(const NotePage& value);
[[nodiscard]] std::string text_of(const NoteMatchesView& value);
[[nodiscard]] std::string text_of(const NoteFacets& value);
[[nodiscard]] std::string text_of(const NoteDossier& value);
[[nodiscard]] std::string text_of(const std::vector<ReadershipView>& value);
[[nodiscard]] std::string text_of(const NoteAdded& value);
[[nodiscard]] std::string text_of(const std::vector<NoteAdded>& value);
[[nodiscard]] std::string text_of(const AdditionAdded& value);
[[nodiscard]] std::string text_of(const NoteRevised& value);
[[nodiscard]] std::string text_of(const StageReached& value);
[[nodiscard]] std::string text_of(const NoteChanged& value);
[[nodiscard]] std::string text_of(const NoteForm& value);
[[nodiscard]] Result<NoteWish> read_note(const std::string& text);
[[nodiscard]] Result<std::vector<NoteWish>> read_notes(const std::string& text);
[[nodiscard]] Result<RevisionWish> read_revision(const std::string& text);
[[nodiscard]] Result<AdditionWish> read_addition(const std::string& text);
[[nodiscard]] Result<NoteStepWish> read_step(const std::string& text);
[[nodiscard]] Result<AnswerWish> read_answer(const std::string& text);
[[nodiscard]] Result<RetentionWish> read_retention(const std::string& text);
[[nodiscard]] std::string text_of(const MarkingPreview& value);
[[nodiscard]] Result<RemarkWish> read_marking(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string note_schemas_text();

}  // namespace quadrille::api::wire
