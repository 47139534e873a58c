// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "attendance/measures.hpp"
#include "attendance/published_place.hpp"
#include "common/document_day.hpp"
#include "published.hpp"

namespace kpid::plugins::attendance {
namespace {

using readers::Table;

constexpr std::int64_t kSessionsMax = 10'000'000'000;
constexpr std::string_view kRowOut = "The row was left out.";

enum ColumnIndex : std::size_t {
  level,
  country,
  region,
  authority,
  frame,
  date,
  phase,
  type,
  reason,
  count,
  kColumns
};

std::vector<readers::Column> wanted() {
  std::vector<readers::Column> out(kColumns);
  out[level] = {{"geographic_level"}, true};
  out[country] = {{"country_code"}, true};
  out[region] = {{"region_code"}, false};
  out[authority] = {{"new_la_code"}, true};
  out[frame] = {{"time_frame"}, true};
  out[date] = {{"reference_date"}, true};
  out[phase] = {{"education_phase"}, true};
  out[type] = {{"attendance_type"}, true};
  out[reason] = {{"attendance_reason"}, true};
  out[count] = {{"session_count"}, true};
  return out;
}

// The sums that stand among the reasons.
enum Sum : std::size_t { attended, absent, authorised, unauthorised, kSums };

std::optional<Sum> sum_of(std::string_view type, std::string_view reason) {
  const std::string kind = lower(type);
  const std::string what = lower(reason);
  if (kind == "overall attendance" && what == "overall attendance") return attended;
  if (kind == "overall absence" && what == "overall absence") return absent;
  if (kind.starts_with("authorised") && what.starts_with("all authorised")) return authorised;
  if (kind.starts_with("unauthorised") && what.starts_with("all unauthorised")) {
    return unauthorised;
  }
  return std::nullopt;
}

bool is_week_day(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                                  "friday", "saturday", "sunday"};
  const std::string day = lower(text);
  return std::find(kDays.begin(), kDays.end(), day) != kDays.end();
}

using Key = std::tuple<std::string, std::string, std::int32_t>;  // place, phase, day

struct Day {
  std::array<std::optional<std::int64_t>, kSums> sums;
  std::int32_t stated_on = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;
};

using Days = std::map<Key, Day>;

class DocumentReader {
 public:
  DocumentReader(const Document& document, const PublishedSettings& settings, Notes& notes)
      : document_(document), settings_(settings), notes_(notes) {
    const auto day = document_day(document);
    if (day && day->from_name) stated_on_ = day->day;
  }

  tl::expected<Days, Failure> read(std::uint64_t& rows_read) {
    readers::TableOptions options;
    options.quote_cells = true;  // a row is a place's
    auto table = Table::open(document_.bytes, wanted(), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take(*table);
    }
    const auto& report = table->report();
    notes_.table(document_.name, report);
    rows_read += report.rows_read + report.rows_skipped;
    if (report.rows_read + report.rows_skipped == 0) {
      return tl::unexpected(
          failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
    }
    if (other_frames_ > 0) {
      notes_.info(place(document_.name),
                  counted(other_frames_, "row is", "rows are") +
                      " of a longer time than a day, and left out: the days are read.");
    }
    return std::move(days_);
  }

 private:
  void skip(const readers::Fault& fault) { notes_.skipped(document_.name, fault, kRowOut); }

  void take(const Table& table) {
    const auto when = table.text(frame);
    if (!when || !*when || !is_week_day(**when)) {
      ++other_frames_;
      return;
    }
    const auto kind = table.text(type);
    const auto what = table.text(reason);
    if (!kind || !*kind || !what || !*what) return;
    const auto sum = sum_of(**kind, **what);
    if (!sum) return;  // one of the reasons that it sums
    const auto code = place_code(table, {level, country, region, authority});
    if (!code) return skip(code.error());
    if (!settings_.only.empty() && !settings_.only.contains(*code)) return;
    const auto phase_cell = table.text(phase);
    const auto phase_name = phase_cell && *phase_cell ? phase_of(**phase_cell) : std::nullopt;
    if (!phase_name) return skip(table.fault(phase, "is not a phase of education"));
    const auto day = table.date(date, readers::DateOrder::either);
    if (!day || !*day || **day < kDayFirst || **day > kDayLast) {
      return skip(day ? table.fault(date, "is not a day between 1990 and 2099") : day.error());
    }
    const auto sessions = table.integer(count);
    if (!sessions) return skip(sessions.error());
    if (*sessions && (**sessions < 0 || **sessions > kSessionsMax)) {
      return skip(table.fault(count, "is no number of sessions"));
    }
    Day& known = days_[{*code, *phase_name, **day}];
    if (known.sums.at(*sum) && *sessions && *known.sums.at(*sum) != **sessions) {
      return skip({"The row gives another count than an earlier one of the same day.", table.row(),
                   table.name(count)});
    }
    if (*sessions) known.sums.at(*sum) = **sessions;
    known.stated_on = stated_on_;
    known.document = document_.number;
    known.row = table.row();
  }

  const Document& document_;
  const PublishedSettings& settings_;
  Notes& notes_;
  std::int32_t stated_on_ = 0;
  std::uint64_t other_frames_ = 0;
  Days days_;
};

}  // namespace

tl::expected<Reading, Failure> read_long(std::span<const Document> documents,
                                         const PublishedSettings& settings) {
  Notes notes;
  Reading out;
  Days all;
  for (const Document* document : in_order_of_day(documents)) {
    auto days = DocumentReader(*document, settings, notes).read(out.rows);
    if (!days) return tl::unexpected(days.error());
    for (auto& [key, day] : *days) all.insert_or_assign(key, day);
  }
  std::uint64_t incomplete = 0;
  for (const auto& [key, day] : all) {
    const auto& sums = day.sums;
    const bool whole = sums[attended] && sums[authorised] && sums[unauthorised] &&
                       (!sums[absent] || *sums[absent] == *sums[authorised] + *sums[unauthorised]);
    if (!whole) {
      ++incomplete;
      continue;
    }
    const auto& [code, phase_name, when] = key;
    const Origin origin{
        code, phase_subgroup(phase_name), {when, when}, day.stated_on, day.document, day.row};
    append_sessions(out.observations, Span::day, origin,
                    {*sums[attended], *sums[authorised], *sums[unauthorised], std::nullopt});
  }
  if (incomplete > 0) {
    notes.skipped("", counted(incomplete, "day of a place lacks", "days of places lack") +
                          " the sum of its attendance, authorised or unauthorised absence, or they "
                          "do not add up. The days were left out.");
  }
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::attendance
