// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Small words for sentences about JSON: quoting, pointers, and the name that was probably meant.
// Pure; any thread.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace kpid::plugin_host {

// "the text \"abc\"", "the number 5", "true", "a list", "a table", "nothing (null)"; long text is
// cut.
[[nodiscard]] std::string describe(const boost::json::value& value);
// As in JSON, in quotes and escaped, cut where it is long.
[[nodiscard]] std::string quote(std::string_view text, std::size_t longest = 60);
// On one line: control characters, which a terminal would obey, become "?".
[[nodiscard]] std::string printable(std::string_view text);
[[nodiscard]] std::string format_number(double number);
// `pointer` with one more token.
[[nodiscard]] std::string child(const std::string& pointer, std::string_view token);

// "did you mean \"path\"?" where a known name is near, else "known are \"path\", \"format\"".
[[nodiscard]] std::string hint(std::string_view name, std::span<const std::string_view> known);
// "\"a\", \"b\" or \"c\""; of many, the first and how many more there are.
[[nodiscard]] std::string list(std::span<const std::string> items, std::string_view last_word);

}  // namespace kpid::plugin_host
