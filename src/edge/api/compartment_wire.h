#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

// What the API says of compartments, to their members: plain structs, described for JSON in compartment_wire.cpp.

namespace quadrille::api::wire {

struct CompartmentKindView {
  std::string name;
  Text label;
};
struct CompartmentMemberView {
  std::string login;
  std::string name;
  std::string service;  // its name; empty: the account no longer acts for the service it was admitted with
  Instant admitted_at;
  bool in_force = false;
  bool may_admit = false;
  bool self = false;
};
struct CompartmentView {
  std::string code;
  std::string name;
  CompartmentKindView kind;
  Instant opened_at;
  std::optional<Instant> closed_at;
  std::vector<CompartmentMemberView> members;
};
struct ColleagueView {
  std::string login;
  std::string name;
};
struct CompartmentsView {
  std::vector<CompartmentView> compartments;
  std::vector<CompartmentKindView> kinds;
  bool may_open = false;                  // and admit, dismiss, close: the asker's role
  std::vector<ColleagueView> colleagues;  // of the asker's service, who could be admitted; where may_open
};
struct NewCompartment {
  std::string kind;
  std::string name;
};
struct NewCompartmentMember {
  std::string login;
};
struct CompartmentOpened {
  std::string code;
};
struct CompartmentChanged {
  bool done = true;
};

[[nodiscard]] std::string text_of(const CompartmentsView& value);
[[nodiscard]] std::string text_of(const CompartmentOpened& value);
[[nodiscard]] std::string text_of(const CompartmentChanged& value);
[[nodiscard]] Result<NewCompartment> read_new_compartment(const std::string& text);
[[nodiscard]] Result<NewCompartmentMember> read_new_compartment_member(const std::string& text);

// The OpenAPI components of the structs above.
[[nodiscard]] std::string compartment_schemas_text();

}  // namespace quadrille::api::wire
