// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the value of one cell. Pure functions; any thread. Nothing means "not such a value".

#include <cstdint>
#include <optional>
#include <string_view>

namespace kpid::readers {

std::string_view trim(std::string_view text);

// Blank, SUPP, NA, NULL, c, x, z, :, ., NS, DNS, NE: a value of its own, never 0.
bool is_missing(std::string_view cell);

// "£1,234.56", "(1,234)", "-5" as whole pence, exactly; nothing where there is a fraction of a
// penny or the sum does not fit.
std::optional<std::int64_t> to_pence(std::string_view cell);

// "1,234", "-5", "12.00"; nothing where there is a fraction or the number does not fit.
std::optional<std::int64_t> to_integer(std::string_view cell);

}  // namespace kpid::readers
