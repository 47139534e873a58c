// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When a document states what it holds, and what its name says of it. Pure functions; any thread.

#include <optional>
#include <string_view>

#include "common/document_day.hpp"

namespace kpid::plugins::parental_survey {

// "6_April_2025" or "6 Apr 2025", as Ofsted names its files, or a date as kpid's other plugins know
// it; else the day of the last change.
std::optional<DocumentDay> stated_day(const Document& document);

// The academic year of a survey that was published as at that day. Until the middle of September
// it is the year that has just ended: nobody publishes a new year's answers after a week of it.
int year_published_on(std::int32_t day);

}  // namespace kpid::plugins::parental_survey
