// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Takes people and secrets out of a document, so that it can be kept as a test's recording. What
// cannot be understood well enough to do so is refused: better no recording than a pupil's name.
// Pure.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/secret.hpp"

namespace kpid::fetch {

struct Masking {
  std::vector<std::string> more_names;    // of columns and members, beyond the built-in ones
  std::map<std::string, Secret> secrets;  // their values are taken out wherever they stand
};

// Whether a column or member of this name is about a person: names, addresses, dates of birth,
// e-mail, phone, UPN and other ids of people. A school's own name is not.
[[nodiscard]] bool is_about_a_person(std::string_view name, const Masking& masking);

// CSV (comma, semicolon or tab) and JSON in UTF-8. Masked cells keep whether they are empty; the
// same id becomes the same "person-1" everywhere in a document, so that rows still belong together.
// Other cells are emptied where they look like an e-mail address, a UPN or a postcode.
[[nodiscard]] Result<std::string> masked(std::string_view document, const Masking& masking);

}  // namespace kpid::fetch
