// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/source_health.hpp"

#include "alerts/operational_wording.hpp"
#include "schedule/schedule.hpp"

namespace kpid::ingest {
namespace {

constexpr std::uint32_t transient_failures_to_tell = 3;

bool worth_telling(const Run& run, const SourceState& state) {
  if (run.error_kind == ErrorKind::cancelled) return false;
  const bool may_mend =
      run.error_kind == ErrorKind::transient || run.error_kind == ErrorKind::rate_limited;
  return !may_mend || state.failures_in_a_row >= transient_failures_to_tell;
}

Event event_of(EventType type, const std::string& source, std::string data) {
  Event event;
  event.type = type;
  event.subject = "source:" + source;
  event.severity = Severity::none;
  if (type == EventType::source_failing) event.severity = Severity::red;
  if (type == EventType::source_stale) event.severity = Severity::amber;
  event.data = std::move(data);
  return event;
}

bool is_stale(const SourceConfig& source, const SourceState& state,
              const EvaluationContext& context) {
  if (!source.stale_after || !state.content_changed_at || state.failing_told || state.stale_told) {
    return false;
  }
  const std::string& timezone = context.config.timezone;
  const Date changed = local_date(*state.content_changed_at, timezone);
  const Date last_day = context.config.calendars.trust().after(changed, *source.stale_after);
  return local_date(context.now, timezone) > last_day;
}

}  // namespace

Result<std::vector<Delivery>> tell_source_health(store::Writer& writer,
                                                 const EvaluationContext& context, const Run& run) {
  auto found = writer.source_state(run.source);
  if (!found) return tl::unexpected<Error>(std::move(found.error()));
  if (!*found) return std::vector<Delivery>{};
  SourceState state = std::move(**found);
  const bool failed = run.outcome == RunOutcome::failed;
  Event event;
  if (failed && !state.failing_told && worth_telling(run, state)) {
    event = event_of(
        EventType::source_failing, run.source,
        source_failing_data({run.source, run.reason, state.failures_in_a_row,
                             state.last_succeeded_at, !state.quarantined_library.empty()}));
  } else if (!failed && state.failing_told) {
    auto past = writer.runs(run.source, 1000);
    if (!past) return tl::unexpected<Error>(std::move(past.error()));
    std::uint32_t failures = 0;
    for (const Run& one : *past) {
      if (one.id == run.id) continue;
      if (one.outcome != RunOutcome::failed && one.outcome != RunOutcome::interrupted) break;
      ++failures;
    }
    event = event_of(EventType::source_recovered, run.source,
                     source_recovered_data(run.source, failures));
  } else {
    return std::vector<Delivery>{};
  }
  state.failing_told = failed;
  auto saved = writer.save_source_state(state);
  if (!saved) return tl::unexpected<Error>(std::move(saved.error()));
  return tell(writer, context, std::move(event));
}

Result<std::vector<Delivery>> tell_stale_sources(store::Writer& writer,
                                                 const EvaluationContext& context) {
  std::vector<Delivery> deliveries;
  for (const SourceConfig& source : context.config.sources) {
    auto state = writer.source_state(source.name);
    if (!state) return tl::unexpected<Error>(std::move(state.error()));
    if (!*state || !is_stale(source, **state, context)) continue;
    (*state)->stale_told = true;
    auto saved = writer.save_source_state(**state);
    if (!saved) return tl::unexpected<Error>(std::move(saved.error()));
    const SourceSilence silence{source.name, *(*state)->content_changed_at, *source.stale_after,
                                (*state)->data_until};
    auto told = tell(writer, context,
                     event_of(EventType::source_stale, source.name, source_stale_data(silence)));
    if (!told) return told;
    for (Delivery& one : *told) deliveries.push_back(std::move(one));
  }
  return deliveries;
}

}  // namespace kpid::ingest
