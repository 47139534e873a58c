// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Lists of Wonde's REST API: one page after the other, each naming the next. The token is the
// source's: it stands in its [source.auth], and no plugin sees it. For the thread of the call.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kpid/host.hpp>

#include "common/reading.hpp"

namespace kpid::plugins {

inline constexpr std::string_view kWondeUrl = "https://api.wonde.com/v1.0";

// The address of the page after this one; nothing after the last. A failure where the page is no
// answer of Wonde's, or where the next one is on another host than `url`.
tl::expected<std::optional<std::string>, Failure> next_wonde_page(const Document& page,
                                                                  std::string_view url);

// Every page of a list, in order. At most `kWondePagesMax`, none of them twice.
inline constexpr std::size_t kWondePagesMax = 2000;
struct WondePages {
  std::vector<plugin::Documents> fetched;  // owns the bytes
  std::vector<Document> pages;             // modified_at_ms: when it was fetched
};
plugin::Result<WondePages> fetch_wonde(plugin::Host& host, std::string_view url,
                                       const std::string& first);

}  // namespace kpid::plugins
