// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A made-up event, marked as a test, through the whole route: silences, filters, the outbox. It is
// on record like any other, under the subject "test:…", so that it is no alert and nobody's news.
// [writer thread, inside a transaction]

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "ingest/evaluate_marked.hpp"
#include "model/silence.hpp"

namespace kpid::ingest {

struct DrillTold {
  std::string destination;
  DestinationFormat format = DestinationFormat::standard;
  std::string off;   // why it is switched off: nothing is sent to it
  std::string wait;  // what a real one would wait for: "quiet hours"
  std::optional<Timestamp> wait_until;
  std::optional<Delivery> delivery;  // sent at once, whatever it would wait for
};
struct DrillUntold {
  std::string destination;
  DestinationFormat format = DestinationFormat::standard;
  std::string why;
};
struct Drill {
  Event event;
  std::optional<Silence> silence;  // holds it back: it ends there, and nothing is on record
  std::vector<DrillTold> told;
  std::vector<DrillUntold> untold;
};

[[nodiscard]] Result<Drill> drill(store::Writer& writer, const EvaluationContext& context,
                                  Event event);

// {"event", "type", "rule", "organisation", "organisation_name", "severity", "sentence",
// "silence": {"id", "what", "until", "by", "why"} or null, "told": [{"destination", "format",
// "state": "delivered", "pending", "dead", "untried" or "off", "status", "latency_ms", "error",
// "next_attempt_at", "would_wait_for", "would_wait_until"}], "not_told": [{"destination",
// "format", "why"}], "accepted": by all}. `attempts`: the first one of each delivery, where there
// was one by now.
[[nodiscard]] boost::json::object drill_json(const Drill& drill, const Config& config,
                                             const std::vector<DeliveryAttempt>& attempts);

}  // namespace kpid::ingest
