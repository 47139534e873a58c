// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What somebody asks for, checked against the config: a silence, or how long an acknowledgement
// holds. Pure: the time is handed in.

#include <optional>
#include <string>
#include <string_view>

#include "model/config.hpp"
#include "model/error.hpp"
#include "model/silence.hpp"

namespace kpid {

struct SilenceRequest {
  SilenceMatchers matchers;
  std::string from;   // a day or a time; empty: now
  std::string until;  // likewise; a day is included, to seven of the next morning
  std::string span;   // instead of `until`: "5 school days", "2 h"
  bool may_be_long = false;
  std::string by;
  std::string why;
};
inline constexpr std::chrono::days longest_silence{90};  // unless longer is asked for
inline constexpr std::chrono::days longest_silence_ever{2 * 366};

// An organisation may be given by an alias. Refused (ErrorKind::config): nothing matched, a name
// that the config does not have, no end or one that is past, more than `longest_silence`.
[[nodiscard]] Result<Silence> make_silence(const SilenceRequest& request, const Config& config,
                                           Timestamp now);

// The end of a span that begins at `from`, at the same time of day: "3 school days" in the calendar
// of the organisation (the trust's where empty), or a duration such as "2 h".
[[nodiscard]] Result<Timestamp> end_of_span(std::string_view span, std::string_view organisation,
                                            const Config& config, Timestamp from);
[[nodiscard]] Timestamp end_of_span(const Span& span, std::string_view organisation,
                                    const Config& config, Timestamp from);

}  // namespace kpid
