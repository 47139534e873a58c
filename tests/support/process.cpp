// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "support/process.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

extern char** environ;

namespace kpid::testing {
namespace {

constexpr int mode = 0600;

}  // namespace

Process::Process(const std::vector<std::string>& command, std::filesystem::path stdout_file,
                 std::filesystem::path stderr_file)
    : stdout_file_(std::move(stdout_file)), stderr_file_(std::move(stderr_file)) {
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, stdout_file_.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode);
  posix_spawn_file_actions_addopen(&actions, 2, stderr_file_.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode);
  const int failed = posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), command[0]);
}

Process::~Process() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  wait();
}

void Process::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

bool Process::running() {
  if (ended_) return false;
  int status = 0;
  const pid_t got = waitpid(pid_, &status, WNOHANG);
  if (got != pid_) return true;
  ended_ = true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int Process::wait(std::chrono::milliseconds limit) {
  return eventually([this] { return !running(); }, limit) ? status_ : -1;
}

std::string Process::output() const { return read_file(stdout_file_); }
std::string Process::errors() const { return read_file(stderr_file_); }

Ended run_command(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  const TemporaryFolder folder;
  Process process(command, folder / "out", folder / "err");
  Ended ended;
  ended.status = process.wait(limit);
  ended.output = process.output();
  ended.errors = process.errors();
  return ended;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  // As a careful exporter does it: a reader sees the old file or the new one, never half of it.
  const std::filesystem::path fresh = file.string() + ".part";
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + fresh.string());
  }
  std::filesystem::rename(fresh, file);
}

unsigned short free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "no free port");
  }
  ::close(fd);
  return ntohs(address.sin_port);
}

void sleep_for(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace kpid::testing
