// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The log of complaints, a row a complaint, and the attendance at parents' evenings, a row a school
// and evening. What a complaint is about and whose it is are passed over.

#include <algorithm>
#include <array>
#include <utility>

#include "parental_survey/stated.hpp"
#include "parental_survey/survey.hpp"

namespace kpid::plugins::parental_survey {
namespace {

using readers::DateOrder;
using readers::Table;

constexpr std::string_view kRowOut = "The row was left out.";
constexpr std::int64_t kFamiliesMax = 50'000;
constexpr std::int32_t kDayFirst = 7305;  // 1990-01-01
constexpr std::int32_t kDayLast = 47481;  // 2099-12-31

using Pair = std::pair<std::string_view, std::string_view>;
constexpr std::array<Pair, 12> kStages{{{"informal", "informal"},
                                        {"stage 0", "informal"},
                                        {"1", "1"},
                                        {"stage 1", "1"},
                                        {"2", "2"},
                                        {"stage 2", "2"},
                                        {"formal", "2"},
                                        {"3", "3"},
                                        {"stage 3", "3"},
                                        {"panel", "3"},
                                        {"appeal", "3"},
                                        {"stage 4", "4"}}};
constexpr std::array<Pair, 12> kOutcomes{{{"upheld", "upheld"},
                                          {"partly upheld", "partly_upheld"},
                                          {"partially upheld", "partly_upheld"},
                                          {"part upheld", "partly_upheld"},
                                          {"not upheld", "not_upheld"},
                                          {"rejected", "not_upheld"},
                                          {"dismissed", "not_upheld"},
                                          {"withdrawn", "withdrawn"},
                                          {"resolved", "resolved"},
                                          {"open", "open"},
                                          {"ongoing", "open"},
                                          {"in progress", "open"}}};

readers::Column column(const Settings& settings, std::string_view name, Names usual,
                       bool required) {
  const auto own = settings.columns.find(name);
  if (own == settings.columns.end()) return {std::move(usual), required};
  return {own->second, required || !own->second.empty()};
}

// A table of a school and a day a row.
class LogReader {
 public:
  enum Index : std::size_t { school, date, third, fourth, fifth };

  LogReader(const Document& document, const Context& context)
      : document_(document), context_(context) {}
  virtual ~LogReader() = default;
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  Said read() {
    readers::TableOptions options;
    if (!settings().sheet.empty()) options.sheet = {settings().sheet};
    auto table = Table::open(document_.bytes, columns(), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      const auto name = school_of(*table);
      if (!name) continue;
      const auto day = day_of_row(*table);
      if (day) take(*table, {*name, academic_year_of(*day)});
    }
    const auto& report = table->report();
    context_.notes.table(document_.name, report);
    context_.rows += report.rows_read + report.rows_skipped;
    Statement out{0, document_.name, document_.number, {}};
    if (const auto stated = stated_day(document_)) out.stated_on = stated->day;
    if (auto done = finish(out, report.rows_read + report.rows_skipped == 0); !done) {
      return tl::unexpected(std::move(done.error()));
    }
    return out;
  }

 protected:
  using Key = std::pair<std::string, int>;  // school, academic year

  [[nodiscard]] virtual std::vector<readers::Column> columns() const = 0;
  virtual void take(const Table& table, const Key& key) = 0;
  virtual tl::expected<void, Failure> finish(Statement& out, bool no_rows) = 0;

  void skip(const Table& table, std::size_t column, std::string sentence) {
    context_.notes.skipped(place(document_.name, table.row(), table.name(column)),
                           std::move(sentence));
  }
  [[nodiscard]] tl::unexpected<Failure> no_rows() const {
    return tl::unexpected(
        failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
  }
  [[nodiscard]] const Document& document() const { return document_; }
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] const Settings& settings() const { return context_.settings; }

 private:
  std::optional<std::string> school_of(const Table& table) {
    if (!settings().school.empty()) return settings().school;
    const auto cell = table.text(school);
    if (!cell) {
      context_.notes.skipped(document_.name, cell.error(), kRowOut);
      return std::nullopt;
    }
    if (!*cell) {
      skip(table, school, "The row names no school. " + std::string(kRowOut));
      return std::nullopt;
    }
    const auto& known = settings().schools;
    if (!known.empty() && std::find(known.begin(), known.end(), **cell) == known.end()) {
      skip(table, school,
           "The value is none of the schools in the setting schools. " + std::string(kRowOut));
      return std::nullopt;
    }
    return std::string(**cell);
  }

  std::optional<std::int32_t> day_of_row(const Table& table) {
    const auto cell = table.date(date, DateOrder::either);
    if (!cell) {
      context_.notes.skipped(document_.name, cell.error(), kRowOut);
      return std::nullopt;
    }
    if (!*cell) {
      skip(table, date, "The row has no date. " + std::string(kRowOut));
      return std::nullopt;
    }
    if (**cell >= kDayFirst && **cell <= kDayLast) return **cell;
    context_.notes.skipped(document_.name, table.fault(date, "is not a day between 1990 and 2099"),
                           kRowOut);
    return std::nullopt;
  }

  const Document& document_;
  const Context& context_;
};

class ComplaintsReader final : public LogReader {
 public:
  using LogReader::LogReader;

 private:
  [[nodiscard]] std::vector<readers::Column> columns() const override {
    const bool one_school = !settings().school.empty();
    return {column(settings(), "school", {"School", "Academy", "URN"}, !one_school),
            column(settings(), "date", {"Date received", "Received", "Date of complaint", "Date"},
                   true),
            column(settings(), "stage", {"Stage"}, false),
            column(settings(), "outcome", {"Outcome", "Decision"}, false)};
  }

  void take(const Table& table, const Key& key) override {
    count(key, "", table.row());
    group(table, key, third, "stage", kStages);
    group(table, key, fourth, "outcome", kOutcomes);
  }

  // Only words that are known become a subgroup: whatever else stands there may be somebody's name.
  template <std::size_t kSize>
  void group(const Table& table, const Key& key, std::size_t at, std::string_view dimension,
             const std::array<Pair, kSize>& known) {
    const auto cell = table.text(at);
    if (cell && !*cell) return;
    const std::string text = cell ? plain(**cell) : std::string();
    const auto* const found = std::find_if(known.begin(), known.end(),
                                           [&text](const Pair& one) { return one.first == text; });
    if (found != known.end()) {
      count(key, std::string(dimension) + "=" + std::string(found->second), table.row());
      return;
    }
    skip(table, at,
         "The value is no " + std::string(dimension) +
             " that is known. The complaint counts, but under no " + std::string(dimension) + ".");
  }

  void count(const Key& key, const std::string& subgroup, std::uint32_t row) {
    auto& [number, first_row] = counts_[{key, subgroup}];
    if (number++ == 0) first_row = row;
  }

  // A log of named schools says of each year that it covers that a school without a row had none.
  tl::expected<void, Failure> finish(Statement& out, bool empty) override {
    if (empty && settings().schools.empty()) return no_rows();
    if (!settings().schools.empty() && out.stated_on != 0) {
      int first = academic_year_of(out.stated_on);
      const int last = first;
      for (const auto& [key, count] : counts_) first = std::min(first, key.first.second);
      for (const std::string& school : settings().schools) {
        for (int year = first; year <= last; ++year) counts_[{{school, year}, ""}];
      }
    }
    for (const Known& one : settings().pupils) {
      if (!counts_.contains({{one.school, one.year}, ""})) continue;
      out.figures.push_back({"parents.complaint_pupils", one.school, "", one.year,
                             static_cast<double>(one.count), 0});
    }
    for (const auto& [key, count] : counts_) {
      out.figures.push_back({"parents.complaints", key.first.first, key.second, key.first.second,
                             static_cast<double>(count.first), count.second});
    }
    return {};
  }

  std::map<std::pair<Key, std::string>, std::pair<std::uint64_t, std::uint32_t>> counts_;
};

class EveningsReader final : public LogReader {
 public:
  using LogReader::LogReader;

 private:
  [[nodiscard]] std::vector<readers::Column> columns() const override {
    const bool one_school = !settings().school.empty();
    return {column(settings(), "school", {"School", "Academy", "URN"}, !one_school),
            column(settings(), "date", {"Date", "Evening", "Date of evening"}, true),
            column(settings(), "invited", {"Families invited", "Invited", "Families"}, true),
            column(settings(), "attended", {"Families attended", "Attended"}, true)};
  }

  void take(const Table& table, const Key& key) override {
    const auto invited = families(table, third);
    const auto attended = families(table, fourth);
    if (!invited || !attended) return;
    if (*attended > *invited) {
      skip(table, fourth, "More families attended than were invited. " + std::string(kRowOut));
      return;
    }
    Sum& sum = sums_[key];
    if (sum.row == 0) sum.row = table.row();
    sum.invited += *invited;
    sum.attended += *attended;
  }

  std::optional<std::int64_t> families(const Table& table, std::size_t column) {
    const auto cell = table.integer(column);
    if (cell && *cell && **cell >= 0 && **cell <= kFamiliesMax) return **cell;
    skip(table, column,
         "The value is not a number of families up to 50,000. " + std::string(kRowOut));
    return std::nullopt;
  }

  tl::expected<void, Failure> finish(Statement& out, bool empty) override {
    if (empty) return no_rows();
    for (const auto& [key, sum] : sums_) {
      const auto add = [&, &name = key.first, year = key.second, row = sum.row](
                           std::string_view measure, std::int64_t value) {
        out.figures.push_back({measure, name, "", year, static_cast<double>(value), row});
      };
      add("parents.evening_invited", sum.invited);
      add("parents.evening_attended", sum.attended);
    }
    return {};
  }

  struct Sum {
    std::int64_t invited = 0;
    std::int64_t attended = 0;
    std::uint32_t row = 0;
  };
  std::map<Key, Sum> sums_;
};

}  // namespace

Said read_complaints(const Document& document, const Context& context) {
  return ComplaintsReader(document, context).read();
}

Said read_evenings(const Document& document, const Context& context) {
  return EveningsReader(document, context).read();
}

}  // namespace kpid::plugins::parental_survey
