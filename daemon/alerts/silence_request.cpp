// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/silence_request.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "alerts/silence.hpp"
#include "model/subgroup.hpp"
#include "schedule/schedule.hpp"

namespace kpid {
namespace {

using std::chrono::days;
using std::chrono::hours;

// The hour at which a day is judged: nobody is told at midnight of what a silence held back.
constexpr hours morning{7};

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool is_prefix(const std::string& matcher) { return matcher.ends_with('*'); }

// A matcher must fit something that there is; `name_of` gives what it is held against.
template <class All, class NameOf>
bool fits_one(const std::string& matcher, const All& all, NameOf name_of) {
  if (matcher.empty() || matcher == "*") return true;
  const bool prefix = is_prefix(matcher);
  const std::string_view wanted(matcher.data(), matcher.size() - (prefix ? 1 : 0));
  return std::any_of(all.begin(), all.end(), [&](const auto& one) {
    const std::string_view name = name_of(one);
    return prefix ? name.starts_with(wanted) : name == wanted;
  });
}

std::optional<Error> unknown_name(const SilenceMatchers& matchers, const Config& config) {
  const auto fault = [](std::string_view what, const std::string& matcher,
                        std::string_view command) {
    return Error{ErrorKind::config,
                 std::string(is_prefix(matcher) ? "no " : "there is no ") + std::string(what) +
                     (is_prefix(matcher) ? " begins as " : " ") + in_quotes(matcher) +
                     ": `kpictl " + std::string(command) + "` lists them",
                 {}};
  };
  const auto name = [](const auto& one) -> std::string_view { return one.name; };
  if (!fits_one(matchers.rule, config.rules, name)) {
    return Error{ErrorKind::config,
                 "no rule of the config " +
                     std::string(is_prefix(matchers.rule) ? "begins as " : "is named ") +
                     in_quotes(matchers.rule),
                 {}};
  }
  if (!fits_one(matchers.kpi, config.kpis,
                [](const Kpi& kpi) -> std::string_view { return kpi.id; })) {
    return fault("KPI", matchers.kpi, "kpis");
  }
  if (!fits_one(matchers.source, config.sources, name)) {
    return fault("source", matchers.source, "sources");
  }
  if (!fits_one(matchers.organisation, config.organisations.all(),
                [](const Organisation& one) -> std::string_view { return one.code; })) {
    return Error{ErrorKind::config,
                 "no organisation of the config is " + in_quotes(matchers.organisation) +
                     ": give a school's URN, one of its aliases, or \"trust\"",
                 {}};
  }
  const bool owned = fits_one(matchers.owner, config.rules,
                              [](const Rule& rule) -> std::string_view { return rule.owner; }) ||
                     fits_one(matchers.owner, config.kpis,
                              [](const Kpi& kpi) -> std::string_view { return kpi.owner; });
  if (!owned) {
    return Error{
        ErrorKind::config, "no rule and no KPI has the owner " + in_quotes(matchers.owner), {}};
  }
  return std::nullopt;
}

Result<SilenceMatchers> checked(SilenceMatchers matchers, const Config& config) {
  if (matchers == SilenceMatchers{}) {
    return fail(ErrorKind::config,
                "say what is silenced: a rule, a KPI, an organisation, a subgroup, a severity, an "
                "owner or a source; the rule \"*\" is everything");
  }
  if (!matchers.organisation.empty() && !is_prefix(matchers.organisation)) {
    const Organisation* found = config.organisations.find(matchers.organisation);
    if (found != nullptr) matchers.organisation = found->code;
  }
  if (!matchers.subgroup.empty() && !is_prefix(matchers.subgroup)) {
    auto canonical = canonical_subgroup(matchers.subgroup);
    if (!canonical) {
      return fail(ErrorKind::config,
                  "subgroup must look like \"year_group=4\" or \"phase=primary;sex=f\"");
    }
    matchers.subgroup = std::move(*canonical);
  }
  const std::string& severity = matchers.severity;
  if (!severity.empty() && severity != "amber" && severity != "red" && !is_prefix(severity)) {
    return fail(ErrorKind::config,
                in_quotes(severity) + " is no severity; it is \"amber\" or \"red\"");
  }
  if (auto fault = unknown_name(matchers, config)) return tl::unexpected(std::move(*fault));
  return matchers;
}

// A day, or a time with its zone.
Result<Timestamp> instant_of(std::string_view what, const std::string& text, bool end,
                             const Config& config) {
  if (const auto day = parse_date(text)) {
    return end ? local_instant(*day + days{1}, morning, config.timezone)
               : local_instant(*day, std::chrono::minutes{0}, config.timezone);
  }
  if (const auto at = parse_timestamp(text)) return *at;
  return fail(ErrorKind::config, std::string(what) +
                                     " must be a day such as 2026-12-05 or a time "
                                     "such as 2026-12-05T16:00:00Z, not " +
                                     in_quotes(text));
}

Result<void> check_length(const Silence& silence, bool may_be_long, Timestamp now) {
  if (silence.until <= now || silence.until <= silence.from) {
    return fail(ErrorKind::config, "the silence would end at " + format_timestamp(silence.until) +
                                       ", which is " +
                                       (silence.until <= now ? "past" : "before it begins"));
  }
  const auto length = silence.until - std::max(silence.from, now);
  if (length > longest_silence_ever) {
    return fail(ErrorKind::config,
                "a silence of more than two years is not taken: rather change the rule");
  }
  // A day of grace: ninety days and the morning after them are still ninety days.
  if (length > longest_silence + days{1} && !may_be_long) {
    return fail(ErrorKind::config,
                "the silence would last more than 90 days; where that is meant, say so with "
                "--long");
  }
  return {};
}

}  // namespace

Result<Timestamp> end_of_span(std::string_view span, std::string_view organisation,
                              const Config& config, Timestamp from) {
  if (const auto parsed = parse_span(span); parsed && parsed->count > 0) {
    return end_of_span(*parsed, organisation, config, from);
  }
  const auto duration = parse_duration(span);
  if (duration && duration->count() > 0) return from + *duration;
  return fail(ErrorKind::config, in_quotes(span) +
                                     " is no span of time; write \"5 school days\", "
                                     "\"2 weeks\", \"1 half-term\" or \"4 h\"");
}

Timestamp end_of_span(const Span& span, std::string_view organisation, const Config& config,
                      Timestamp from) {
  const Date begun = local_date(from, config.timezone);
  const Date over = config.calendars.of(organisation).after(begun, span);
  const auto since_midnight = from - local_instant(begun, std::chrono::minutes{0}, config.timezone);
  return local_instant(over, std::chrono::minutes{0}, config.timezone) + since_midnight;
}

Result<Silence> make_silence(const SilenceRequest& request, const Config& config, Timestamp now) {
  if (request.by.empty()) return fail(ErrorKind::config, "say who silences it, with --by");
  if (request.why.empty()) return fail(ErrorKind::config, "say why it is silenced, with --why");
  auto matchers = checked(request.matchers, config);
  if (!matchers) return tl::unexpected(std::move(matchers.error()));
  Silence silence;
  silence.matchers = std::move(*matchers);
  silence.by = request.by;
  silence.why = request.why;
  silence.from = silence.created_at = now;
  if (!request.from.empty()) {
    auto from = instant_of("--from", request.from, false, config);
    if (!from) return tl::unexpected(std::move(from.error()));
    silence.from = *from;
  }
  if (request.until.empty() == request.span.empty()) {
    return fail(ErrorKind::config,
                request.until.empty()
                    ? "say when it ends, with --until DAY or --for \"5 school days\": a silence "
                      "always ends"
                    : "--until and --for exclude each other");
  }
  auto until = request.span.empty()
                   ? instant_of("--until", request.until, true, config)
                   : end_of_span(request.span, silence.matchers.organisation, config, silence.from);
  if (!until) return tl::unexpected(std::move(until.error()));
  silence.until = *until;
  auto sound = check_length(silence, request.may_be_long, now);
  if (!sound) return tl::unexpected(std::move(sound.error()));
  return silence;
}

}  // namespace kpid
