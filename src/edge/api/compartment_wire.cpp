#include "edge/api/compartment_wire.h"

#include "host/json/describe.h"

namespace quadrille::api::wire {

BOOST_DESCRIBE_STRUCT(CompartmentKindView, (), (name, label))
BOOST_DESCRIBE_STRUCT(CompartmentMemberView, (), (login, name, service, admitted_at, in_force, may_admit, self))
BOOST_DESCRIBE_STRUCT(CompartmentView, (), (code, name, kind, opened_at, closed_at, members))
BOOST_DESCRIBE_STRUCT(ColleagueView, (), (login, name))
BOOST_DESCRIBE_STRUCT(CompartmentsView, (), (compartments, kinds, may_open, colleagues))
BOOST_DESCRIBE_STRUCT(NewCompartment, (), (kind, name))
BOOST_DESCRIBE_STRUCT(NewCompartmentMember, (), (login))
BOOST_DESCRIBE_STRUCT(CompartmentOpened, (), (code))
BOOST_DESCRIBE_STRUCT(CompartmentChanged, (), (done))

std::string text_of(const CompartmentsView& value) { return json::text_of(value); }
std::string text_of(const CompartmentOpened& value) { return json::text_of(value); }
std::string text_of(const CompartmentChanged& value) { return json::text_of(value); }
Result<NewCompartment> read_new_compartment(const std::string& text) { return json::read<NewCompartment>(text); }
Result<NewCompartmentMember> read_new_compartment_member(const std::string& text) {
  return json::read<NewCompartmentMember>(text);
}

std::string compartment_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<CompartmentsView>();
  (void)schemas.of<NewCompartment>();
  (void)schemas.of<NewCompartmentMember>();
  (void)schemas.of<CompartmentOpened>();
  (void)schemas.of<CompartmentChanged>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::api::wire
