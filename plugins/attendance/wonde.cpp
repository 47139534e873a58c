// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "wonde.hpp"

#include <utility>

#include "attendance/row_taker.hpp"

namespace kpid::plugins::attendance {
namespace {

constexpr std::uint64_t kPagesMax = 20'000;
constexpr std::size_t kTextBytes = 100;

using Paths = std::array<std::vector<std::string>, kPupilColumns>;

const Paths& usual_paths() {
  static const Paths paths = [] {
    Paths out;
    out[school] = {"school_urn", "school.data.urn", "urn"};
    out[pupil] = {"student_id", "student.data.id", "student.id", "student"};
    out[year_group] = {"year_group", "student.data.year.data.code", "student.data.year_group"};
    out[in_pupil_premium] = {"pupil_premium",
                             "student.data.extended_details.data.premium_pupil_indicator"};
    out[in_fsm] = {"fsm", "student.data.extended_details.data.free_school_meals"};
    out[sen] = {"sen", "student.data.extended_details.data.sen_status"};
    out[in_eal] = {"eal", "student.data.extended_details.data.english_as_additional_language"};
    out[date] = {"date.date", "date"};
    out[session] = {"session"};
    out[mark] = {"attendance_code.data.code", "attendance_code.code", "attendance_code", "code"};
    return out;
  }();
  return paths;
}

// The cell at the first of the paths that holds one; a true or false as "yes" and "no".
std::string text_at(const readers::JsonValue& record, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (!record.has(path)) continue;
    if (const auto flag = record.boolean(path); flag && *flag) return **flag ? "yes" : "no";
    const auto text = record.text(path, kTextBytes);
    if (text && *text) return **text;
  }
  return "";
}

}  // namespace

WondeReading::WondeReading(const Settings& settings)
    : settings_(settings), register_(settings.tally, Register::Forget::at_the_end) {
  for (std::size_t c = 0; c < kPupilColumns; ++c) {
    paths_.at(c) = settings.columns.at(c).value_or(usual_paths().at(c));
  }
}

tl::expected<std::optional<std::string>, Failure> WondeReading::next_page(
    const readers::JsonDocument& json, const Document& page) {
  const auto more = json.root().boolean("meta.pagination.more");
  const auto next = json.root().text("meta.pagination.next", 2000);
  const bool has_next = next && *next;
  if (more && *more && !**more) return std::nullopt;
  if (!has_next) {
    if (!more || !*more) return std::nullopt;  // a single page, without a word on others
    return tl::unexpected(failure(
        page.name, {"The page says that there are more, but meta.pagination.next does not say "
                    "where.",
                    0, ""}));
  }
  if (!seen_.insert(**next).second) {
    return tl::unexpected(
        failure(page.name, {"The pages lead back to one that was read already.", 0, ""}));
  }
  if (pages_ >= kPagesMax) {
    return tl::unexpected(failure(
        page.name, {"There are more than 20,000 pages; ask for larger ones (per_page).", 0, ""}));
  }
  return **next;
}

tl::expected<std::optional<std::string>, Failure> WondeReading::add_page(const Document& page) {
  const auto json = readers::JsonDocument::open(page.bytes);
  if (!json) return tl::unexpected(failure(page.name, json.error()));
  auto records = json->records("data");
  if (!records) return tl::unexpected(failure(page.name, records.error()));
  if (pages_++ == 0) register_.begin_document(page.number, 0);
  std::array<std::string, kPupilColumns> titles;
  std::array<bool, kPupilColumns> there{};
  for (std::size_t c = 0; c < kPupilColumns; ++c) {
    there.at(c) = !paths_.at(c).empty();
    if (there.at(c)) titles.at(c) = paths_.at(c).front();
  }
  there[am] = there[pm] = false;
  RowTaker taker(page, settings_, titles, there, register_, notes_);
  std::array<std::string, kPupilColumns> texts;
  while (records->next()) {
    ++rows_;
    Cells cells{};
    for (std::size_t c = 0; c < kPupilColumns; ++c) {
      if (!there.at(c)) continue;
      texts.at(c) = text_at(records->record(), paths_.at(c));
      // "2025-09-02 00:00:00.000000": the day of a session, whatever time is written with it.
      constexpr std::size_t kDayBytes = 10;
      if (c == date && texts.at(c).size() > kDayBytes && texts.at(c)[4] == '-') {
        texts.at(c).resize(kDayBytes);
      }
      cells.at(c) = texts.at(c);
    }
    if (!taker.take_marks(cells, records->row())) {
      return tl::unexpected(failure(
          page.name, {"There are more pupils than can be counted at once (600,000).", 0, ""}));
    }
  }
  taker.summarise();
  return next_page(*json, page);
}

PupilReading WondeReading::finish() {
  PupilReading out;
  out.rows = rows_;
  out.duplicates = register_.duplicates();
  out.schools = register_.finish();
  tell_totals(out, settings_.tally.smallest_group, notes_);
  out.notes = notes_.take();
  out.columns = notes_.take_columns();
  return out;
}

}  // namespace kpid::plugins::attendance
