// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "figures.hpp"

#include <algorithm>
#include <tuple>

namespace kpid::plugins::finance {
namespace {

constexpr std::array<std::string_view, kFigures> kMeasures{"finance.income",
                                                           "finance.expenditure",
                                                           "finance.staff_costs",
                                                           "finance.reserves",
                                                           "finance.in_year_balance",
                                                           "finance.cash",
                                                           "finance.budget_income",
                                                           "finance.budget_expenditure",
                                                           "finance.income_to_date",
                                                           "finance.spend_to_date",
                                                           "finance.staff_costs_to_date",
                                                           "finance.budget_to_date",
                                                           "finance.forecast_balance",
                                                           "finance.forecast_income",
                                                           "finance.forecast_expenditure",
                                                           "finance.forecast_in_year_balance"};
constexpr std::array<std::string_view, kFigures> kTitles{"income",
                                                         "expenditure",
                                                         "staff costs",
                                                         "reserves",
                                                         "in-year balance",
                                                         "cash",
                                                         "budgeted income",
                                                         "budgeted expenditure",
                                                         "income to date",
                                                         "spend to date",
                                                         "staff costs to date",
                                                         "budget to date",
                                                         "forecast balance",
                                                         "forecast income",
                                                         "forecast expenditure",
                                                         "forecast in-year balance"};

std::int64_t magnitude(std::int64_t pence) { return pence < 0 ? -pence : pence; }

std::string where(const Statement& statement) {
  return place(statement.document->name, statement.row);
}

}  // namespace

std::string_view measure_of(std::size_t figure) { return kMeasures.at(figure); }
std::string_view title_of(std::size_t figure) { return kTitles.at(figure); }

bool may_be_negative(std::size_t figure) {
  return figure != income && figure != expenditure && figure != staff_costs &&
         figure != budget_income && figure != budget_expenditure && figure != forecast_income &&
         figure != forecast_expenditure;
}

std::string pounds(std::int64_t pence) {
  const std::int64_t whole = magnitude(pence) / 100;
  const std::int64_t rest = magnitude(pence) % 100;
  std::string digits = std::to_string(whole);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  std::string out = (pence < 0 ? "-\u00A3" : "\u00A3") + digits;
  if (rest != 0) out += (rest < 10 ? ".0" : ".") + std::to_string(rest);
  return out;
}

void Warnings::add(std::string where, std::string sentence) {
  if (++count_ <= kToldMax) notes_.warning(std::move(where), std::move(sentence));
}

void Warnings::finish() {
  if (count_ > kToldMax) {
    notes_.warning("", "And " + std::to_string(count_ - kToldMax) + " " + many_ + ".");
  }
  count_ = 0;
}

void Book::add(Statement statement) {
  auto& entries = entries_[{statement.organisation, statement.year}];
  const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& one) {
    return one.statement.document == statement.document &&
           one.statement.stated_on == statement.stated_on;
  });
  if (same == entries.end()) {
    entries.push_back({std::move(statement), false});
    return;
  }
  same->is_void = true;
  notes_.skipped(where(statement), statement.organisation + " has figures for " +
                                       year_text(statement.year) + " in row " +
                                       std::to_string(same->statement.row) +
                                       " too. Which row counts is not clear, so both were left "
                                       "out.");
}

void Book::spoil(const Statement& statement) {
  auto& entries = entries_[{statement.organisation, statement.year}];
  for (Entry& one : entries) {
    if (one.statement.document != statement.document) continue;
    if (one.statement.stated_on != statement.stated_on) continue;
    one.is_void = true;
    return;
  }
  entries.push_back({statement, true});
}

// Whether documents of one day say the same. Tells where they do not.
bool Book::agree(const std::vector<const Entry*>& same_day) {
  std::array<const Statement*, kFigures> said{};
  bool sound = true;
  for (const Entry* one : same_day) {
    const Statement* other = nullptr;
    for (std::size_t f = 0; f < kFigures; ++f) {
      const auto& pence = one->statement.pence.at(f);
      if (!pence) continue;
      if (said.at(f) == nullptr) said.at(f) = &one->statement;
      if (said.at(f)->pence.at(f) != pence) other = said.at(f);
    }
    // A document that contradicts itself has been told of.
    if (other != nullptr && sound && !one->is_void) {
      notes_.skipped(where(one->statement),
                     one->statement.organisation + " has other figures for " +
                         year_text(one->statement.year) + " in " + where(*other) +
                         ". Which of them count is not clear, so both were left out.");
    }
    sound = sound && !one->is_void && other == nullptr;
  }
  return sound;
}

// Lays what was stated on one day over what was stated before. A contradiction leaves nothing.
void Book::overlay(Cells& cells, const std::vector<const Entry*>& same_day) {
  const bool sound = agree(same_day);
  // Backwards: of several that say the same, the first is named as the source.
  for (auto at = same_day.rbegin(); at != same_day.rend(); ++at) {
    const Entry& one = **at;
    for (std::size_t f = 0; f < kFigures; ++f) {
      const auto& pence = one.statement.pence.at(f);
      if (!sound && (pence || one.is_void)) cells.at(f).reset();
      if (sound && pence) cells.at(f) = Cell{*pence, &one.statement};
    }
  }
}

Book::Cells Book::merged(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tuple(a.statement.stated_on, std::string_view(a.statement.document->name),
                      a.statement.document->number) <
           std::tuple(b.statement.stated_on, std::string_view(b.statement.document->name),
                      b.statement.document->number);
  });
  Cells cells;
  for (std::size_t i = 0; i < entries.size();) {
    std::vector<const Entry*> same_day;
    const std::int32_t day = entries[i].statement.stated_on;
    for (; i < entries.size() && entries[i].statement.stated_on == day; ++i) {
      same_day.push_back(&entries[i]);
    }
    overlay(cells, same_day);
  }
  return cells;
}

std::vector<Observation> Book::finish() {
  std::vector<Observation> out;
  out.reserve(entries_.size() * 4);
  for (auto& [key, entries] : entries_) {
    Cells cells = merged(entries);
    derive(key, cells, out);
  }
  balances_.finish();
  doubts_.finish();
  return out;
}

}  // namespace kpid::plugins::finance
