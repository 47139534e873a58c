// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "trial_balance.hpp"

#include <map>
#include <utility>

#include "finance/account_map.hpp"
#include "finance/account_rows.hpp"
#include "finance/cells.hpp"
#include "finance/figures.hpp"

namespace kpid::plugins::finance {
namespace {

struct Sides {  // of the whole trial balance
  Net debits = 0;
  Net credits = 0;
};

class TrialBalanceReader {
 public:
  TrialBalanceReader(const Document& document, const Settings& settings, const AccountMap& accounts,
                     Book& book, Notes& notes)
      : document_(document), settings_(settings), accounts_(accounts), book_(book), notes_(notes) {}

  tl::expected<void, Failure> read(std::uint64_t& rows_read) {
    auto rows = AccountRows::open(document_, settings_, false);
    if (!rows) return tl::unexpected(rows.error());
    for (;;) {
      auto row = rows->next();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      if (auto taken = take(**row); !taken) return taken;
    }
    rows_read += rows->rows_read();
    if (sides_.empty())
      return fail(
          "The file has a header and no account with an amount; export "
          "it again.");
    if (auto sound = balances(); !sound) return sound;
    unmapped_.tell(document_.name, notes_);
    if (mapped_ == 0) {
      return fail(
          "None of its accounts is mapped to a figure; say in the setting accounts which are "
          "income, staff_costs, other_expenditure, reserves and cash. Mapped to nothing: " +
          unmapped_.shown() + ".");
    }
    if (nobodys_ > 0) {
      notes_.warning(document_.name, counted(nobodys_, "account names", "accounts name") +
                                         " no school; they count for no school's figures.");
    }
    for (const auto& [key, totals] : totals_) state(key.first, key.second, totals);
    return {};
  }

 private:
  using Key = std::pair<std::string, std::int32_t>;  // the school, and the day

  tl::unexpected<Failure> fail(const std::string& sentence, std::uint32_t row = 0) const {
    return tl::unexpected(failure(document_.name, {sentence, row, ""}));
  }

  std::optional<std::int32_t> day_of(const AccountRow& row) const {
    if (row.date) return row.date;
    if (settings_.as_of) return settings_.as_of;
    const std::int32_t day = stated_on(document_);
    return day != 0 ? std::optional(day) : std::nullopt;
  }

  tl::expected<void, Failure> take(const AccountRow& row) {
    const auto day = day_of(row);
    if (!day) {
      return fail(
          "Nothing says up to which day the trial balance goes; put the day in the file's "
          "name, such as trial_balance_2026-01-31.csv, name its column, or give the setting "
          "as_of.");
    }
    Sides& sides = sides_[*day];
    const bool fits = row.net < 0 ? add_to(sides.credits, -row.net) : add_to(sides.debits, row.net);
    const auto kind = accounts_.kind_of(row.code, row.name);
    if (!kind) return fail(kind.error(), row.row);
    if (!*kind) unmapped_.add(row.code, row.net);
    if (!fits) return fail("The amounts up to this row are too large to be added.", row.row);
    if (!*kind || **kind == Kind::ignored) return {};
    ++mapped_;
    if (!row.school) {
      ++nobodys_;
      return {};
    }
    Totals& totals = totals_[{*row.school, *day}];
    if (totals.document == nullptr) {
      totals.document = &document_;
      totals.row = row.row;
    }
    auto& net = totals.net.at(static_cast<std::size_t>(**kind));
    net = net.value_or(0) + row.net;  // each is at most 100 billion pounds, as all of them are
    if (*net <= kPenceMax && *net >= -kPenceMax) return {};
    return fail("The amounts of " + *row.school + " come to more than 100 billion pounds.",
                row.row);
  }

  tl::expected<void, Failure> balances() const {
    for (const auto& [day, sides] : sides_) {
      const Net over = sides.debits - sides.credits;
      if (over == 0) continue;
      return fail(
          "The trial balance" + (sides_.size() > 1 ? " of " + day_text(day) : std::string()) +
          " does not balance: debits of " + pounds(sides.debits) + " are " +
          pounds(over < 0 ? -over : over) + (over < 0 ? " less" : " more") + " than credits of " +
          pounds(sides.credits) + "; export it again with all its accounts.");
    }
    return {};
  }

  void state(const std::string& whose, std::int32_t day, const Totals& totals) {
    Statement statement = statement_of(whose, day, settings_.starts_in_april.value_or(false),
                                       totals, accounts_, notes_);
    statement.pence.at(cash) = totals.net.at(static_cast<std::size_t>(Kind::cash));
    statement.pence.at(reserves) = reserves_of(totals);
    book_.add(std::move(statement));
  }

  // What was brought forward, and what the year has added so far.
  std::optional<Net> reserves_of(const Totals& totals) const {
    const auto& held = totals.net.at(static_cast<std::size_t>(Kind::reserves));
    if (!held) return std::nullopt;
    if (settings_.reserves_are_closing) return -*held;
    const auto in = totals.income_of_year();
    const auto spent = totals.spend(accounts_);
    if (!in || !spent) return std::nullopt;
    return -*held + *in - *spent;
  }

  const Document& document_;
  const Settings& settings_;
  const AccountMap& accounts_;
  Book& book_;
  Notes& notes_;
  std::map<std::int32_t, Sides> sides_;  // by day
  std::map<Key, Totals> totals_;
  Unmapped unmapped_;
  std::uint64_t mapped_ = 0;
  std::uint64_t nobodys_ = 0;
};

}  // namespace

tl::expected<Reading, Failure> read_trial_balances(std::span<const Document> documents,
                                                   const Settings& settings) {
  const AccountMap accounts(settings);
  Notes notes;
  Reading out;
  Book book(notes);
  for (const Document& document : documents) {
    const auto done = TrialBalanceReader(document, settings, accounts, book, notes).read(out.rows);
    if (!done) return tl::unexpected(done.error());
  }
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::finance
