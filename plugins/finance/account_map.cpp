// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "account_map.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "finance/cells.hpp"

namespace kpid::plugins::finance {
namespace {

constexpr std::string_view kOfName = "name:";

std::optional<std::int64_t> digits(std::string_view text) {
  constexpr std::size_t kDigitsMax = 18;
  if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || text.front() == '-') {
    return std::nullopt;
  }
  return value;
}

std::optional<std::pair<std::int64_t, std::int64_t>> range_of(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = digits(readers::trim(text.substr(0, dash)));
  const auto last = digits(readers::trim(text.substr(dash + 1)));
  if (!first || !last || *last < *first) return std::nullopt;
  return std::pair(*first, *last);
}

std::string name_of(Kind kind) {
  return std::string(kKindNames.at(static_cast<std::size_t>(kind)));
}

// Fixed assets in the department's chart of accounts.
bool is_fixed_asset(std::string_view code) {
  const auto number = code.size() == 5 ? digits(code) : std::nullopt;
  return number && *number >= 10'000 && *number <= 19'999;
}

}  // namespace

bool add_to(Net& sum, Net more) { return !__builtin_add_overflow(sum, more, &sum); }

AccountMap::AccountMap(const Settings& settings) {
  for (std::size_t k = 0; k < kKinds; ++k) {
    for (const std::string& text : settings.accounts.at(k)) {
      Pattern pattern;
      pattern.kind = static_cast<Kind>(k);
      pattern.text = text;
      pattern.of_name = text.starts_with(kOfName);
      if (!pattern.of_name) pattern.range = range_of(text);
      pattern.exact =
          !pattern.of_name && !pattern.range && text.find_first_of("*?") == std::string::npos;
      patterns_.push_back(std::move(pattern));
    }
  }
}

bool AccountMap::fits_account(const Pattern& pattern, std::string_view code,
                              std::string_view name) {
  if (pattern.of_name) {
    return fits(name, readers::trim(std::string_view(pattern.text).substr(kOfName.size())));
  }
  if (pattern.exact) return same_code(code, pattern.text);
  if (!pattern.range) return fits(code, pattern.text);
  const auto number = digits(code);
  return number && *number >= pattern.range->first && *number <= pattern.range->second;
}

tl::expected<std::optional<Kind>, std::string> AccountMap::kind_of(std::string_view code,
                                                                   std::string_view name) const {
  const Pattern* found = nullptr;
  for (const bool exact : {true, false}) {
    for (const Pattern& pattern : patterns_) {
      if (pattern.exact != exact || !fits_account(pattern, code, name)) continue;
      if (found != nullptr && found->kind != pattern.kind) {
        return tl::unexpected("The account " + readers::in_quotes(code) + " is mapped as " +
                              name_of(found->kind) + " by " + readers::in_quotes(found->text) +
                              " and as " + name_of(pattern.kind) + " by " +
                              readers::in_quotes(pattern.text) +
                              "; correct the setting accounts, so that one of them fits.");
      }
      if (found == nullptr) found = &pattern;
    }
    if (found != nullptr) return std::optional(found->kind);
  }
  if (is_fixed_asset(code)) return std::optional(Kind::ignored);
  return std::optional<Kind>();
}

bool AccountMap::maps(Kind kind) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [kind](const Pattern& pattern) { return pattern.kind == kind; });
}

void Unmapped::add(std::string_view code, Net net) {
  Net& sum = accounts_.try_emplace(std::string(code), 0).first->second;
  if (!add_to(sum, net)) sum = 0;
}

std::string Unmapped::shown() const {
  constexpr std::size_t kNamedMax = 10;
  std::string codes;
  std::size_t named = 0;
  for (const auto& [code, net] : accounts_) {
    if (++named <= kNamedMax) codes += (codes.empty() ? "" : ", ") + code;
  }
  if (named > kNamedMax) codes += ", ...";
  return counted(named, "account", "accounts") + " (" + codes + ")";
}

void Unmapped::tell(std::string_view file, Notes& notes) const {
  if (accounts_.empty()) return;
  Net debits = 0;
  Net credits = 0;
  for (const auto& [code, net] : accounts_) {
    static_cast<void>(add_to(net < 0 ? credits : debits, net));
  }
  notes.warning(std::string(file),
                "Mapped to nothing: " + shown() + "; their debits of " + pounds(debits) +
                    " and credits of " + pounds(-credits) +
                    " count for no figure. Map them in the setting accounts, as ignored where "
                    "they are to count for none.");
}

std::optional<Net> Totals::income_of_year() const {
  const auto& sum = net.at(static_cast<std::size_t>(Kind::income));
  return sum ? std::optional(-*sum) : std::nullopt;
}

std::optional<Net> Totals::staff() const {
  return net.at(static_cast<std::size_t>(Kind::staff_costs));
}

std::optional<Net> Totals::spend(const AccountMap& accounts) const {
  const auto& other = net.at(static_cast<std::size_t>(Kind::other_expenditure));
  if (!accounts.maps(Kind::other_expenditure) || (!other && !staff())) return std::nullopt;
  return other.value_or(0) + staff().value_or(0);
}

Statement statement_of(const std::string& organisation, std::int32_t day, bool in_april,
                       const Totals& totals, const AccountMap& accounts, Notes& notes) {
  Statement out;
  out.organisation = organisation;
  out.year = year_of(day, in_april);
  out.document = totals.document;
  out.row = totals.row;
  out.stated_on = day;
  out.days_to_date = day - first_day(out.year) + 1;
  out.pence.at(income_to_date) = totals.income_of_year();
  out.pence.at(spend_to_date) = totals.spend(accounts);
  out.pence.at(staff_costs_to_date) = totals.staff();
  if (day != last_day(out.year)) return out;
  for (const auto& [whole, so_far] : {std::pair{income, income_to_date},
                                      {expenditure, spend_to_date},
                                      {staff_costs, staff_costs_to_date}}) {
    const auto& sum = out.pence.at(so_far);
    if (!sum) continue;
    if (*sum >= 0) {
      out.pence.at(whole) = sum;
      continue;
    }
    notes.skipped(place(out.document->name, out.row),
                  "The " + std::string(title_of(whole)) + " of " + organisation + " would be " +
                      pounds(*sum) +
                      ", below 0; check the accounts that are mapped to it and the setting signs. "
                      "This figure was left out.");
  }
  return out;
}

}  // namespace kpid::plugins::finance
