// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Silences in the street: what they hold back, and what is told when they are over.

#include <optional>
#include <string_view>

#include "alerts/silence_request.hpp"
#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

// An alert as the subject of an event: whose it is, and what it is about. Without data.
[[nodiscard]] Event event_about(const Config& config, const Alert& alert);

// The silence that holds at that instant over an event about to be told, or over an alert as it
// stands. Of an alert's sources it knows what its events rested on.
[[nodiscard]] Result<std::optional<Silence>> silence_of_event(const store::Reader& reader,
                                                              const Event& event, Timestamp now);
[[nodiscard]] Result<std::optional<Silence>> silence_of_alert(const store::Reader& reader,
                                                              const Config& config,
                                                              const Alert& alert, Timestamp now);

// [writer thread, inside a transaction]
[[nodiscard]] Result<Silence> add_silence(store::Writer& writer, const EvaluationContext& context,
                                          const SilenceRequest& request);
// Ends it now, and tells what it held back.
[[nodiscard]] Result<Evaluation> remove_silence(store::Writer& writer,
                                                const EvaluationContext& context, std::int64_t id,
                                                std::string_view by);

// What the clock ends: an acknowledgement, after which the alert fires again; a silence, after
// which the last event of each subject that it held back is told, unless something newer has been.
// That something is over is told only to those who had heard that it began. Often; again changes
// nothing.
[[nodiscard]] Result<Evaluation> evaluate_ended(store::Writer& writer,
                                                const EvaluationContext& context);

}  // namespace kpid::ingest
