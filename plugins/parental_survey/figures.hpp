// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// From answers counted in documents to observations: small groups are left out, and of two
// documents that speak of the same figure the one that states it later counts. Pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"

namespace kpid::plugins::parental_survey {

struct Figure {
  std::string_view measure;  // a literal
  std::string school;
  std::string subgroup;
  int year = 0;  // the academic year's first: 2025 is 1 September 2025 to 31 August 2026
  double value = 0;
  std::uint32_t row = 0;
  // With it, `value` is the numerator; `given` is the percentage as the source publishes it.
  std::optional<double> denominator{};
  std::optional<double> given{};
};

// What one document says.
struct Statement {
  std::int32_t stated_on = 0;  // 0: not known, before all others
  std::string name;
  std::uint32_t document = 0;
  std::vector<Figure> figures;
};

// The figures as observations, each of the statement with the latest day (of equal days, of the
// last name): the same documents give the same observations in whatever order they came.
std::vector<Observation> settled(std::vector<Statement> statements);

int academic_year_of(std::int32_t day);
// "2024/25"
std::string academic_year_text(int year);

// The opinions on one theme.
struct Opinions {
  double positive = 0;
  double answers = 0;
  // Where only percentages are published, `positive` is no whole number and only weighs: this is
  // what was published, and what is compared with a target.
  std::optional<double> percent{};
};

// What was left out because too few parents have answered.
struct Suppressed {
  std::uint64_t schools = 0;
  std::uint64_t questions = 0;
};

struct SchoolYear {
  std::string school;
  int year = 0;
  double responses = 0;
  std::optional<double> invited{};                        // families
  std::optional<double> response_rate{};                  // as published
  std::map<std::string, Opinions, std::less<>> opinions;  // by theme
  std::uint32_t row = 0;
};

// Adds what a school's parents said: responses, each theme as "question=THEME", all themes together
// under no subgroup, and those on expectations and development (the strategic plan's 3.4c). An own
// survey gives counts, Parent View percentages with what they weigh.
void add_own_survey(Statement& statement, const SchoolYear& school, int smallest_group,
                    Suppressed& suppressed);
void add_parent_view(Statement& statement, const SchoolYear& school, int smallest_group,
                     Suppressed& suppressed);

}  // namespace kpid::plugins::parental_survey
