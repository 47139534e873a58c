// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// A receiver that costs next to nothing, in a process of its own: it finds the end of each request,
// answers 200, and notes when the first byte of each came. For benchmarks only: it trusts its
// client.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace kpid::bench {

class FastReceiver {
 public:
  FastReceiver();  // before any thread is made: it forks
  ~FastReceiver();
  FastReceiver(const FastReceiver&) = delete;
  FastReceiver& operator=(const FastReceiver&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::size_t requests() const noexcept;  // answered so far
  // When the first byte of a request came; they are counted from 0.
  [[nodiscard]] std::chrono::steady_clock::time_point first_byte(std::size_t request) const;

  static constexpr std::size_t most_noted = 1 << 16;
  struct Shared {  // both processes see it
    std::atomic<std::size_t> begun{0};
    std::atomic<std::size_t> answered{0};
    std::atomic<std::int64_t> first_byte_ns[most_noted];
  };

 private:
  Shared* shared_ = nullptr;
  std::uint16_t port_ = 0;
  pid_t child_ = -1;
};

}  // namespace kpid::bench
