// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A subgroup as people call it: "pupil premium pupils, Year 4". Pure.

#include <string>
#include <string_view>

namespace kpid {

// Of a canonical subgroup; what the table does not know keeps its own words without underscores.
[[nodiscard]] std::string subgroup_words(std::string_view subgroup);

}  // namespace kpid
