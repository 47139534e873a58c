// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the operator is told when a plugin's process ended otherwise than it should. Pure.

#include <cstdint>
#include <optional>
#include <string>

#include "plugin_host/child_process.hpp"

namespace kpid::plugin_host {

struct LastMoments {
  bool loaded = false;              // it got past its constructors and the handshake
  bool has_result = false;          // a result had come
  bool killed = false;              // by us
  std::uint64_t rows = 0;           // that had arrived
  std::optional<int> refused_call;  // with SIGSYS: the number of the system call
};

// Nothing for an exit with 0 after a result.
[[nodiscard]] std::optional<std::string> death_sentence(const Death& death,
                                                        const LastMoments& moments);

[[nodiscard]] std::string with_thousands(std::uint64_t number);  // "1,200"

}  // namespace kpid::plugin_host
