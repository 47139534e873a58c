// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// What the benchmarks of the outbox share.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "model/error.hpp"

namespace kpid::bench {

using Instant = std::chrono::steady_clock::time_point;

inline Instant now() { return std::chrono::steady_clock::now(); }
inline double seconds_since(Instant start) {
  return std::chrono::duration<double>(now() - start).count();
}

// A benchmark that cannot go on ends.
inline void must(bool done, const std::string& what) {
  if (done) return;
  fmt::print(stderr, "bench: {}\n", what);
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  must(result.has_value(), result ? "" : result.error().text());
  return std::move(*result);
}
inline void must(const Result<void>& result) {
  must(result.has_value(), result ? "" : result.error().text());
}

// Of values in order.
inline double at_percent(const std::vector<double>& sorted, double percent) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(last * percent / 100)];
}
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// What this process has in memory, in MB (of 1,000,000 bytes).
inline double resident_mb() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

}  // namespace kpid::bench
