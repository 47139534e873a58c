// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The two seccomp filters of the child. Each covers all of its threads. Empty on success, else why
// not. A kernel without seccomp is told by seccomp_available().

#include <string>

namespace kpid::plugin_host {

[[nodiscard]] bool seccomp_available() noexcept;

// Stands before dlopen: refuses what no loading of a library needs (processes, sockets, writing,
// tracing, mounting, …) with EPERM, leaves the rest.
[[nodiscard]] std::string load_first_filter();

// Stands before the plugin is called: allows what computing, memory, threads, clocks and talking
// to the daemon need. Opening, connecting, exec and fork fail with EPERM, so that a library that
// tries its luck can go on; anything else raises SIGSYS.
[[nodiscard]] std::string load_second_filter();

}  // namespace kpid::plugin_host
