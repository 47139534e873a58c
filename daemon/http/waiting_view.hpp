// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What waits until its destination may be told. [any thread]

#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "model/config.hpp"
#include "store/store.hpp"

namespace kpid::http {

// {"waiting": [{"event", "type", "subject", "severity", "explanation", "destination", "bundle",
// "since", "due_at", "until": "Monday 07:00", "why": "quiet hours"}]}, the first that leaves first;
// `destination` limits it where not empty.
[[nodiscard]] Result<boost::json::value> waiting_view(const store::Reader& reader,
                                                      const Config& config,
                                                      std::string_view destination, Timestamp now);
// The same of one event.
[[nodiscard]] Result<boost::json::array> waiting_of_event(const store::Reader& reader,
                                                          const Config& config,
                                                          std::string_view event_id, Timestamp now);
// {"events", "next_at", "until"}: how many wait, and when the first of them leave.
[[nodiscard]] Result<boost::json::object> waiting_counts(const store::Reader& reader,
                                                         const Config& config, Timestamp now);

}  // namespace kpid::http
