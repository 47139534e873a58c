// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Silences, as the API takes and gives them. [any thread]

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "alerts/silence_request.hpp"
#include "store/store.hpp"

namespace kpid::http {

// {"rule", "kpi", "organisation", "subgroup", "severity", "owner", "source", "from", "until" or
// "for", "long", "by", "why"}; an unknown member is refused, so that no silence is wider than it
// was meant to be.
[[nodiscard]] Result<SilenceRequest> silence_request_of(const boost::json::object& body);

// With "state": coming, live, over or removed.
[[nodiscard]] boost::json::object silence_json(const Silence& silence, Timestamp now);
// Those that are live or still to come; with `all` every one.
[[nodiscard]] Result<boost::json::value> silences_view(const store::Reader& reader, bool all,
                                                       Timestamp now);
[[nodiscard]] Result<boost::json::value> silence_view(const store::Reader& reader, std::int64_t id,
                                                      Timestamp now);

}  // namespace kpid::http
