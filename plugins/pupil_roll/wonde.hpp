// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Pupils from Wonde: the students of each school, with education_details and extended_details. A
// pure function of the pages.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"
#include "pupil_roll/settings.hpp"

namespace kpid::plugins::pupil_roll {

// All pages of one school.
struct WondeSchool {
  std::string school;           // its code in the config
  std::vector<Document> pages;  // modified_at_ms: when it was fetched
};

// "https://api.wonde.com/v1.0/schools/A123/students?include=…".
std::string wonde_students_url(std::string_view url, std::string_view wonde_id);

tl::expected<Reading, Failure> read_wonde(std::span<const WondeSchool> schools,
                                          const Settings& settings);

}  // namespace kpid::plugins::pupil_roll
