// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "bfr.hpp"

#include <map>
#include <tuple>
#include <utility>

#include "finance/account_map.hpp"
#include "finance/cells.hpp"
#include "finance/figures.hpp"

namespace kpid::plugins::finance {
namespace {

using readers::Table;

enum Asked : std::size_t {  // columns, in the order in which the table knows them
  kTrustCode,
  kLine,
  kY2P1,
  kY2P2,
  kY3P1,
  kY3P2,
  kY2,
  kY3,
  kY4,
  kRun,
  kYearOfRow,
  kCategory,
  kValue,
};

std::vector<readers::Column> wanted(const Settings& settings) {
  const auto named = [&](std::size_t column, std::vector<std::string> usual) {
    const auto& names = settings.columns.at(column);
    return readers::Column{names ? *names : std::move(usual), false};
  };
  std::vector<readers::Column> out{named(trust, {"TrustUPIN", "Trust UPIN", "CompanyNumber",
                                                 "Company Registration Number", "UID"}),
                                   named(line, {"EFALineNo", "EFA line number", "Line"})};
  for (const std::string_view name : {"Y2P1", "Y2P2", "Y3P1", "Y3P2", "Y2", "Y3", "Y4", "RunId"}) {
    out.push_back({{std::string(name)}, false});
  }
  out.push_back(named(financial_year, {"Year"}));
  out.push_back({{"Category"}, false});
  out.push_back({{"Value"}, false});
  out.front().required = true;
  return out;
}

// Where a figure of a year stands: in one column, or as the sum of two.
struct Place {
  std::size_t figure;
  std::int64_t line;
  int year;  // after Y1
  std::size_t first;
  std::optional<std::size_t> second;
};

const std::vector<Place>& half_yearly() {
  static const std::vector<Place> places{
      {forecast_balance, 430, 1, kY2P2, {}},        {forecast_balance, 430, 2, kY3P2, {}},
      {forecast_income, 298, 1, kY2P1, kY2P2},      {forecast_income, 298, 2, kY3P1, kY3P2},
      {forecast_expenditure, 380, 1, kY2P1, kY2P2}, {forecast_expenditure, 380, 2, kY3P1, kY3P2}};
  return places;
}

const std::vector<Place>& three_year() {
  static const std::vector<Place> places = [] {
    std::vector<Place> out;
    for (int year = 1; year <= 3; ++year) {
      const std::size_t column = kY2 + static_cast<std::size_t>(year - 1);
      out.push_back({forecast_balance, 4300, year, column, {}});
      out.push_back({forecast_income, 2980, year, column, {}});
      out.push_back({forecast_expenditure, 3800, year, column, {}});
    }
    return out;
  }();
  return places;
}

std::optional<std::size_t> figure_of(std::string_view category) {
  const auto is = [&](std::string_view name) { return fits(readers::trim(category), name); };
  if (is("Revenue reserve") || is("Balance c/f to next period")) return forecast_balance;
  if (is("Total income") || is("Total revenue income")) return forecast_income;
  if (is("Total expenditure") || is("Total revenue expenditure")) return forecast_expenditure;
  return std::nullopt;
}

struct Found {
  std::int64_t pence = 0;
  std::int64_t run = 0;  // a later run of the return holds
  std::uint32_t row = 0;
  bool is_void = false;
};

class ForecastReader {
 public:
  ForecastReader(const Document& document, const Settings& settings, Book& book, Notes& notes)
      : document_(document), settings_(settings), book_(book), notes_(notes) {}

  tl::expected<void, Failure> read(std::uint64_t& rows_read) {
    readers::TableOptions options;
    options.quote_cells = true;  // a row is a trust's
    if (!settings_.sheet.empty()) options.sheet = {settings_.sheet};
    auto table = Table::open(document_.bytes, wanted(settings_), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    if (auto fit = choose_shape(*table); !fit) return fit;
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take(*table);
    }
    notes_.table(document_.name, table->report());
    const std::uint64_t rows = table->report().rows_read + table->report().rows_skipped;
    if (rows == 0) return fail("The file has a header and no rows; export it again.");
    rows_read += rows;
    if (settings_.trust_codes.empty() && codes_.size() > 1) {
      return fail("The file holds " + std::to_string(codes_.size()) +
                  " trusts; give the trust's own codes in the setting trust_codes.");
    }
    if (found_.empty() && !settings_.trust_codes.empty() && others_ > 0) {
      return fail("No row is of the trust; correct the setting trust_codes.");
    }
    state();
    return {};
  }

 private:
  using Key = std::pair<int, std::size_t>;  // the year, and the figure

  tl::unexpected<Failure> fail(const std::string& sentence) const {
    return tl::unexpected(failure(document_.name, {sentence, 0, ""}));
  }

  tl::expected<void, Failure> choose_shape(const Table& table) {
    if (table.has(kCategory) && table.has(kValue) && table.has(kYearOfRow)) return {};
    if (table.has(kLine) && table.has(kY2P2)) places_ = &half_yearly();
    if (table.has(kLine) && !table.has(kY2P2) && table.has(kY2)) places_ = &three_year();
    if (places_ == nullptr) {
      return fail(
          "The file is in none of the shapes of a Budget Forecast Return: EFALineNo with "
          "Y2P1 and Y2P2, EFALineNo with Y2 to Y4, or Year, Category and Value.");
    }
    if (settings_.year) return {};
    return fail(
        "Nothing says which financial year the file calls Y1; give the setting year, such "
        "as \"2024/25\".");
  }

  // Whether the row is the trust's.
  bool is_ours(const Table& table) {
    const auto code = table.text(kTrustCode);
    if (!code || !*code) {
      notes_.skipped(place(document_.name, table.row(), table.name(kTrustCode)),
                     "The row names no trust. The row was left out.");
      return false;
    }
    const bool ours = is_the_trust(**code, settings_);
    if (settings_.trust_codes.empty()) codes_.try_emplace(std::string(**code), true);
    if (!ours && !settings_.trust_codes.empty()) ++others_;
    return ours || settings_.trust_codes.empty();
  }

  void take(const Table& table) {
    if (!is_ours(table)) return;
    if (places_ == nullptr) {
      take_category(table);
      return;
    }
    const auto number = table.integer(kLine);
    if (!number) {
      notes_.skipped(document_.name, number.error(), "The row was left out.");
      return;
    }
    for (const Place& one : *places_) {
      if (!*number || one.line != **number || !table.has(one.first)) continue;
      auto pence = amount(table, one.first, one.figure, true);
      if (one.second && pence) {
        const auto more = amount(table, *one.second, one.figure, true);
        pence = more ? std::optional(*pence + *more) : std::nullopt;
      }
      if (pence) keep({*settings_.year + one.year, one.figure}, {*pence, 0, table.row(), false});
    }
  }

  void take_category(const Table& table) {
    const auto category = table.text(kCategory);
    const auto figure = category && *category ? figure_of(**category) : std::nullopt;
    if (!figure) return;
    const SingleYear means = settings_.single_year.value_or(SingleYear::ends);
    const auto year = read_year(table, kYearOfRow, means);
    if (!year || !*year) {
      notes_.skipped(document_.name, year ? table.fault(kYearOfRow, "is no year") : year.error(),
                     "The row was left out.");
      return;
    }
    const auto run = table.integer(kRun);
    const std::int64_t number = run && *run ? **run : 0;
    // What lies before the return's own year is no forecast any more.
    if (number > **year + (means == SingleYear::ends ? 1 : 0)) return;
    const auto pence = amount(table, kValue, *figure, false);
    if (pence) keep({**year, *figure}, {*pence, number, table.row(), false});
  }

  std::optional<std::int64_t> amount(const Table& table, std::size_t column, std::size_t figure,
                                     bool thousands) {
    return read_amount(table, column, settings_.in_thousands.value_or(thousands),
                       may_be_negative(figure), document_.name, notes_);
  }

  void keep(const Key& key, const Found& found) {
    const auto [at, added] = found_.try_emplace(key, found);
    Found& known = at->second;
    if (added || found.run < known.run) return;
    if (found.run > known.run) {
      known = found;
      return;
    }
    if (found.pence == known.pence) return;
    known.is_void = true;
    notes_.skipped(place(document_.name, found.row),
                   "The " + std::string(title_of(key.second)) + " for " +
                       year_text({key.first, false}) + " is another in row " +
                       std::to_string(known.row) +
                       ". Which row counts is not clear, so both were left out.");
  }

  void state() {
    std::map<int, Statement> years;
    for (const auto& [key, found] : found_) {
      if (found.is_void) continue;
      Statement& statement = years[key.first];
      statement.organisation = kTrust;
      statement.year = {key.first, settings_.starts_in_april.value_or(false)};
      statement.document = &document_;
      if (statement.row == 0) statement.row = found.row;
      statement.stated_on = stated_on(document_);
      statement.pence.at(key.second) = found.pence;
      statement.rows.at(key.second) = found.row;
    }
    for (auto& [year, statement] : years) book_.add(std::move(statement));
  }

  const Document& document_;
  const Settings& settings_;
  Book& book_;
  Notes& notes_;
  const std::vector<Place>* places_ = nullptr;  // null: the long table
  std::map<std::string, bool> codes_;
  std::uint64_t others_ = 0;
  std::map<Key, Found> found_;
};

}  // namespace

tl::expected<Reading, Failure> read_forecast_returns(std::span<const Document> documents,
                                                     const Settings& settings) {
  Notes notes;
  Reading out;
  Book book(notes);
  for (const Document& document : documents) {
    const auto done = ForecastReader(document, settings, book, notes).read(out.rows);
    if (!done) return tl::unexpected(done.error());
  }
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::finance
