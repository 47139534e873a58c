// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "wide_table.hpp"

#include <algorithm>
#include <utility>

#include "finance/cells.hpp"

namespace kpid::plugins::finance {
namespace {

using readers::Table;

constexpr std::string_view kRowOut = "The row was left out.";
constexpr std::int64_t kMonthsOfAYear = 12;

std::vector<readers::Column> wanted(const Settings& settings, const Layout& layout) {
  std::vector<readers::Column> out;
  out.reserve(kColumns + layout.trust_names.size());
  for (std::size_t c = 0; c < kColumns; ++c) {
    const auto& named = settings.columns.at(c);
    const bool always =
        std::find(layout.required.begin(), layout.required.end(), c) != layout.required.end();
    out.push_back({named ? *named : layout.names.at(c), always || (named && !named->empty())});
  }
  for (const std::string& name : layout.trust_names) {
    const bool else_named = settings.columns.at(trust).has_value();
    out.push_back({else_named ? std::vector<std::string>() : std::vector{name}, false});
  }
  return out;
}

class WideReader {
 public:
  WideReader(const Document& document, const Settings& settings, const Layout& layout, Book& book,
             Notes& notes)
      : document_(document), settings_(settings), layout_(layout), book_(book), notes_(notes) {}

  tl::expected<void, Failure> read(std::uint64_t& rows_read) {
    readers::TableOptions options;
    options.quote_cells = true;  // a row is a school's
    options.sheet = settings_.sheet.empty() ? layout_.sheets : std::vector{settings_.sheet};
    auto table = Table::open(document_.bytes, wanted(settings_, layout_), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    if (auto fit = has_what_it_needs(*table); !fit) return fit;
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take_row(*table);
    }
    notes_.table(document_.name, table->report());
    short_years_.finish();
    if (others_ > 0) {
      notes_.info(document_.name,
                  "Left out: " + counted(others_, "row", "rows") + " of other trusts.");
    }
    const std::uint64_t rows = table->report().rows_read + table->report().rows_skipped;
    rows_read += rows;
    if (rows != 0) return {};
    return tl::unexpected(
        failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
  }

 private:
  tl::expected<void, Failure> has_what_it_needs(const Table& table) {
    bool any = false;
    std::string absent;
    for (std::size_t c = 0; c < kFigures; ++c) any = any || table.has(c);
    for (const std::size_t c : layout_.told_if_absent) {
      if (table.has(c) || settings_.columns.at(c)) continue;
      absent += (absent.empty() ? "" : ", ") + std::string(title_of(c));
    }
    if (!any) {
      return tl::unexpected(
          failure(document_.name,
                  {"The file has a school and a year but no amount; name the columns of income, "
                   "expenditure, staff costs or reserves in the settings.",
                   table.header_row(), ""}));
    }
    if (one_trusts_only() && !says_whose(table)) {
      return tl::unexpected(failure(
          document_.name,
          {"No column says which trust a row is of; name it in the settings, as the column trust, "
           "or remove trust_codes.",
           table.header_row(), ""}));
    }
    if (!table.has(financial_year)) {
      year_ = settings_.year ? settings_.year : year_in_name(document_.name);
      if (!year_) {
        return tl::unexpected(failure(
            document_.name,
            {"Nothing says which financial year the figures are of; give the setting year, such "
             "as \"2024/25\", or put the year in the file's name.",
             0, ""}));
      }
    }
    if (!absent.empty()) {
      notes_.warning(place(document_.name, table.header_row()),
                     "There is no column for " + absent +
                         ". Name it in the settings, or give it as [] if the file has none.");
    }
    return {};
  }

  void take_row(const Table& table) {
    const auto organisation = whose(table);
    if (!organisation) return;
    const auto year = year_of_row(table);
    if (!year) return;
    Statement statement;
    statement.organisation = *organisation;
    statement.year = {*year, in_april(table)};
    statement.document = &document_;
    statement.row = table.row();
    statement.stated_on = stated_on(document_);
    statement.months = months_of(table, statement);
    const bool thousands = settings_.in_thousands.value_or(layout_.in_thousands);
    for (std::size_t c = 0; c < kFigures; ++c) {
      statement.pence.at(c) =
          read_amount(table, c, thousands, may_be_negative(c), document_.name, notes_);
    }
    book_.add(std::move(statement));
  }

  // The organisation of the row; nothing where it is left out.
  std::optional<std::string> whose(const Table& table) {
    if (one_trusts_only() && !is_the_trusts(table)) {
      ++others_;
      return std::nullopt;
    }
    if (layout_.rows_are_the_trusts) return std::string(kTrust);
    return named_school(table, school, settings_, document_.name, notes_);
  }

  // Whether the rows are those of many trusts, of which the settings name one.
  bool one_trusts_only() const {
    const bool of_many = !layout_.trust_names.empty() || settings_.columns.at(trust).has_value();
    return of_many && !settings_.trust_codes.empty();
  }

  bool says_whose(const Table& table) const {
    bool any = table.has(trust);
    for (std::size_t i = 0; i < layout_.trust_names.size(); ++i) {
      any = any || table.has(kColumns + i);
    }
    return any;
  }

  // Whether any of the row's codes of a trust is one of this trust's.
  bool is_the_trusts(const Table& table) const {
    const auto fits = [&](std::size_t column) {
      const auto code = table.text(column);
      return code && *code && is_the_trust(**code, settings_);
    };
    bool any = fits(trust);
    for (std::size_t i = 0; i < layout_.trust_names.size(); ++i) any = any || fits(kColumns + i);
    return any;
  }

  std::optional<int> year_of_row(const Table& table) {
    if (year_) return year_;
    const auto single = settings_.single_year.value_or(layout_.single_year);
    const auto year = read_year(table, financial_year, single);
    if (!year) {
      notes_.skipped(document_.name, year.error(), kRowOut);
      return std::nullopt;
    }
    if (!*year) {
      notes_.skipped(place(document_.name, table.row(), table.name(financial_year)),
                     "The row names no financial year. The row was left out.");
    }
    return *year;
  }

  bool in_april(const Table& table) const {
    if (settings_.starts_in_april) return *settings_.starts_in_april;
    if (!table.has(finance_type)) return layout_.starts_in_april;
    const auto type = table.text(finance_type);
    return type && *type && same_code(**type, "Maintained");
  }

  std::int64_t months_of(const Table& table, const Statement& statement) {
    if (!table.has(months)) return kMonthsOfAYear;
    const auto cell = table.integer(months);
    if (cell && !*cell) return kMonthsOfAYear;
    if (!cell || **cell < 1 || **cell > kMonthsOfAYear) {
      notes_.warning(
          place(document_.name, table.row(), table.name(months)),
          (cell ? table.fault(months, "is not a number of months from 1 to 12") : cell.error())
                  .sentence +
              " The figures count as those of a whole year.");
      return kMonthsOfAYear;
    }
    if (**cell < kMonthsOfAYear) {
      short_years_.add(place(document_.name, table.row(), table.name(months)),
                       "The figures of " + statement.organisation + " for " +
                           year_text(statement.year) + " cover only " +
                           counted(static_cast<std::uint64_t>(**cell), "month", "months") + ".");
    }
    return **cell;
  }

  const Document& document_;
  const Settings& settings_;
  const Layout& layout_;
  Book& book_;
  Notes& notes_;
  std::optional<int> year_;  // of all rows
  std::uint64_t others_ = 0;
  Warnings short_years_{notes_, "more schools whose figures cover less than a year"};
};

}  // namespace

tl::expected<void, Failure> read_wide_table(const Document& document, const Settings& settings,
                                            const Layout& layout, Book& book, Notes& notes,
                                            std::uint64_t& rows_read) {
  return WideReader(document, settings, layout, book, notes).read(rows_read);
}

}  // namespace kpid::plugins::finance
