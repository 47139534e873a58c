// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "urn_json.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <kpid/json.hpp>

#include "finance/cells.hpp"
#include "finance/figures.hpp"
#include "readers/encoding.hpp"

namespace kpid::plugins::finance {
namespace {

using plugin::Json;
using plugin::JsonObject;

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
    out.at(months) = {"months", "periodCoveredByReturn"};
    return out;
  }();
  return names;
}

std::string shown(const Json& value) {
  const auto* text = value.get<std::string>();
  return readers::in_quotes(text != nullptr ? *text : plugin::to_text(value));
}

// Pounds, or thousands of them, as whole pence; nothing where they are not.
std::optional<std::int64_t> to_money(const Json& value, bool thousands) {
  const std::int64_t scale = thousands ? 100'000 : 100;
  if (const auto* whole = value.get<std::int64_t>()) {
    if (*whole > kPenceMax || *whole < -kPenceMax) return std::nullopt;
    return *whole * scale;
  }
  if (const auto* broken = value.get<double>()) {
    constexpr double kExactMax = 1e13;  // a double tells pence apart up to here and far beyond
    const double pence = *broken * static_cast<double>(scale);
    if (!(std::fabs(pence) <= kExactMax)) return std::nullopt;
    const double whole = std::round(pence);
    if (std::fabs(pence - whole) > 1e-6 * static_cast<double>(scale)) return std::nullopt;
    return static_cast<std::int64_t>(whole);
  }
  if (const auto* text = value.get<std::string>()) {
    return thousands ? readers::to_pence_from_thousands(*text) : readers::to_pence(*text);
  }
  return std::nullopt;
}

bool is_missing(const Json& value) {
  const auto* text = value.get<std::string>();
  return value.get<std::nullptr_t>() != nullptr || (text != nullptr && readers::is_missing(*text));
}

class UrnJsonReader {
 public:
  UrnJsonReader(const Document& document, const Settings& settings, Book& book, Notes& notes)
      : document_(document), settings_(settings), book_(book), notes_(notes) {}

  tl::expected<void, Failure> read(std::uint64_t& rows_read) {
    if (const auto kind = readers::not_text(document_.bytes)) {
      return fail("The file is " + std::string(*kind) + ", not JSON; export it again.");
    }
    if (readers::trim(document_.bytes).empty()) return fail("The file is empty; export it again.");
    const auto root = plugin::parse_json(document_.bytes);
    if (!root) return fail("The file cannot be read: " + root.error().operator_text + ".");
    const auto schools = records(*root);
    if (!schools) return tl::unexpected(schools.error());
    for (const auto& [code, value] : **schools) take(code, value);
    rows_read += (*schools)->size();
    if (found_ > 0) return {};
    return fail(
        "No member of the object is a school with a figure that is known by name; name the "
        "members that hold reserves, income and the like in the setting columns.");
  }

 private:
  tl::unexpected<Failure> fail(const std::string& sentence) const {
    return tl::unexpected(failure(document_.name, {sentence, 0, ""}));
  }

  // The object whose members are the schools.
  tl::expected<const JsonObject*, Failure> records(const Json& root) const {
    const Json* at = &root;
    std::string_view rest = settings_.records;
    while (!rest.empty()) {
      const auto dot = rest.find('.');
      const std::string name(rest.substr(0, dot));
      rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
      at = at->find(name);
      if (at == nullptr) {
        return fail("There is no member \"" + name + "\"; correct the setting records.");
      }
    }
    if (const auto* object = at->get<JsonObject>()) {
      if (!object->empty()) return object;
      return fail("The object of schools is empty; export it again.");
    }
    return fail("The schools should be an object keyed by URN, but there is " +
                std::string(at->kind()) +
                "; name the member that holds it in the setting records.");
  }

  std::string at(const std::string& code, std::string_view member) const {
    return document_.name + ", " + code.substr(0, 80) +
           (member.empty() ? "" : ", " + std::string(member));
  }

  // The member that holds the column, and its value; null where there is none.
  std::pair<std::string_view, const Json*> member(const Json& school, std::size_t column) const {
    const auto& named = settings_.columns.at(column);
    for (const std::string& name : named ? *named : usual_names().at(column)) {
      if (const Json* value = school.find(name)) return {name, value};
    }
    return {"", nullptr};
  }

  void take(const std::string& code, const Json& value) {
    ++record_;
    if (value.get<JsonObject>() == nullptr) {
      notes_.skipped(at(code, ""), "There is " + std::string(value.kind()) +
                                       " where an object of figures should be. The school was "
                                       "left out.");
      return;
    }
    const auto year = year_of(code, value);
    if (!year) return;
    Statement statement;
    statement.organisation = code;
    statement.year = {*year, settings_.starts_in_april.value_or(false)};
    statement.document = &document_;
    statement.row = record_;
    statement.stated_on = stated_on(document_);
    for (std::size_t c = 0; c < kFigures; ++c) statement.pence.at(c) = amount(code, value, c);
    book_.add(std::move(statement));
  }

  std::optional<int> year_of(const std::string& code, const Json& school) {
    const auto [name, value] = member(school, financial_year);
    if (value == nullptr || is_missing(*value)) {
      if (settings_.year) return settings_.year;
      if (const auto year = year_in_name(document_.name)) return year;
      notes_.skipped(at(code, ""),
                     "Nothing says which financial year the figures are of; give the setting year, "
                     "such as \"2024/25\". The school was left out.");
      return std::nullopt;
    }
    std::optional<int> year;
    const auto single = settings_.single_year.value_or(SingleYear::refused);
    const auto* number = value->get<std::int64_t>();
    const auto* text = value->get<std::string>();
    if (text != nullptr) year = readers::to_start_year(*text);
    if (number != nullptr) year = readers::to_start_year(std::to_string(*number));
    if (!year && single != SingleYear::refused) {
      const auto alone = text != nullptr     ? readers::to_integer(*text)
                         : number != nullptr ? std::optional(*number)
                                             : std::nullopt;
      if (alone && *alone >= kYearFirst && *alone <= kYearLast) {
        year = static_cast<int>(*alone) - (single == SingleYear::ends ? 1 : 0);
      }
    }
    if (year && *year >= kYearFirst && *year <= kYearLast) return year;
    notes_.skipped(at(code, name), shown(*value) +
                                       (year ? " is not a year between 1990 and 2099."
                                             : " is not a year such as 2025/26.") +
                                       " The school was left out.");
    return std::nullopt;
  }

  std::optional<std::int64_t> amount(const std::string& code, const Json& school,
                                     std::size_t column) {
    const auto [name, value] = member(school, column);
    if (value == nullptr) return std::nullopt;
    ++found_;
    if (is_missing(*value)) return std::nullopt;
    const bool thousands = settings_.in_thousands.value_or(false);
    const auto pence = to_money(*value, thousands);
    std::string_view wrong;
    if (!pence) {
      wrong = thousands ? " is not an amount in thousands of pounds."
                        : " is not an amount in pounds and whole pence.";
    } else if (*pence > kPenceMax || *pence < -kPenceMax) {
      wrong = " is more than 100 billion pounds.";
    } else if (*pence < 0 && !may_be_negative(column)) {
      wrong = " is below 0, while only reserves, cash and balances can be; check the sign.";
    }
    if (wrong.empty()) return pence;
    notes_.skipped(at(code, name), shown(*value) + std::string(wrong) +
                                       " This amount was left out; the others of the school "
                                       "count.");
    return std::nullopt;
  }

  const Document& document_;
  const Settings& settings_;
  Book& book_;
  Notes& notes_;
  std::uint32_t record_ = 0;
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
  out.notes = notes.take();
  return out;
}

}  // namespace kpid::plugins::finance
