// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// kpid --once: every source pulled once, everything judged, what can be delivered delivered, and a
// summary.

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "app/daemon.hpp"

namespace kpid::app {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed_part = 3;  // a source or a delivery failed
inline constexpr int exit_config = 78;      // EX_CONFIG of sysexits.h
inline constexpr int exit_software = 70;    // EX_SOFTWARE

// The daemon is open and serves nobody. The exit status.
[[nodiscard]] boost::asio::awaitable<int> run_once(Daemon& daemon,
                                                   std::shared_ptr<const Config> config, bool json);

}  // namespace kpid::app
