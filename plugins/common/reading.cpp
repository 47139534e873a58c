// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "reading.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

namespace kpid::plugins {
namespace {
constexpr std::size_t kPlaceBytes = 500;      // the limits of kpid_note
constexpr std::size_t kSentenceBytes = 1000;  // and of kpid_error
}  // namespace

std::string place(std::string_view file, std::uint32_t row, std::string_view column) {
  std::string out(file);
  if (row != 0) out += ", row " + std::to_string(row);
  if (!column.empty()) out += ", column " + std::string(column);
  return out;
}

std::string clipped(std::string text, std::size_t bytes_max) {
  constexpr std::string_view kMore = "...";
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text.append(kMore);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string file_name(std::string_view origin) {
  if (origin.find("://") != std::string_view::npos) origin = origin.substr(0, origin.find('?'));
  const auto slash = origin.find_last_of('/');
  const auto name = slash == std::string_view::npos ? origin : origin.substr(slash + 1);
  return std::string(name.empty() ? origin : name);
}

Failure failure(std::string_view file, const readers::Fault& fault) {
  return {clipped(place(file, fault.row, fault.column) + ": " + fault.sentence, kSentenceBytes)};
}

std::string day_text(std::int32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const auto two = [](unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

std::string summary(const Reading& reading, std::size_t files) {
  std::map<std::string_view, std::uint64_t> measures;
  std::set<std::string_view> schools;
  for (const Observation& one : reading.observations) {
    ++measures[one.measure];
    schools.insert(one.organisation);
  }
  std::string out = counted(reading.rows, "row", "rows") + " of " +
                    counted(files, "file", "files") + " give " +
                    counted(reading.observations.size(), "figure", "figures") + " of " +
                    counted(schools.size(), "school", "schools");
  std::string_view before = ": ";
  for (const auto& [measure, count] : measures) {
    out.append(before).append(measure).append(" ").append(std::to_string(count));
    before = ", ";
  }
  if (reading.observations.empty()) return out + ".";
  const auto [first, last] =
      std::minmax_element(reading.observations.begin(), reading.observations.end(),
                          [](const auto& a, const auto& b) { return a.period_end < b.period_end; });
  return out + "; from " + day_text(first->period_start) + " to " + day_text(last->period_end) +
         ".";
}

void Notes::info(std::string where, std::string sentence) {
  notes_.push_back({Note::Level::info, clipped(std::move(where), kPlaceBytes),
                    clipped(std::move(sentence), kSentenceBytes)});
}

void Notes::warning(std::string where, std::string sentence) {
  notes_.push_back({Note::Level::warning, clipped(std::move(where), kPlaceBytes),
                    clipped(std::move(sentence), kSentenceBytes)});
}

void Notes::skipped(std::string where, std::string sentence) {
  if (++skipped_ > kSkippedMax) return;
  notes_.push_back({Note::Level::skipped, clipped(std::move(where), kPlaceBytes),
                    clipped(std::move(sentence), kSentenceBytes)});
}

void Notes::skipped(std::string_view file, const readers::Fault& fault, std::string_view outcome) {
  skipped(place(file, fault.row, fault.column), fault.sentence + " " + std::string(outcome));
}

void Notes::table(std::string_view file, const readers::TableReport& report) {
  for (const auto& fault : report.skipped) skipped(file, fault, "The row was left out.");
  skipped_ += report.rows_skipped - report.skipped.size();
  columns_.push_back({Note::Level::info, clipped(std::string(file), kPlaceBytes),
                      clipped(readers::columns_of(report), kSentenceBytes)});
}

std::vector<Note> Notes::take() {
  if (skipped_ > kSkippedMax) {
    notes_.push_back(
        {Note::Level::skipped, "",
         "And " +
             counted(skipped_ - kSkippedMax, "more row or cell was", "more rows or cells were") +
             " left out."});
  }
  skipped_ = 0;
  return std::exchange(notes_, {});
}

std::vector<Note> Notes::take_columns() { return std::exchange(columns_, {}); }

void Notes::give(Reading& out) {
  out.notes = take();
  out.columns = take_columns();
}

}  // namespace kpid::plugins
