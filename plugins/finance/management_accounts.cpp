// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "management_accounts.hpp"

#include <cstdlib>
#include <map>
#include <utility>

#include "finance/account_map.hpp"
#include "finance/account_rows.hpp"
#include "finance/cells.hpp"
#include "finance/figures.hpp"

namespace kpid::plugins::finance {
namespace {

using readers::Table;

enum Asked : std::size_t {  // columns, in the order in which the table knows them
  kSchool,
  kMonth,
  kYear,
  kLine,
  kActual,
  kBudget,
  kAnnual,
  kForecast,
  kVariance,
};
constexpr std::array<std::size_t, 9> kColumnOf{
    school, date, financial_year, line, actual, budget_to_date, annual_budget, forecast, variance};
constexpr std::size_t kAmounts = 4;  // from kActual
constexpr std::array<std::string_view, kAmounts> kAmountTitles{"actual", "budget to date",
                                                               "annual budget", "forecast"};

std::vector<readers::Column> wanted(const Settings& settings) {
  static const std::array<std::vector<std::string>, kColumnOf.size()> names{{
      {"URN", "School URN", "LAEstab", "School", "School name", "Academy", "Cost centre"},
      {"Month", "Period", "Period end", "As at", "Date"},
      {"Financial year", "Academic year", "Year"},
      {"Line", "Category", "Heading", "Account", "Account name", "Description"},
      {"Actual to date", "Actual", "Actual YTD", "YTD actual", "Actual year to date",
       "Spend to date"},
      {"Budget to date", "Budget YTD", "YTD budget", "Budget year to date"},
      {"Annual budget", "Full year budget", "Full-year budget", "Total budget"},
      {"Forecast", "Forecast outturn", "Full year forecast", "Full-year forecast", "Outturn"},
      {"Variance", "Variance to date", "YTD variance", "Variance YTD"},
  }};
  std::vector<readers::Column> out;
  out.reserve(kColumnOf.size());
  for (std::size_t c = 0; c < kColumnOf.size(); ++c) {
    const auto& named = settings.columns.at(kColumnOf.at(c));
    out.push_back({named ? *named : names.at(c), named && !named->empty()});
  }
  return out;
}

struct Sum {
  std::optional<Net> pence;
  bool is_known = true;  // no line of it lacks its amount
  bool is_told = false;  // why it is not known
};

struct School {
  std::array<std::array<Sum, kKinds>, kAmounts> sums{};
  std::uint32_t row = 0;  // the first
};

class ManagementReader {
 public:
  ManagementReader(const Document& document, const Settings& settings, const AccountMap& accounts,
                   Book& book, Notes& notes)
      : document_(document), settings_(settings), accounts_(accounts), book_(book), notes_(notes) {}

  tl::expected<void, Failure> read(std::uint64_t& rows_read) {
    readers::TableOptions options;
    options.quote_cells = true;  // a row is a school's
    if (!settings_.sheet.empty()) options.sheet = {settings_.sheet};
    auto table = Table::open(document_.bytes, wanted(settings_), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    if (auto fit = check_columns(*table); !fit) return fit;
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!table->report().skipped.empty()) {
        return tl::unexpected(failure(document_.name, table->report().skipped[0]));
      }
      if (!*more) break;
      if (auto taken = take(*table); !taken) return taken;
    }
    variances_.finish();
    if (table->report().rows_read == 0) {
      return fail("The file has a header and no rows; export it again.");
    }
    rows_read += table->report().rows_read;
    if (!unmapped_.empty()) {
      notes_.warning(
          document_.name,
          counted(unmapped_.size(), "line is", "lines are") + " mapped to nothing (" +
              listed(unmapped_) +
              "); they count for no figure. Map them in the setting accounts, as ignored "
              "where they are to count for none.");
    }
    for (const auto& [key, figures] : schools_) state(key.school, key.day, figures);
    return {};
  }

 private:
  struct Key {
    std::string school;
    std::int32_t day = 0;
    std::uint32_t row = 0;  // 0 where a school's rows are lines, to be summed
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  tl::unexpected<Failure> fail(const std::string& sentence, std::uint32_t row = 0) const {
    return tl::unexpected(failure(document_.name, {sentence, row, ""}));
  }

  static std::string listed(const std::map<std::string, std::uint64_t>& lines) {
    constexpr std::size_t kNamedMax = 5;
    std::string out;
    std::size_t count = 0;
    for (const auto& [line, rows] : lines) {
      if (count++ == kNamedMax) return out + ", ...";
      out += (out.empty() ? "" : ", ") + readers::in_quotes(line);
    }
    return out;
  }

  tl::expected<void, Failure> check_columns(const Table& table) {
    bool any = false;
    for (std::size_t c = kActual; c < kActual + kAmounts; ++c) any = any || table.has(c);
    if (!any) {
      return fail(
          "There is no column of actual, budget to date, annual budget or forecast; name "
          "them in the settings.");
    }
    if (!table.has(kSchool)) {
      school_ = school_of_file(document_, settings_);
      if (!school_) {
        return fail(
            "Nothing says whose the accounts are; name the column of the school, or say in "
            "the setting files whose a file of this name is.");
      }
    }
    if (table.has(kMonth)) return {};
    day_ = settings_.as_of;
    if (!day_ && stated_on(document_) != 0) day_ = stated_on(document_);
    if (day_) return {};
    return fail(
        "Nothing says up to which month the accounts go; name the column date, put the day "
        "in the file's name, such as accounts_2026-01-31.csv, or give the setting as_of.");
  }

  // The last day that the row's figures cover.
  tl::expected<std::int32_t, readers::Fault> day_of(const Table& table) const {
    if (day_) return *day_;
    const auto day = table.date(kMonth, readers::DateOrder::either);
    if (day && *day) return **day;
    std::optional<int> start = settings_.year ? settings_.year : year_in_name(document_.name);
    if (table.has(kYear)) {
      const auto year =
          read_year(table, kYear, settings_.single_year.value_or(SingleYear::refused));
      if (!year) return tl::unexpected(year.error());
      if (*year) start = *year;
    }
    const auto text = table.text(kMonth);
    if (!text) return tl::unexpected(text.error());
    if (!*text) {
      return tl::unexpected(
          readers::Fault{"The row names no month.", table.row(), table.name(kMonth)});
    }
    const auto year = start ? std::optional(Year{*start, in_april()}) : std::nullopt;
    if (const auto end = month_end(**text, year)) return *end;
    return tl::unexpected(table.fault(
        kMonth, start ? "is not a month such as January 2026, a period from 1 to 12 or a date"
                      : "is not a month such as January 2026 or a date; a period such as 5 needs "
                        "the setting year"));
  }

  bool in_april() const { return settings_.starts_in_april.value_or(false); }

  // What the row counts as; nothing where it is left out.
  tl::expected<std::optional<Kind>, Failure> kind_of(const Table& table) {
    if (!table.has(kLine)) return std::optional(Kind::other_expenditure);
    const auto text = table.text(kLine);
    if (!text) return tl::unexpected(failure(document_.name, text.error()));
    const std::string_view name = *text ? **text : std::string_view();
    const auto kind = accounts_.kind_of(name, name);
    if (!kind) return fail(kind.error(), table.row());
    if (!*kind && !name.empty() && !is_total(name)) ++unmapped_[std::string(name)];
    return *kind == Kind::ignored ? std::optional<Kind>() : *kind;
  }

  tl::expected<void, Failure> take(const Table& table) {
    if (table.has(kSchool)) {
      const auto cell = table.text(kSchool);
      if (cell && *cell && is_total(**cell)) return {};
    }
    const auto kind = kind_of(table);
    if (!kind) return tl::unexpected(kind.error());
    if (!*kind) return {};
    const auto whose =
        school_ ? school_ : named_school(table, kSchool, settings_, document_.name, notes_);
    if (!whose) return {};
    const auto day = day_of(table);
    if (!day) {
      notes_.skipped(document_.name, day.error(), "The row was left out.");
      if (table.has(kLine)) spoilt_.insert_or_assign(*whose, table.row());
      return {};
    }
    School& figures = schools_[{*whose, *day, table.has(kLine) ? 0 : table.row()}];
    if (figures.row == 0) figures.row = table.row();
    for (std::size_t a = 0; a < kAmounts; ++a) add(table, a, **kind, figures);
    compare_variance(table);
    return {};
  }

  void add(const Table& table, std::size_t amount, Kind kind, School& figures) {
    if (!table.has(kActual + amount)) return;
    Sum& sum = figures.sums.at(amount).at(static_cast<std::size_t>(kind));
    const auto cell = read_cell(table, kActual + amount);
    if (!cell) {
      notes_.skipped(document_.name, cell.error(), "The sum that it belongs to was left out.");
      sum.is_known = false;
      sum.is_told = true;
      return;
    }
    if (!*cell && !settings_.blank_is_zero) {
      sum.is_known = false;
      return;
    }
    const Net total = sum.pence.value_or(0) + cell->value_or(0);  // each at most kPenceMax
    if (std::llabs(total) <= kPenceMax) {
      sum.pence = total;
      return;
    }
    notes_.skipped(document_.name,
                   table.fault(kActual + amount, "brings a sum to more than 100 billion pounds"),
                   "The sum was left out.");
    sum.is_known = false;
    sum.is_told = true;
  }

  readers::Cell<std::int64_t> read_cell(const Table& table, std::size_t column) const {
    auto cell = settings_.in_thousands.value_or(false) ? table.pence_from_thousands(column)
                                                       : table.pence(column);
    if (cell && *cell && std::llabs(**cell) > kPenceMax) {
      return tl::unexpected(table.fault(column, "is more than 100 billion pounds"));
    }
    return cell;
  }

  void compare_variance(const Table& table) {
    if (!table.has(kVariance)) return;
    const auto spent = read_cell(table, kActual);
    const auto budget = read_cell(table, kBudget);
    const auto said = read_cell(table, kVariance);
    if (!spent || !*spent || !budget || !*budget || !said || !*said) return;
    const std::int64_t variance = **budget - **spent;
    if (std::llabs(variance) == std::llabs(**said)) return;
    variances_.add(place(document_.name, table.row(), table.name(kVariance)),
                   "The variance is given as " + pounds(**said) +
                       ", while budget to date less "
                       "actual is " +
                       pounds(variance) + "; budget and actual count.");
  }

  // The sum over kinds; nothing, with a note where there is some of it, where one is not known.
  std::optional<Net> total(const std::string& whose, const School& figures, std::size_t amount,
                           std::initializer_list<Kind> kinds) {
    std::optional<Net> out;
    bool is_known = true;
    bool is_told = false;
    for (const Kind kind : kinds) {
      const Sum& sum = figures.sums.at(amount).at(static_cast<std::size_t>(kind));
      is_known = is_known && sum.is_known;
      is_told = is_told || sum.is_told;
      if (sum.pence) out = out.value_or(0) + *sum.pence;
    }
    if (is_known || !out) return out;
    if (is_told) return std::nullopt;
    notes_.skipped(place(document_.name, figures.row),
                   "The column " + std::string(kAmountTitles.at(amount)) + " of " + whose +
                       " has a cell without an amount, so its sum is not known and was left out; "
                       "set blank_is_zero if a blank means 0.");
    return std::nullopt;
  }

  void state(const std::string& whose, std::int32_t day, const School& figures) {
    Statement statement;
    statement.organisation = whose;
    statement.year = year_of(day, in_april());
    statement.document = &document_;
    statement.row = figures.row;
    statement.stated_on = day;
    statement.days_to_date = day - first_day(statement.year) + 1;
    if (spoilt_.contains(whose)) {
      book_.spoil(statement);
      return;
    }
    const auto of = [&](std::size_t amount, std::initializer_list<Kind> kinds) {
      return total(whose, figures, amount, kinds);
    };
    const auto spend = [&](std::size_t amount) {
      return of(amount, {Kind::staff_costs, Kind::other_expenditure});
    };
    auto& pence = statement.pence;
    pence.at(income_to_date) = of(0, {Kind::income});
    pence.at(spend_to_date) = spend(0);
    pence.at(staff_costs_to_date) = of(0, {Kind::staff_costs});
    pence.at(reserves) = of(0, {Kind::reserves});
    pence.at(cash) = of(0, {Kind::cash});
    pence.at(budget_to_date) = spend(1);
    pence.at(budget_income) = of(2, {Kind::income});
    pence.at(budget_expenditure) = spend(2);
    const auto in = of(3, {Kind::income});
    const auto spent = spend(3);
    if (in && spent) pence.at(forecast_in_year_balance) = *in - *spent;
    leave_out_impossible(statement);
    book_.add(std::move(statement));
  }

  void leave_out_impossible(Statement& statement) {
    for (std::size_t f = 0; f < kFigures; ++f) {
      auto& pence = statement.pence.at(f);
      if (!pence || *pence >= 0 || may_be_negative(f)) continue;
      notes_.skipped(place(document_.name, statement.row),
                     "The " + std::string(title_of(f)) + " of " + statement.organisation +
                         " would be " + pounds(*pence) +
                         ", below 0; check the sign. This figure was left out.");
      pence.reset();
    }
  }

  const Document& document_;
  const Settings& settings_;
  const AccountMap& accounts_;
  Book& book_;
  Notes& notes_;
  std::optional<std::string> school_;  // of the whole file
  std::optional<std::int32_t> day_;    // of the whole file
  std::map<Key, School> schools_;
  std::map<std::string, std::uint64_t> unmapped_;  // lines, and how many rows each has
  std::map<std::string, std::uint32_t> spoilt_;    // schools of which a line is not known
  Warnings variances_{notes_, "more rows whose variance does not fit"};
};

}  // namespace

tl::expected<Reading, Failure> read_management_accounts(std::span<const Document> documents,
                                                        const Settings& settings) {
  const AccountMap accounts(settings);
  Notes notes;
  Reading out;
  Book book(notes);
  for (const Document& document : documents) {
    const auto done = ManagementReader(document, settings, accounts, book, notes).read(out.rows);
    if (!done) return tl::unexpected(done.error());
  }
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::finance
