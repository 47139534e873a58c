// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where the child finds what the daemon hands it, beside stdin (nothing), stdout and stderr.

namespace kpid::plugin_host {

inline constexpr int socket_descriptor = 3;
inline constexpr int report_descriptor = 4;  // a pipe: the system call that a filter ended us for
inline constexpr int first_free_descriptor = 5;

}  // namespace kpid::plugin_host
