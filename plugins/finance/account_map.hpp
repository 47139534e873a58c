// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What each account of a ledger counts as, by the patterns of the settings. Of the department's
// academies chart of accounts it knows the five-digit codes 10000 to 19999 by itself: fixed assets,
// which are none of kpid's figures. Immutable once made.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"
#include "finance/figures.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// Debits less credits, in pence.
using Net = std::int64_t;

// Adds, and says whether the sum still fits.
[[nodiscard]] bool add_to(Net& sum, Net more);

class AccountMap {
 public:
  explicit AccountMap(const Settings& settings);

  // Nothing where no pattern fits; the fault's sentence where patterns of two kinds do. A code that
  // is named as it stands comes before ranges and patterns.
  [[nodiscard]] tl::expected<std::optional<Kind>, std::string> kind_of(std::string_view code,
                                                                       std::string_view name) const;
  // Whether the settings map any account to that kind.
  [[nodiscard]] bool maps(Kind kind) const;

 private:
  struct Pattern {
    Kind kind = Kind::ignored;
    std::string text;  // as in the settings
    bool exact = false;
    bool of_name = false;
    std::optional<std::pair<std::int64_t, std::int64_t>> range;
  };
  [[nodiscard]] static bool fits_account(const Pattern& pattern, std::string_view code,
                                         std::string_view name);
  std::vector<Pattern> patterns_;
};

// The accounts of a document that are mapped to nothing.
class Unmapped {
 public:
  void add(std::string_view code, Net net);
  // Tells how many they are, the first of them, and their sums.
  void tell(std::string_view file, Notes& notes) const;
  // "2 accounts (50100, 61000)".
  [[nodiscard]] std::string shown() const;

 private:
  std::map<std::string, Net, std::less<>> accounts_;
};

// What an organisation's accounts come to, by kind; nothing where it has no account of the kind.
struct Totals {
  std::array<std::optional<Net>, kKinds> net{};
  std::uint32_t row = 0;  // the first
  const Document* document = nullptr;

  [[nodiscard]] std::optional<Net> income_of_year() const;
  [[nodiscard]] std::optional<Net> staff() const;
  // Staff and other expenditure, if the settings say which accounts the latter are.
  [[nodiscard]] std::optional<Net> spend(const AccountMap& accounts) const;
};

// What the accounts of an organisation say of the year to `day`; on its last day, of the whole
// year.
Statement statement_of(const std::string& organisation, std::int32_t day, bool in_april,
                       const Totals& totals, const AccountMap& accounts, Notes& notes);

}  // namespace kpid::plugins::finance
