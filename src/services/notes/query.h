#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/access/marking.h"
#include "services/access/person.h"
#include "services/notes/history.h"

// Questions over notes and their answers as one person is given them.

namespace quadrille::notes {

enum class AdditionKind;
enum class OutcomeKind;
struct Outcome;

// A sector as notes name it.
struct PlaceName {
  SectorId id;
  std::string code;
  std::string name;
  std::optional<SectorId> parent;
  bool is_leaf = true;  // of the most detailed level: where a note is entered
};

struct Filter {
  // The notes whose marking lets the asker read them, or those the asker wrote.
  enum class Scope { readable, mine } scope = Scope::readable;
  std::optional<Stage> stage;
  std::optional<Channel> channel;
  std::optional<Product> product;
  std::vector<SectorId> sectors;  // any of them; empty: all
  std::optional<ServiceId> originator;
  std::optional<Window> period;  // notes whose (shown) window touches it
  std::string search;            // every word; at most 8

  friend bool operator==(const Filter&, const Filter&) = default;
};

// Newest first. A cursor says where the page before ended, by what was shown there: nothing of numbers or gaps.
struct PageWish {
  int limit = 50;  // 1 to 200
  std::string cursor;
};

// A note as it is shown to one person.
struct Shown {
  std::string code;
  Channel channel = Channel::patrol;
  Sight sight = Sight::exact;
  Content content;
  std::string summary;
  Window received;  // a moment, or its half-day
  ServiceId originator;
  bool is_mine = false;
  // Nothing for an author who may not read it any more: then `told` is all.
  std::optional<Stage> stage;
  Told told = Told::received;
  Instant stage_since;  // for who is only told: the day it was received
  std::optional<Instant> due;
  bool is_overdue = false;
  std::string owner;  // the name of who took it up
  std::optional<ServiceId> attributed;
  std::optional<Grade> verified_grade;
  std::optional<access::Marking> marking;
  Instant retain_until;
  int revision = 1;
};

// A note that another module knows by number.
struct FoundNote {
  NoteId id;
  Shown note;
};

struct Page {
  std::vector<Shown> notes;
  std::string next;  // cursor; empty: this was the last page
};

// How many of the newest `counted_max` notes; `is_capped` says that there are more.
struct Facets {
  static constexpr int counted_max = 10'000;
  std::int64_t total = 0;
  bool is_capped = false;
  std::map<Stage, std::int64_t> stages;
  std::map<Channel, std::int64_t> channels;
  std::map<Product, std::int64_t> products;
  std::map<std::int64_t, std::int64_t> sectors;   // by SectorId
  std::map<std::int64_t, std::int64_t> services;  // originator, by ServiceId
};

struct ShownAddition {
  std::string code;
  AdditionKind kind{};
  Instant at;
  PersonId author;
  ServiceId service;
  bool is_mine = false;
  Content content;
  ProposalState state = ProposalState::none;
  std::string answer;
};

// A step as a button: shown whether or not it can be taken, with the reason why not.
struct Offer {
  Step step = Step::take_up;
  Guard guard = Guard::none;
  bool is_available = false;
  Text reason;  // why not
};

struct Dossier {
  Shown note;
  std::vector<TakenStep> steps;
  std::vector<ShownAddition> additions;
  std::vector<Revision> revisions;
  std::vector<Offer> offers;
  std::optional<OutcomeKind> outcome_kind;
  std::int64_t arrests = 0;
  std::int64_t presented = 0;
  std::int64_t seized_mg = 0;
  std::int64_t cash_cents = 0;
  bool may_revise = false;
  bool may_remark = false;
  std::vector<access::Person> denied;  // by the marking, by name; told to whoever may remark
  bool may_add = false;
  bool may_see_readers = false;  // the auditor's link "who read this note"
};

}  // namespace quadrille::notes
