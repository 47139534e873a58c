// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Whether a pupil belongs to a group, in the words of schools' systems. Pure functions; any thread.

#include <optional>
#include <string_view>

namespace kpid::plugins::pupil_roll {

// Yes, Y, True, T, 1, Eligible; No, N, False, F, 0, Not eligible; in any case.
std::optional<bool> yes_or_no(std::string_view text);

// A SEN status: E, K (and S, A and P of old) are special educational needs, N is none; also "K -
// SEN support", "EHCP", "SEN support", "No SEN", "None"; or plain yes and no.
std::optional<bool> has_send(std::string_view text);

}  // namespace kpid::plugins::pupil_roll
