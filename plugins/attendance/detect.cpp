// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "detect.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attendance/pupils.hpp"

namespace kpid::plugins::attendance {
namespace {

using readers::Column;
using readers::Table;

struct Kind {
  Format format;
  std::vector<Column> columns;
};

// Columns that one format has and those before it in this list have not.
const std::vector<Kind>& published_kinds() {
  static const std::vector<Kind> all{
      {Format::ees_long,
       {{{"attendance_status"}, true}, {{"attendance_reason"}, true}, {{"session_count"}, true}}},
      {Format::dfe_daily,
       {{{"attendance_date"}, true}, {{"possible_sessions"}, true}, {{"new_la_code"}, true}}},
      {Format::ees,
       {{{"time_period"}, true}, {{"possible_sessions"}, true}, {{"new_la_code"}, true}}},
      {Format::school_absence,
       {{{"URN", "school_urn"}, true}, {{"PERCTOT", "sess_overall_percent"}, true}}},
  };
  return all;
}

tl::expected<Format, Failure> format_of(const Document& document, const Settings& settings) {
  const auto head = head_of(document.bytes);
  for (const Kind& kind : published_kinds()) {
    if (Table::open(head, kind.columns)) return kind.format;
  }
  const auto pupils = Table::open(head, pupil_columns(settings));
  if (pupils && !wanting(*pupils, Format::pupil_weeks)) return Format::pupil_weeks;
  if (pupils && !wanting(*pupils, Format::marks)) return Format::marks;
  // What is wrong with the file as such says more than that no format fits.
  const auto any = Table::open(head, {{{"urn"}, false}});
  if (!any) return tl::unexpected(failure(document.name, any.error()));
  return tl::unexpected(failure(
      document.name,
      {"The header fits none of the formats that can be told by it (marks, pupil_weeks, ees, "
       "dfe_daily, ees_long, school_absence). Set format: the error then says which columns are "
       "missing.",
       0, ""}));
}

}  // namespace

std::string_view head_of(std::string_view bytes) {
  constexpr std::size_t kHeadBytes = std::size_t{256} * 1024;
  if (bytes.size() <= kHeadBytes || readers::ZipArchive::is_zip(bytes)) return bytes;
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return bytes;  // UTF-16
  const auto end = bytes.substr(0, kHeadBytes).find_last_of("\r\n");
  return end == std::string_view::npos ? bytes : bytes.substr(0, end + 1);
}

tl::expected<Format, Failure> format_of(std::span<const Document> documents,
                                        const Settings& settings) {
  std::optional<Format> first;
  for (const Document& document : documents) {
    const auto format = format_of(document, settings);
    if (!format) return format;
    if (!first) first = *format;
    if (*first == *format) continue;
    return tl::unexpected(failure(
        document.name, {"The file has the format " + std::string(format_name(*format)) + ", but " +
                            documents.front().name + " has " + std::string(format_name(*first)) +
                            ": give each format a source of its own.",
                        0, ""}));
  }
  return first.value_or(Format::ees);
}

}  // namespace kpid::plugins::attendance
