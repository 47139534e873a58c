// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A span counted backwards. Pure. [any thread]

#include "model/school_calendar.hpp"

namespace kpid::ingest {

// The last day from which the span is over by `today`: what is older than that is older than the
// span.
[[nodiscard]] Date span_before(const SchoolCalendar& calendar, Date today, const Span& span);

}  // namespace kpid::ingest
