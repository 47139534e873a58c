// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The end of a run (and of a crash): every marked series, and every KPI that derives from it or
// rolls it up, is judged by its rules; alerts, events, deliveries and the cleared marks are one
// transaction. What a run under way has touched waits, marks and all, for that run's end: half a
// run never raises an alert. [writer thread]

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/config.hpp"
#include "model/delivery.hpp"
#include "model/identifier.hpp"
#include "store/store.hpp"

namespace kpid::ingest {

// Turns an event into bytes for a destination; webhooks/ provides it, so that this room does not
// need to know how.
struct RenderedBody {
  std::string content_type;
  std::string body;
  std::size_t left_out = 0;  // of a digest's items: those that the body does not tell
};
using Render = std::function<Result<RenderedBody>(const DestinationConfig&, const Event&)>;

struct Evaluation {
  std::vector<Delivery> deliveries;  // committed with the transaction, born claimed
  std::uint64_t series_judged = 0;
  std::uint32_t alerts_opened = 0;
  std::uint32_t alerts_changed = 0;
  std::uint32_t alerts_resolved = 0;
};

struct EvaluationContext {
  const Config& config;
  IdentifierSource& identifiers;
  const Render& render;
  Timestamp now;
  // Hears when something that came to wait is due. The transaction may still fail. [writer thread]
  std::function<void(Timestamp due_at)> on_waiting{};
};

[[nodiscard]] Result<Evaluation> evaluate_marked(store::Writer& writer,
                                                 const EvaluationContext& context);

// Every series of every rule, for a reload that changed rules; resolves what no rule holds open.
[[nodiscard]] Result<Evaluation> evaluate_all(store::Writer& writer,
                                              const EvaluationContext& context);

// Stores an event and its deliveries, as evaluate_marked does for alerts: for source.*,
// destination.disabled and test.ping. `only` limits it to one destination where not empty; else a
// silence may hold the event back: it is stored, and nothing is delivered.
[[nodiscard]] Result<std::vector<Delivery>> tell(store::Writer& writer,
                                                 const EvaluationContext& context, Event event,
                                                 std::string_view only = {});

// Who has heard of the event's alert before it; nobody of one that only begins.
[[nodiscard]] Result<std::vector<std::string>> told_before(const store::Reader& reader,
                                                           const Event& event);

// The deliveries of an event that is stored already: those that are made at once; where a
// destination is switched off, those to its fallback too. A destination that is told later
// (alerts/timing.hpp) has it in its waiting room instead; see bundles.hpp.
[[nodiscard]] Result<std::vector<Delivery>> deliver(
    store::Writer& writer, const EvaluationContext& context, const Event& event,
    const std::vector<const DestinationConfig*>& destinations);

// An admin takes note of an alert, for a span such as "3 school days" where it is not empty; told
// like any other change.
[[nodiscard]] Result<std::vector<Delivery>> acknowledge_alert(
    store::Writer& writer, const EvaluationContext& context, std::string_view alert_id,
    std::string_view by, std::string_view note, std::string_view span = {});

}  // namespace kpid::ingest
