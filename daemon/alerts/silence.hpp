// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Whom a silence keeps quiet. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/alert.hpp"
#include "model/silence.hpp"

namespace kpid {

struct SilenceSubject {  // what a silence looks at, of an event or of an alert
  std::string_view rule;
  std::string_view kpi;
  std::string_view organisation;
  std::string_view subgroup;
  Severity severity = Severity::none;
  std::string_view owner;
  std::span<const std::string> sources;
};

// A test is asked for, and that a destination was switched off must be heard: never silenced.
[[nodiscard]] bool can_be_silenced(EventType type) noexcept;

[[nodiscard]] bool is_live(const Silence& silence, Timestamp now) noexcept;

// Every matcher that is not empty fits; of several sources one is enough. Asks no clock.
[[nodiscard]] bool matches(const SilenceMatchers& matchers, const SilenceSubject& subject);

// Of those that fit the one that lasts longest: what is held back is held until its end.
[[nodiscard]] std::optional<Silence> silence_for(const SilenceSubject& subject,
                                                 std::span<const Silence> live);

// "rule reserves, organisation 900001"
[[nodiscard]] std::string matcher_words(const SilenceMatchers& matchers);

}  // namespace kpid
