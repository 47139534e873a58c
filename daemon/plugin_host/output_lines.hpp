// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Cuts what a plugin prints into lines fit for the log, and stops when there are too many.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace kpid::plugin_host {

// How many lines are left, shared by all that a plugin may write to.
class LineAllowance {
 public:
  explicit LineAllowance(std::uint64_t lines) : left_(lines) {}
  enum class Answer { yes, last_word, no };  // last_word: say once that the rest is left out
  [[nodiscard]] Answer take() noexcept;

 private:
  std::uint64_t left_;
  bool told_ = false;
};

class OutputLines {
 public:
  using Write = std::function<void(std::string line)>;
  OutputLines(LineAllowance& allowance, Write write)
      : allowance_(allowance), write_(std::move(write)) {}

  // False once nothing more is wanted.
  [[nodiscard]] bool feed(std::string_view bytes);
  // The last line, where it has no line feed.
  void finish();

 private:
  bool put(std::string_view line);

  LineAllowance& allowance_;
  Write write_;
  std::string begun_;
};

inline constexpr std::string_view left_out =
    "the plugin says more than kpid writes down: the rest of it is left out";

}  // namespace kpid::plugin_host
