// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What follows from the figures of one organisation and year, and what makes them hard to believe.

#include <algorithm>
#include <cstdlib>

#include "figures.hpp"

namespace kpid::plugins::finance {
namespace {

constexpr std::int64_t kDaysOfAYear = 365;
constexpr std::int64_t kMonthsOfAYear = 12;

// How far income less expenditure may lie from a balance that was rounded as they were.
std::int64_t rounding(std::int64_t one, std::int64_t two, std::int64_t three) {
  const auto all_divide = [&](std::int64_t by) {
    return one % by == 0 && two % by == 0 && three % by == 0;
  };
  if (all_divide(100'000)) return 100'000;  // thousands of pounds
  return all_divide(100) ? 100 : 0;         // whole pounds
}

std::string share(std::int64_t part, std::int64_t whole) {
  return std::to_string(part * 100 / whole) + " %";
}

}  // namespace

// The balance is income less expenditure where both are known, else the one that was published.
void Book::balance(const Key& key, Cells& cells) {
  auto& published = cells.at(in_year_balance);
  const auto& in = cells.at(income);
  const auto& spent = cells.at(expenditure);
  if (!in || !spent) return;
  const std::int64_t computed = in->pence - spent->pence;
  if (published && std::llabs(published->pence - computed) >
                       rounding(in->pence, spent->pence, published->pence)) {
    balances_.add(place(published->from->document->name, published->from->row),
                  key.first + " says that its in-year balance for " + year_text(key.second) +
                      " is " + pounds(published->pence) + ", while income less expenditure is " +
                      pounds(computed) + "; the latter counts.");
  }
  const bool income_is_later = in->from->stated_on > spent->from->stated_on;
  published = Cell{computed, income_is_later ? in->from : spent->from};
}

void Book::doubt(const Key& key, const Cells& cells) {
  const auto tell = [&](const Cell& cell, const std::string& what) {
    doubts_.add(place(cell.from->document->name, cell.from->row),
                key.first + " has " + what + " for " + year_text(key.second) +
                    "; check that they are whole and in pounds. They count as they are.");
  };
  const auto& in = cells.at(income);
  const auto& spent = cells.at(expenditure);
  const auto& staff = cells.at(staff_costs);
  const auto& net = cells.at(in_year_balance);
  if (in && spent && in->from->months == kMonthsOfAYear && in->pence > 0 &&
      spent->pence * 10 < in->pence * 6) {
    tell(*spent, "expenditure of " + pounds(spent->pence) + ", only " +
                     share(spent->pence, in->pence) + " of its income of " + pounds(in->pence) +
                     ",");
  } else if (in && net && std::llabs(net->pence) > in->pence) {
    tell(*net, "an in-year balance of " + pounds(net->pence) + ", larger than its income of " +
                   pounds(in->pence) + ",");
  }
  if (staff && spent && staff->pence > spent->pence) {
    tell(*staff, "staff costs of " + pounds(staff->pence) + ", more than its expenditure of " +
                     pounds(spent->pence) + ",");
  }
}

// Cash by what is spent a day: as parts, so that the trust's can be had from its schools'.
void Book::days_of_cash(const Key& key, const Cells& cells, std::vector<Observation>& out) {
  const auto& held = cells.at(cash);
  const auto& year = cells.at(expenditure);
  const auto& so_far = cells.at(spend_to_date);
  const auto& spent = year ? year : so_far;
  if (!held || !spent || spent->pence <= 0) return;
  const std::int64_t days =
      year ? kDaysOfAYear * year->from->months / kMonthsOfAYear : so_far->from->days_to_date;
  if (days <= 0) return;
  Observation one;
  one.measure = "finance.days_of_cash";
  one.organisation = key.first;
  one.period_start = first_day(key.second);
  one.period_end = last_day(key.second);
  one.value = static_cast<double>(held->pence) * static_cast<double>(days);
  one.denominator = static_cast<double>(spent->pence);
  one.document = held->from->document->number;
  one.row = held->from->row_of(cash);
  one.stated_on = std::max(held->from->stated_on, spent->from->stated_on);
  out.push_back(std::move(one));
}

void Book::derive(const Key& key, Cells& cells, std::vector<Observation>& out) {
  balance(key, cells);
  doubt(key, cells);
  for (std::size_t f = 0; f < kFigures; ++f) {
    auto& cell = cells.at(f);
    if (cell && std::llabs(cell->pence) > kPenceMax) {  // of sums of amounts that are not
      notes_.skipped(place(cell->from->document->name, cell->from->row_of(f)),
                     "The " + std::string(title_of(f)) + " of " + key.first + " for " +
                         year_text(key.second) +
                         " come to more than 100 billion pounds. They were left out.");
      cell.reset();
    }
    if (!cell) continue;
    Observation one;
    one.measure = measure_of(f);
    one.organisation = key.first;
    one.period_start = first_day(key.second);
    one.period_end = last_day(key.second);
    one.value = static_cast<double>(cell->pence);
    one.document = cell->from->document->number;
    one.row = cell->from->row_of(f);
    one.stated_on = cell->from->stated_on;
    out.push_back(std::move(one));
  }
  days_of_cash(key, cells, out);
}

}  // namespace kpid::plugins::finance
