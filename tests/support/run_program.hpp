// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// Runs a real program and keeps what it printed.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace kpid::testing {

class RunningProgram {
 public:
  // `terminal`: a file descriptor that stands for stdout; -1: a file, read with out().
  RunningProgram(const std::vector<std::string>& arguments, std::vector<std::string> environment,
                 int terminal = -1) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (terminal >= 0) {
      posix_spawn_file_actions_adddup2(&actions, terminal, 1);
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_WRONLY | O_CREAT, 0600);
    }
    posix_spawn_file_actions_addopen(&actions, 2, err_.c_str(), O_WRONLY | O_CREAT, 0600);
    std::vector<char*> argv;
    std::vector<std::string> kept = arguments;
    for (auto& one : kept) argv.push_back(one.data());
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (auto& one : environment) envp.push_back(one.data());
    envp.push_back(nullptr);
    const int problem =
        posix_spawn(&pid_, kept[0].c_str(), &actions, nullptr, argv.data(), envp.data());
    posix_spawn_file_actions_destroy(&actions);
    if (problem != 0) throw std::runtime_error("cannot start " + kept[0]);
  }
  ~RunningProgram() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void signal(int number) const { ::kill(pid_, number); }
  // Its exit code; 128 and the signal's number where one ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  [[nodiscard]] std::string out() const { return read(out_); }
  [[nodiscard]] std::string err() const { return read(err_); }
  // Waits until stderr or stdout hold the text; whether they do.
  [[nodiscard]] bool says(const std::string& text) const {
    for (int i = 0; i < 1000; ++i) {
      if ((out() + err()).find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  }

 private:
  static std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }

  TemporaryFolder folder_;
  std::filesystem::path out_ = folder_ / "out";
  std::filesystem::path err_ = folder_ / "err";
  pid_t pid_ = -1;
};

}  // namespace kpid::testing
