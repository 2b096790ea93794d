#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

// What the endpoints of services/sharing say: plain structs, described for JSON in sharing_wire.cpp.

namespace quadrille::api::wire {

struct Contact {
  std::string service;
  std::string desk;
  std::string phone;
};
struct ConflictHit {
  std::string conflict;
  Contact call;
  Instant due;
};
struct Conflict {
  std::string code;
  std::string kind;   // "event", "target"
  std::string state;  // of one's own side
  Instant made_at;
  Instant due;
  std::string officer;
  std::optional<Instant> acted_at;
  std::string reason;
  bool can_be_taken_back = false;
  std::string other_state;
  Contact call;
  std::optional<std::string> operation;
  std::string operation_title;
  std::optional<std::string> note;  // code of the asker's own service's, where they may read it
};
struct Conflicts {
  std::string service;  // whose desk this is; empty: the asker has none in the territory
  Instant now;          // the server's clock, for the countdown
  std::vector<Conflict> conflicts;
};
struct NewDeskStep {
  std::string step;  // "acknowledge", "take_back", "escalate"
  std::optional<std::string> reason;
};
struct DeskState {
  std::string state;
};
struct NewContact {
  std::string name;
  std::string phone;
};

struct NewMarking {
  std::string sensitivity;
  std::string handling;
  std::string regime;
  std::vector<std::string> services;  // codes of those who may read too
};
struct NewOperation {
  std::string kind;  // "operation", "discreet"
  std::string title;
  std::optional<double> lon;  // with lat and radius_m, or sector
  std::optional<double> lat;
  std::optional<int> radius_m;
  std::optional<std::string> sector;  // its code
  std::string begin;                  // "2026-11-25T21:00Z"
  std::string end;
  NewMarking marking;
};
struct Operation {
  std::string code;
  std::string kind;
  std::string service;  // its name
  std::string title;
  std::optional<double> lon;
  std::optional<double> lat;
  std::optional<int> radius_m;
  std::optional<std::string> sector;
  Instant begin;
  Instant end;
  bool cancelled = false;
};
struct Declared {
  std::string code;
  std::vector<ConflictHit> hits;
};

struct Exclusion {
  std::vector<std::string> sectors;  // codes
  Instant begin;
  Instant end;
};

// Elements, proofs and outputs as base64url.
struct NewEvaluation {
  std::string use;  // "question", "registration", "renewal"
  std::string purpose;
  std::string legal_basis;
  std::vector<std::string> blinded;
};
struct Evaluation {
  int epoch = 0;
  std::string public_key;
  std::vector<std::string> evaluated;
  std::string proof;
};
struct Evaluated {
  std::string ticket;
  std::vector<Evaluation> epochs;
};
struct EpochOutputs {
  int epoch = 0;
  std::vector<std::string> outputs;
};
struct NewRedemption {
  std::string ticket;
  std::vector<EpochOutputs> outputs;
};
struct TargetAnswer {
  bool hit = false;
  std::vector<Contact> call;
};
struct Redeemed {
  std::vector<TargetAnswer> answers;
  std::vector<std::string> registered;
};
struct RegisteredTarget {
  std::string code;
  int epoch = 0;
  std::string registered_by;
  Instant registered_at;
};
struct AskedByUs {
  Instant at;
  std::string officer;
  std::string purpose;
  std::string legal_basis;
  bool hit = false;
};
struct AskedAboutUs {
  Instant at;
  std::string target;
  Contact asking;
  std::string legal_basis;
};
struct Targets {
  std::vector<RegisteredTarget> targets;
  std::vector<AskedByUs> asked_by_us;
  std::vector<AskedAboutUs> asked_about_us;
};

[[nodiscard]] std::string text_of(const Conflicts& value);
[[nodiscard]] std::string text_of(const DeskState& value);
[[nodiscard]] std::string text_of(const std::vector<Operation>& value);
[[nodiscard]] std::string text_of(const std::vector<Exclusion>& value);
[[nodiscard]] std::string text_of(const Declared& value);
[[nodiscard]] std::string text_of(const Evaluated& value);
[[nodiscard]] std::string text_of(const Redeemed& value);
[[nodiscard]] std::string text_of(const Targets& value);
[[nodiscard]] std::string text_of(const Contact& value);
[[nodiscard]] Result<NewDeskStep> read_desk_step(const std::string& text);
[[nodiscard]] Result<NewContact> read_contact(const std::string& text);
[[nodiscard]] Result<NewOperation> read_new_operation(const std::string& text);
[[nodiscard]] Result<NewEvaluation> read_new_evaluation(const std::string& text);
[[nodiscard]] Result<NewRedemption> read_redemption(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string sharing_schemas_text();

}  // namespace quadrille::api::wire
