// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin_host/descriptors.hpp"

namespace kpid::plugin_host {
namespace {

using fetch::FileDescriptor;

std::string reason(int error) { return std::generic_category().message(error); }

// Above the child's own numbers, so that putting one in its place never covers another.
FileDescriptor lifted(int descriptor) {
  FileDescriptor low(descriptor);
  return FileDescriptor(::fcntl(low.get(), F_DUPFD_CLOEXEC, 16));
}

void make_non_blocking(const FileDescriptor& descriptor) {
  ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
}

struct Pair {
  FileDescriptor ours;
  FileDescriptor theirs;
  [[nodiscard]] bool good() const { return static_cast<bool>(ours) && static_cast<bool>(theirs); }
};

Pair pair_of(int status, const std::array<int, 2>& ends) {
  if (status != 0) return {};
  Pair pair{lifted(ends[0]), lifted(ends[1])};
  if (pair.ours) make_non_blocking(pair.ours);
  return pair;
}

Pair make_socket() {
  std::array<int, 2> ends{-1, -1};
  return pair_of(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), ends);
}

Pair make_pipe() {
  std::array<int, 2> ends{-1, -1};
  return pair_of(::pipe2(ends.data(), O_CLOEXEC), ends);
}

class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none{};
    sigset_t all{};
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    // A session of its own: Ctrl-C at kpid's terminal is for kpid, which then asks the child.
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  void give(const FileDescriptor& descriptor, int as) {
    ::posix_spawn_file_actions_adddup2(&actions_, descriptor.get(), as);
  }
  int spawn(pid_t& pid, const std::filesystem::path& program) {
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, first_free_descriptor);
    std::string name = program.string();
    std::array<char*, 2> arguments{name.data(), nullptr};
#ifdef KPID_SANITIZED
    // So that a test build's plugins die as a shipped build's do.
    std::string address =
        "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:detect_leaks=0:"
        "allocator_may_return_null=1";
    std::string thread = "TSAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0";
    std::string undefined = "UBSAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0";
    std::array<char*, 4> environment{address.data(), thread.data(), undefined.data(), nullptr};
#else
    std::array<char*, 1> environment{nullptr};
#endif
    return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments.data(),
                         environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

ChildProcess::ChildProcess(pid_t pid, FileDescriptor pidfd, Ends ends) noexcept
    : pid_(pid), pidfd_(std::move(pidfd)), ends_(std::move(ends)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      ends_(std::move(other.ends_)),
      death_(other.death_) {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0 || death_) return;
  kill();
  reap();
}

Result<ChildProcess> ChildProcess::spawn(const std::filesystem::path& program) {
  Pair socket = make_socket();
  Pair output = make_pipe();
  Pair errors = make_pipe();
  Pair report = make_pipe();
  if (!socket.good() || !output.good() || !errors.good() || !report.good()) {
    return fail(ErrorKind::transient,
                fmt::format("no pipe to a plugin could be made: {}", reason(errno)));
  }
  SpawnSettings settings;
  settings.give(output.theirs, STDOUT_FILENO);
  settings.give(errors.theirs, STDERR_FILENO);
  settings.give(socket.theirs, socket_descriptor);
  settings.give(report.theirs, report_descriptor);
  pid_t pid = -1;
  if (const int error = settings.spawn(pid, program); error != 0) {
    const bool there = error == EAGAIN || error == ENOMEM;
    return fail(there ? ErrorKind::transient : ErrorKind::config,
                fmt::format("the program that runs plugins could not be started: {}; is kpid "
                            "installed completely?",
                            reason(error)),
                program.string());
  }
  FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  const int error = errno;
  const bool watched = static_cast<bool>(pidfd);
  if (!watched) ::kill(pid, SIGKILL);
  ChildProcess child(pid, std::move(pidfd),
                     {std::move(socket.ours), std::move(output.ours), std::move(errors.ours),
                      std::move(report.ours)});
  if (!watched) {
    child.reap();
    return fail(ErrorKind::unsupported,
                fmt::format("a plugin's process cannot be watched (pidfd_open: {}); kpid needs "
                            "Linux 5.3 or later",
                            reason(error)));
  }
  return child;
}

void ChildProcess::kill() noexcept {
  if (!death_ && pidfd_) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0U);
}

Death ChildProcess::reap() noexcept {
  if (death_) return *death_;
  siginfo_t about{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &about, WEXITED) != 0 && errno == EINTR) {
  }
  death_ = Death{about.si_code != CLD_EXITED, about.si_status};
  return *death_;
}

}  // namespace kpid::plugin_host
