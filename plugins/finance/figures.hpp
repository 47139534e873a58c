// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the documents say of each organisation and period, brought together: contradictions are left
// out, of two documents the one that was stated later holds, and what follows from the figures
// (in-year balance, days of cash) is computed in exact pence. The same documents give the same
// figures in whatever order they came.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/reading.hpp"
#include "finance/periods.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

inline constexpr std::int64_t kPenceMax = 10'000'000'000'000;  // £100 billion, as in the manifest

// "finance.income"; "income" as a sentence has it.
std::string_view measure_of(std::size_t figure);
std::string_view title_of(std::size_t figure);
bool may_be_negative(std::size_t figure);

// "£1,234.50", "-£5".
std::string pounds(std::int64_t pence);

// One document's word on one organisation and financial year.
struct Statement {
  std::string organisation;
  Year year;
  std::array<std::optional<std::int64_t>, kFigures> pence{};
  const Document* document = nullptr;
  std::uint32_t row = 0;
  // Of single figures, where each has a row of its own.
  std::array<std::uint32_t, kFigures> rows{};
  std::int32_t stated_on = 0;     // the day of the statement; 0: not known
  std::int64_t months = 12;       // that the figures of the year cover
  std::int32_t days_to_date = 0;  // from the year's first day to that of the figures to date

  [[nodiscard]] std::uint32_t row_of(std::size_t figure) const {
    return rows.at(figure) != 0 ? rows.at(figure) : row;
  }
};

// Warnings of one kind, of which the first few are told one by one.
class Warnings {
 public:
  // `many` says what the others are: "more schools with …".
  Warnings(Notes& notes, std::string many) : notes_(notes), many_(std::move(many)) {}
  void add(std::string where, std::string sentence);
  void finish();

 private:
  static constexpr std::size_t kToldMax = 20;
  Notes& notes_;
  std::string many_;
  std::size_t count_ = 0;
};

class Book {
 public:
  explicit Book(Notes& notes) : notes_(notes) {}

  // A second statement of one document and day on the same organisation and year makes both void.
  void add(Statement statement);
  // The organisation's figures of that year in that document cannot be told: as if it had
  // contradicted itself. The caller has said why.
  void spoil(const Statement& statement);
  // Brings everything together.
  std::vector<Observation> finish();

 private:
  struct Entry {
    Statement statement;
    bool is_void = false;
  };
  struct Cell {
    std::int64_t pence = 0;
    const Statement* from = nullptr;
  };
  using Cells = std::array<std::optional<Cell>, kFigures>;
  using Key = std::pair<std::string, Year>;

  Cells merged(std::vector<Entry>& entries);
  void overlay(Cells& cells, const std::vector<const Entry*>& same_day);
  bool agree(const std::vector<const Entry*>& same_day);
  void derive(const Key& key, Cells& cells, std::vector<Observation>& out);
  void balance(const Key& key, Cells& cells);
  void doubt(const Key& key, const Cells& cells);
  static void days_of_cash(const Key& key, const Cells& cells, std::vector<Observation>& out);

  Notes& notes_;
  std::map<Key, std::vector<Entry>> entries_;
  Warnings balances_{notes_, "more figures whose balance does not fit"};
  Warnings doubts_{notes_, "more figures that are hard to believe"};
};

}  // namespace kpid::plugins::finance
