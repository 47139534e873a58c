// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "figures.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

#include "parental_survey/themes.hpp"

namespace kpid::plugins::parental_survey {
namespace {

constexpr std::array<std::string_view, 2> kAmbition{"expectations", "development"};

std::int32_t day_of(int year, unsigned month, unsigned day) {
  const std::chrono::sys_days date =
      std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return static_cast<std::int32_t>(date.time_since_epoch().count());
}

// The themes with enough answers, and what they come to together.
struct Summed {
  std::vector<std::pair<std::string, Opinions>> themes;
  Opinions all;
  Opinions ambition;
};

Summed summed(const SchoolYear& school, int smallest_group, Suppressed& suppressed) {
  Summed out;
  out.themes.reserve(school.opinions.size());
  for (const auto& [theme, opinions] : school.opinions) {
    if (theme == kHasSendTheme || opinions.answers <= 0) continue;
    if (opinions.answers < smallest_group) {
      ++suppressed.questions;
      continue;
    }
    out.themes.emplace_back("question=" + theme, opinions);
    const auto add = [&one = opinions](Opinions& sum) {
      sum.answers += one.answers;
      sum.positive += one.positive;
    };
    add(out.all);
    if (std::find(kAmbition.begin(), kAmbition.end(), theme) != kAmbition.end()) add(out.ambition);
  }
  return out;
}

}  // namespace

std::vector<Observation> settled(std::vector<Statement> statements) {
  std::stable_sort(statements.begin(), statements.end(), [](const auto& a, const auto& b) {
    return std::tie(a.stated_on, a.name) < std::tie(b.stated_on, b.name);
  });
  using Key = std::tuple<std::string, int, std::string_view, std::string>;
  std::map<Key, Observation> latest;
  for (Statement& statement : statements) {
    for (Figure& figure : statement.figures) {
      Observation one;
      one.measure = figure.measure;
      one.organisation = figure.school;
      one.period_start = day_of(figure.year, 9, 1);
      one.period_end = day_of(figure.year + 1, 8, 31);
      one.value = figure.value;
      one.document = statement.document;
      one.row = figure.row;
      one.subgroup = figure.subgroup;
      one.denominator = figure.denominator;
      one.given = figure.given;
      one.stated_on = statement.stated_on;
      latest.insert_or_assign(
          Key{std::move(figure.school), figure.year, figure.measure, std::move(figure.subgroup)},
          std::move(one));
    }
  }
  std::vector<Observation> out;
  out.reserve(latest.size());
  for (auto& [key, one] : latest) out.push_back(std::move(one));
  return out;
}

int academic_year_of(std::int32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const int year = static_cast<int>(date.year());
  return date.month() >= std::chrono::September ? year : year - 1;
}

std::string academic_year_text(int year) {
  const std::string end = std::to_string(year + 1);
  return std::to_string(year) + "/" + end.substr(end.size() - 2);
}

void add_own_survey(Statement& statement, const SchoolYear& school, int smallest_group,
                    Suppressed& suppressed) {
  if (school.responses < smallest_group) {
    ++suppressed.schools;
    return;
  }
  const auto add = [&](std::string_view measure, const std::string& subgroup, double value) {
    // Row 0: it rests on many rows of the file, and one of them would mislead.
    statement.figures.push_back({measure, school.school, subgroup, school.year, value, 0, {}, {}});
  };
  const auto both = [&](std::string_view answers, std::string_view positive,
                        const std::string& subgroup, const Opinions& opinions) {
    if (opinions.answers <= 0) return;
    add(answers, subgroup, opinions.answers);
    add(positive, subgroup, opinions.positive);
  };
  add("parents.responses", "", school.responses);
  if (school.invited) add("parents.invited", "", *school.invited);
  const Summed sums = summed(school, smallest_group, suppressed);
  for (const auto& [subgroup, opinions] : sums.themes) {
    both("parents.answers", "parents.positive_answers", subgroup, opinions);
  }
  both("parents.answers", "parents.positive_answers", "", sums.all);
  both("parents.ambition_answers", "parents.ambition_positive_answers", "", sums.ambition);
}

void add_parent_view(Statement& statement, const SchoolYear& school, int smallest_group,
                     Suppressed& suppressed) {
  if (school.responses < smallest_group) {
    ++suppressed.schools;
    return;
  }
  const auto add = [&](std::string_view measure, const std::string& subgroup,
                       const Opinions& opinions) {
    if (opinions.answers <= 0) return;
    statement.figures.push_back({measure, school.school, subgroup, school.year, opinions.positive,
                                 school.row, opinions.answers, opinions.percent});
  };
  statement.figures.push_back({"parent_view.responses",
                               school.school,
                               "",
                               school.year,
                               school.responses,
                               school.row,
                               {},
                               {}});
  if (school.response_rate) {
    add("parent_view.response_rate", "",
        {school.responses, 100 * school.responses / *school.response_rate, school.response_rate});
  }
  const Summed sums = summed(school, smallest_group, suppressed);
  for (const auto& [subgroup, opinions] : sums.themes) {
    add("parent_view.positive", subgroup, opinions);
  }
  add("parent_view.positive", "", sums.all);
  add("parent_view.ambition_positive", "", sums.ambition);
}

}  // namespace kpid::plugins::parental_survey
