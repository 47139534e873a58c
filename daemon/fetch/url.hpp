// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// URLs, taken apart by libcurl's own parser: what is judged here is what it will connect to. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace kpid::fetch {

struct Url {
  std::string text;    // as it is sent
  std::string scheme;  // small letters
  std::string host;    // small letters, without brackets and final dot
  std::string port;    // as written, or the scheme's own
  std::string path;
  [[nodiscard]] bool same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

// "https" of "https://…"; empty for a path.
[[nodiscard]] std::string_view scheme_of(std::string_view location);

// The sentence never holds the URL. A user or password in it is refused.
[[nodiscard]] Result<Url> parse_url(const std::string& text);
// Where a redirect leads, from the URL that answered with it.
[[nodiscard]] Result<Url> resolve_url(const Url& base, const std::string& location);

// What may be shown and stored: without fragment, and with the values of query parameters that look
// like a key or a signature replaced by "***".
[[nodiscard]] std::string shown_url(std::string_view text);

// Whether the URL's host is one of a list of "a.example.org", "*.example.org" (whatever ends so)
// and "a.example.org:8443" (at that port alone).
[[nodiscard]] bool is_allowed_host(const Url& url, std::span<const std::string> allowed);

// The hosts of the URLs that stand in settings as whole strings, in their order.
[[nodiscard]] std::vector<std::string> hosts_in_settings(std::string_view settings_json);
// Every string that stands in the settings as a value.
[[nodiscard]] std::vector<std::string> texts_in_settings(std::string_view settings_json);

}  // namespace kpid::fetch
