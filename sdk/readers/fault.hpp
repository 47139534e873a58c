// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What every reader says of what it cannot read, and how it hands out a value. Plain values; any
// thread.

#include <cstdint>
#include <optional>
#include <string>

#include <tl/expected.hpp>

namespace kpid::readers {

struct Fault {
  std::string sentence;   // what is wrong and what to do
  std::uint32_t row = 0;  // record of the file, counted from 1; 0: the file as a whole
  std::string column{};   // the header's own words; "" where it is not about one column
};

// A value, missing (is_missing: no value and no fault), or a fault with its row and column.
template <class T>
using Cell = tl::expected<std::optional<T>, Fault>;

}  // namespace kpid::readers
