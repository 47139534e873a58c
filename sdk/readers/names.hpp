// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Names of columns and sheets: how they are compared and shown. Pure functions; any thread.

#include <string>
#include <string_view>
#include <vector>

namespace kpid::readers {

// Without blanks, line breaks and ASCII case: "Revenue reserve \n" is "revenuereserve".
std::string normal_name(std::string_view name);
// How a file's own name is shown: one line, bounded.
std::string shown_name(std::string_view name);
// Whether a name, as normal_name() gives it, is what such a pattern describes: * is any text.
bool matches_pattern(std::string_view name, std::string_view pattern);
// "A", "B" or "C", each in quotation marks, with `last` before the last.
std::string quoted_list(const std::vector<std::string>& names, std::string_view last);

}  // namespace kpid::readers
