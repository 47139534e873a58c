// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One child: started without fork, watched by a pidfd, killed and reaped at the latest when this
// goes. Nothing of the daemon's leaks into it: descriptors, environment, signals. [loop thread]

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "fetch/file_descriptor.hpp"
#include "model/error.hpp"

namespace kpid::plugin_host {

struct Death {
  bool by_signal = false;
  int number = 0;  // signal, or exit code
};

class ChildProcess {
 public:
  // Our ends of what the child was given; all of them non-blocking.
  struct Ends {
    fetch::FileDescriptor socket;
    fetch::FileDescriptor output;
    fetch::FileDescriptor errors;
    fetch::FileDescriptor report;
  };

  [[nodiscard]] static Result<ChildProcess> spawn(const std::filesystem::path& program);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  [[nodiscard]] Ends& ends() noexcept { return ends_; }
  [[nodiscard]] int pidfd() const noexcept { return pidfd_.get(); }  // readable once it has ended
  [[nodiscard]] bool reaped() const noexcept { return death_.has_value(); }
  void kill() noexcept;
  // Once the pidfd is readable; waits otherwise.
  Death reap() noexcept;

 private:
  ChildProcess(pid_t pid, fetch::FileDescriptor pidfd, Ends ends) noexcept;

  pid_t pid_;
  fetch::FileDescriptor pidfd_;
  Ends ends_;
  std::optional<Death> death_;
};

}  // namespace kpid::plugin_host
