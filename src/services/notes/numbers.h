#pragma once

#include <string_view>
#include <vector>

#include "services/notes/persons.h"

// The mentions of persons that are numbers and addresses: plates (SIV since 2009, FNI before), telephone numbers,
// e-mail addresses and handles, social security numbers. Part of find_persons.

namespace quadrille::notes {

[[nodiscard]] std::vector<Mention> find_numbers(std::string_view text);

}  // namespace quadrille::notes
