// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a source would give, told before its first pull: its plugin checks, then pulls from the
// beginning, and nothing of it is stored. For `kpictl plugin check SOURCE`.

#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "app/event_log.hpp"
#include "app/installation.hpp"
#include "fetch/fetcher.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/error.hpp"

namespace kpid::app {

struct CheckParts {  // all outlive the check
  const Installation& installation;
  const Clock& clock;
  EventLog& log;
  std::shared_ptr<fetch::Lines> lines;
};

// {"source", "plugin", "error": null or {"kind", "sentence", "place", "detail"}, "rows_read",
// "documents": [{"origin", "size", "modified_at"}], "figures", "measures": [{"id", "title",
// "figures"}], "schools": [{"code", "name", "figures"}], "schools_without": [{"code", "name"}],
// "unknown": [{"code", "figures"}], "unknown_total", "period": null or {"start", "end"},
// "first_values": [{"measure", "title", "organisation", "subgroup", "period", "value", "text",
// "document", "row"}], "notes": [{"level", "place", "sentence"}]}. A source that fails is a report
// with an error, not an Error. [loop thread]
[[nodiscard]] boost::asio::awaitable<boost::json::object> check_source(
    CheckParts parts, std::shared_ptr<const Config> config, const SourceConfig& source);

}  // namespace kpid::app
