// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Copies one file into an unlinked file while hashing it. Blocking. [any thread]

#include <atomic>
#include <filesystem>

#include "fetch/fetcher.hpp"

namespace kpid::fetch {

// Stops with ErrorKind::cancelled soon after `stop` is set.
[[nodiscard]] Result<Fetched> copy_file(const std::filesystem::path& file,
                                        const FetchPolicy& policy, const std::atomic<bool>& stop);

}  // namespace kpid::fetch
