// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/term_dates_end.hpp"

#include <optional>

#include <fmt/format.h>

namespace kpid::app {
namespace {

constexpr std::chrono::days notice{30};

std::optional<std::string> sentence(const Organisation& organisation,
                                    const SchoolCalendar& calendar, Date today) {
  const std::optional<Period> written = calendar.written();
  if (!written || written->end > today + notice) return std::nullopt;
  return fmt::format(
      "the term dates of {} {} on {}: beyond them kpid counts the typical English year; put the "
      "next year's file beside them, then `kpictl reload`",
      organisation.name, written->end < today ? "ended" : "end",
      format_date_for_people(written->end));
}

}  // namespace

std::vector<std::string> term_dates_that_end(const Config& config, Date today) {
  std::vector<std::string> sentences;
  const SchoolCalendar& of_trust = config.calendars.trust();
  for (const Organisation& organisation : config.organisations.all()) {
    const SchoolCalendar& calendar = config.calendars.of(organisation.code);
    if (organisation.kind != OrganisationKind::trust && calendar.written() == of_trust.written()) {
      continue;
    }
    if (auto one = sentence(organisation, calendar, today)) sentences.push_back(*std::move(one));
  }
  return sentences;
}

}  // namespace kpid::app
