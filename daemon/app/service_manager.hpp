// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What kpid tells systemd (sd_notify(3)): nothing at all where it was not started by it.

#include <chrono>
#include <optional>
#include <string>

namespace kpid::app {

void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();
void notify_status(const std::string& status);
void notify_alive();
// How often notify_alive() is expected (WatchdogSec); nothing where there is no watchdog.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace kpid::app
