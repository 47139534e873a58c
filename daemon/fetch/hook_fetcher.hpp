// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The fetcher of a run that somebody pushed: the location "hook:" is what was pushed, copied into
// an unlinked file like any other document; every other location is fetched as ever.

#include <memory>
#include <string>

#include "fetch/fetcher.hpp"

namespace kpid::fetch {

struct PushedContent {
  std::string body;
  std::string origin;  // "pushed to kpid at 2026-11-27T06:31:02Z"
};

[[nodiscard]] std::unique_ptr<Fetcher> make_hook_fetcher(
    FetchPolicy policy, std::shared_ptr<const PushedContent> pushed);

}  // namespace kpid::fetch
