// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "urn_json.hpp"

#include <utility>

#include "finance/cells.hpp"
#include "finance/figures.hpp"
#include "readers/json.hpp"

namespace kpid::plugins::finance {
namespace {

using readers::JsonValue;

const std::array<std::vector<std::string>, kColumns>& usual_names() {
  static const auto names = [] {
    std::array<std::vector<std::string>, kColumns> out;
    out.at(income) = {"income", "totalIncome"};
    out.at(expenditure) = {"expenditure", "totalExpenditure"};
    out.at(staff_costs) = {"staffCosts", "totalStaffCosts"};
    out.at(reserves) = {"reserve", "reserves", "revenueReserve"};
    out.at(in_year_balance) = {"inYear", "inYearBalance"};
    out.at(cash) = {"cash"};
    out.at(financial_year) = {"year", "financialYear"};
    return out;
  }();
  return names;
}

// A figure of thousands is written as text or as a number alike.
readers::Cell<std::int64_t> in_thousands(const JsonValue& school, const std::string& name) {
  const auto text = school.text(name);
  if (!text) return tl::unexpected(text.error());
  if (!*text || readers::is_missing(**text)) return std::optional<std::int64_t>();
  const auto pence = readers::to_pence_from_thousands(**text);
  if (!pence) return tl::unexpected(school.fault(name, "is not an amount in thousands of pounds"));
  return pence;
}

class UrnJsonReader {
 public:
  UrnJsonReader(const Document& document, const Settings& settings, Book& book, Notes& notes)
      : document_(document), settings_(settings), book_(book), notes_(notes) {}

  tl::expected<void, Failure> read(std::uint64_t& rows_read) {
    const auto json =
        readers::JsonDocument::open(document_.bytes, {.quote_cells = true});  // of schools
    if (!json) return tl::unexpected(failure(document_.name, json.error()));
    auto schools = json->records(settings_.records);
    if (!schools && !settings_.records.empty()) {
      return fail("There is no object of schools at " + readers::in_quotes(settings_.records) +
                  "; correct the setting records.");
    }
    if (!schools) return tl::unexpected(failure(document_.name, schools.error()));
    std::uint64_t count = 0;
    while (schools->next()) {
      ++count;
      if (schools->key().empty()) {
        return fail(
            "The schools should be an object keyed by URN, but there is a list; name the "
            "member that holds them in the setting records.");
      }
      take(std::string(schools->key()), schools->record(), schools->row());
    }
    if (count == 0) return fail("There are no schools in it; export it again.");
    rows_read += count;
    if (found_ > 0) return {};
    return fail(
        "No member is a school with a figure that is known by name; name the members that "
        "hold reserves, income and the like in the setting columns.");
  }

 private:
  tl::unexpected<Failure> fail(const std::string& sentence) const {
    return tl::unexpected(failure(document_.name, {sentence, 0, ""}));
  }

  std::string at(const std::string& code, std::string_view member) const {
    constexpr std::size_t kCodeBytes = 80;
    return document_.name + ", " + clipped(code, kCodeBytes) +
           (member.empty() ? "" : ", " + std::string(member));
  }

  void skip(const std::string& code, const readers::Fault& fault, std::string_view outcome) {
    notes_.skipped(at(code, fault.column), fault.sentence + " " + std::string(outcome));
  }

  // The name of the member that holds the column; nothing where there is none.
  std::optional<std::string> member(const JsonValue& school, std::size_t column) const {
    const auto& named = settings_.columns.at(column);
    for (const std::string& name : named ? *named : usual_names().at(column)) {
      if (school.has(name)) return name;
    }
    return std::nullopt;
  }

  void take(const std::string& code, const JsonValue& school, std::uint32_t record) {
    constexpr std::size_t kCodeBytesMax = 200;
    if (code.size() > kCodeBytesMax) {
      notes_.skipped(at(code, ""),
                     "The key is longer than 200 bytes, so it is no school's. It was "
                     "left out.");
      return;
    }
    if (!school.records("")) {
      notes_.skipped(at(code, ""), "There is no object of figures. The school was left out.");
      return;
    }
    const auto year = year_of(code, school);
    if (!year) return;
    Statement statement;
    statement.organisation = organisation_of(code, settings_);
    statement.year = {*year, settings_.starts_in_april.value_or(false)};
    statement.document = &document_;
    statement.row = record;
    statement.stated_on = stated_on(document_);
    for (std::size_t c = 0; c < kFigures; ++c) statement.pence.at(c) = amount(code, school, c);
    book_.add(std::move(statement));
  }

  std::optional<int> year_of(const std::string& code, const JsonValue& school) {
    constexpr std::string_view kOut = "The school was left out.";
    const auto name = member(school, financial_year);
    auto year = name ? school.start_year(*name) : readers::Cell<int>(std::optional<int>());
    const auto single = settings_.single_year.value_or(SingleYear::refused);
    if (!year && single != SingleYear::refused) {
      const auto number = school.integer(*name);
      if (number && *number && **number >= kYearFirst && **number <= kYearLast) {
        year = static_cast<int>(**number) - (single == SingleYear::ends ? 1 : 0);
      }
    }
    if (year && *year && (**year < kYearFirst || **year > kYearLast)) {
      year = tl::unexpected(school.fault(*name, "is not a year between 1990 and 2099"));
    }
    if (!year) {
      skip(code, year.error(), kOut);
      return std::nullopt;
    }
    if (*year) return *year;
    if (settings_.year) return settings_.year;
    if (const auto of_all = year_in_name(document_.name)) return of_all;
    notes_.skipped(at(code, ""),
                   "Nothing says which financial year the figures are of; give the setting year, "
                   "such as \"2024/25\". The school was left out.");
    return std::nullopt;
  }

  std::optional<std::int64_t> amount(const std::string& code, const JsonValue& school,
                                     std::size_t column) {
    constexpr std::string_view kOut = "This amount was left out; the others of the school count.";
    const auto name = member(school, column);
    if (!name) return std::nullopt;
    ++found_;
    auto cell =
        settings_.in_thousands.value_or(false) ? in_thousands(school, *name) : school.pence(*name);
    if (cell && *cell && (**cell > kPenceMax || **cell < -kPenceMax)) {
      cell = tl::unexpected(school.fault(*name, "is more than 100 billion pounds"));
    }
    if (cell && *cell && **cell < 0 && !may_be_negative(column)) {
      cell = tl::unexpected(school.fault(
          *name, "is below 0, while only reserves, cash and balances can be; check the sign"));
    }
    if (cell) return *cell;
    skip(code, cell.error(), kOut);
    return std::nullopt;
  }

  const Document& document_;
  const Settings& settings_;
  Book& book_;
  Notes& notes_;
  std::uint64_t found_ = 0;
};

}  // namespace

tl::expected<Reading, Failure> read_urn_json(std::span<const Document> documents,
                                             const Settings& settings) {
  Notes notes;
  Reading out;
  Book book(notes);
  for (const Document& document : documents) {
    const auto done = UrnJsonReader(document, settings, book, notes).read(out.rows);
    if (!done) return tl::unexpected(done.error());
  }
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::finance
