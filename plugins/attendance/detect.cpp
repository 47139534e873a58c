// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "detect.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpid::plugins::attendance {
namespace {

using readers::Column;

struct Kind {
  Format format;
  std::string_view name;  // as the setting `format` has it
  std::vector<Column> columns;
};

// Columns that one format has and those before it in this list have not.
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {Format::dfe_daily,
       "dfe_daily",
       {{{"attendance_date"}, true}, {{"possible_sessions"}, true}, {{"new_la_code"}, true}}},
      {Format::ees,
       "ees",
       {{{"time_period"}, true}, {{"possible_sessions"}, true}, {{"new_la_code"}, true}}},
      {Format::school_absence,
       "school_absence",
       {{{"URN", "school_urn"}, true}, {{"PERCTOT", "sess_overall_percent"}, true}}},
  };
  return all;
}

// Enough of a text file to hold its header: the whole of a large one need not be looked at for it.
std::string_view head_of(std::string_view bytes) {
  constexpr std::size_t kHeadBytes = std::size_t{256} * 1024;
  if (bytes.size() <= kHeadBytes || bytes.starts_with("PK")) return bytes;
  const auto end = bytes.substr(0, kHeadBytes).find_last_of("\r\n");
  return end == std::string_view::npos ? bytes : bytes.substr(0, end + 1);
}

tl::expected<const Kind*, Failure> kind_of(const Document& document) {
  const auto head = head_of(document.bytes);
  for (const Kind& kind : kinds()) {
    if (readers::Table::open(head, kind.columns)) return &kind;
  }
  // What is wrong with the file as such says more than that no format fits.
  const auto as_csv = readers::Table::open(head, {{{"urn", "time_period"}, false}});
  if (!as_csv) return tl::unexpected(failure(document.name, as_csv.error()));
  return tl::unexpected(
      failure(document.name,
              {"The header fits none of the formats that can be told by it (dfe_daily, ees, "
               "school_absence). Set format, and name the file's own columns where they differ.",
               0, ""}));
}

}  // namespace

tl::expected<Format, Failure> format_of(std::span<const Document> documents) {
  const Kind* first = nullptr;
  for (const Document& document : documents) {
    const auto kind = kind_of(document);
    if (!kind) return tl::unexpected(kind.error());
    if (first == nullptr) first = *kind;
    if (first == *kind) continue;
    return tl::unexpected(
        failure(document.name, {"The file has the format " + std::string((*kind)->name) + ", but " +
                                    documents.front().name + " has " + std::string(first->name) +
                                    ": give each format a source of its own.",
                                0, ""}));
  }
  return first == nullptr ? Format::ees : first->format;
}

}  // namespace kpid::plugins::attendance
