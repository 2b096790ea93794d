#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

// Checks a document against a JSON Schema (draft 2020-12) written with these words only: type, properties, required,
// additionalProperties, items, enum, const, minimum, maximum, minItems, maxItems, minLength, maxLength, anyOf, $defs,
// $ref to #/$defs/NAME; title, description and $schema say nothing. Any other word is a fault, so that none is believed
// to hold that is not looked at.

namespace quadrille::tests {

// One line a fault, with the JSON pointer of the value; empty: the document is as the schema says.
[[nodiscard]] std::vector<std::string> schema_faults(const boost::json::value& document,
                                                     const boost::json::value& schema);

}  // namespace quadrille::tests
