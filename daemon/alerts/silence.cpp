// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/silence.hpp"

#include <algorithm>

namespace kpid {
namespace {

bool fits(std::string_view matcher, std::string_view value) {
  if (matcher.empty()) return true;
  if (!matcher.ends_with('*')) return matcher == value;
  matcher.remove_suffix(1);
  return value.starts_with(matcher);
}

bool fits_any(std::string_view matcher, std::span<const std::string> values) {
  if (matcher.empty() || matcher == "*") return true;
  return std::any_of(values.begin(), values.end(),
                     [&](const std::string& value) { return fits(matcher, value); });
}

}  // namespace

bool can_be_silenced(EventType type) noexcept {
  return type != EventType::test_ping && type != EventType::destination_disabled;
}

bool is_live(const Silence& silence, Timestamp now) noexcept {
  return silence.from <= now && now < silence.until &&
         (!silence.removed_at || now < *silence.removed_at);
}

bool matches(const SilenceMatchers& matchers, const SilenceSubject& subject) {
  return fits(matchers.rule, subject.rule) && fits(matchers.kpi, subject.kpi) &&
         fits(matchers.organisation, subject.organisation) &&
         fits(matchers.subgroup, subject.subgroup) &&
         fits(matchers.severity, to_string(subject.severity)) &&
         fits(matchers.owner, subject.owner) && fits_any(matchers.source, subject.sources);
}

std::optional<Silence> silence_for(const SilenceSubject& subject, std::span<const Silence> live) {
  const Silence* longest = nullptr;
  for (const Silence& silence : live) {
    if (!matches(silence.matchers, subject)) continue;
    if (longest == nullptr || longest->until < silence.until) longest = &silence;
  }
  return longest == nullptr ? std::nullopt : std::optional(*longest);
}

std::string matcher_words(const SilenceMatchers& matchers) {
  std::string words;
  const auto add = [&words](std::string_view what, const std::string& matcher) {
    if (matcher.empty()) return;
    if (!words.empty()) words += ", ";
    words.append(what).append(" ").append(matcher);
  };
  add("rule", matchers.rule);
  add("KPI", matchers.kpi);
  add("organisation", matchers.organisation);
  add("subgroup", matchers.subgroup);
  add("severity", matchers.severity);
  add("owner", matchers.owner);
  add("source", matchers.source);
  return words;
}

}  // namespace kpid
