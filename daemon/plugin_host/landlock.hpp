// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Landlock by its bare system calls: there is no library for it in Debian 12, and the kernel may be
// older or newer than the headers.

#include <filesystem>
#include <span>
#include <string>

namespace kpid::plugin_host {

// The version of Landlock's interface that the kernel offers; 0: none.
[[nodiscard]] int landlock_version() noexcept;

// This thread, and those that it starts, may read what lies under `readable`, and do nothing else
// to the file system and the network. Empty on success, else why not. Needs no_new_privs.
[[nodiscard]] std::string restrict_to(std::span<const std::filesystem::path> readable);

}  // namespace kpid::plugin_host
