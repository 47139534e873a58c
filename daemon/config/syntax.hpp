// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The small syntaxes that stand inside a config's strings, and how its words are quoted back. The
// functions that return text return what is wrong, in words, or nothing. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule.hpp"

namespace kpid::config {

struct TextPlace {
  std::size_t offset = 0;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};
[[nodiscard]] std::optional<TextPlace> first_invalid_utf8(std::string_view text);

// Control characters made visible, cut to `limit` bytes: what an operator's file says must not
// steer the terminal that shows the fault.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 80);
[[nodiscard]] std::string in_quotes(std::string_view text);

// `; did you mean "schedule"?` where a known name is near enough, else nothing.
[[nodiscard]] std::string did_you_mean(std::string_view wanted,
                                       const std::vector<std::string>& known);

[[nodiscard]] bool is_name(std::string_view text);       // letters, digits, - _ . ; at most 64
[[nodiscard]] bool is_dotted_id(std::string_view text);  // finance.reserves_percent
[[nodiscard]] bool is_plugin_id(std::string_view text);  // pupil_roll
[[nodiscard]] bool is_urn(std::string_view text);        // six digits
[[nodiscard]] bool is_host_name(std::string_view text);  // data.example.org
[[nodiscard]] bool is_credential_name(std::string_view text);  // a file's name, no path

// "< 5", "<= 5", "> 5", ">= 5". With `money` the bound is in pounds ("< £5,000" too) and becomes
// pence.
[[nodiscard]] std::optional<Threshold> parse_threshold(std::string_view text, bool money);
// Pounds to whole pence.
[[nodiscard]] double pence(double pounds);
// "512 MiB", "1 GiB".
[[nodiscard]] std::optional<std::uint64_t> parse_memory(std::string_view text);

// An http(s) URL with a host and without user or password. The words never hold the URL: it may be
// a secret.
[[nodiscard]] std::optional<std::string> url_fault(std::string_view url);
// A CIDR whose bits beyond the prefix are zero and that is not link-local.
[[nodiscard]] std::optional<std::string> network_fault(std::string_view text);
// "whsec_" and base64 of 24 to 64 bytes, or "whsk_" and base64 of 64.
[[nodiscard]] bool is_signing_secret(std::string_view text);

}  // namespace kpid::config
