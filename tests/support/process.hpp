// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A real child process for the integration tests: its output goes to files, its end is waited for,
// and it is killed when the test forgets it.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <signal.h>

namespace kpid::testing {

class Process {
 public:
  Process(const std::vector<std::string>& command, std::filesystem::path stdout_file,
          std::filesystem::path stderr_file);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) const;
  [[nodiscard]] bool running();
  // The exit status, or 128 + signal; -1 where it did not end in time.
  int wait(std::chrono::milliseconds limit = std::chrono::seconds{60});
  [[nodiscard]] std::string output() const;
  [[nodiscard]] std::string errors() const;

 private:
  pid_t pid_ = -1;
  int status_ = -1;
  bool ended_ = false;
  std::filesystem::path stdout_file_;
  std::filesystem::path stderr_file_;
};

struct Ended {
  int status = -1;
  std::string output;
  std::string errors;
};
// Runs a command to its end.
[[nodiscard]] Ended run_command(const std::vector<std::string>& command,
                                std::chrono::milliseconds limit = std::chrono::seconds{60});

[[nodiscard]] std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

// Looks every few milliseconds; false when the limit has passed.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition,
                              std::chrono::milliseconds limit = std::chrono::seconds{60});

// A TCP port of 127.0.0.1 on which nobody listens at this moment.
[[nodiscard]] unsigned short free_port();

void sleep_for(std::chrono::milliseconds time);

template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

}  // namespace kpid::testing
