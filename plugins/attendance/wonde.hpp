// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the attendance that Wonde's API gives, page by page: records of a pupil, a date, a session
// and a code under "data", and where the next page is under "meta.pagination". Written from the
// public description: no real answer of the service was at hand, so every path can be set. Pure,
// but for what it keeps between pages.

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "attendance/pupils.hpp"
#include "attendance/register.hpp"
#include "readers/json.hpp"

namespace kpid::plugins::attendance {

class WondeReading {
 public:
  explicit WondeReading(const Settings& settings);

  // Takes a page; where the next one is, or nothing after the last.
  tl::expected<std::optional<std::string>, Failure> add_page(const Document& page);
  [[nodiscard]] PupilReading finish();

 private:
  tl::expected<std::optional<std::string>, Failure> next_page(const readers::JsonDocument& json,
                                                              const Document& page);

  const Settings& settings_;
  std::array<std::vector<std::string>, kPupilColumns> paths_;
  Register register_;
  Notes notes_;
  std::uint64_t rows_ = 0;
  std::uint64_t pages_ = 0;
  std::set<std::string> seen_;
};

}  // namespace kpid::plugins::attendance
