// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/sandbox.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "plugin_host/landlock.hpp"
#include "plugin_host/system_call_filter.hpp"

namespace kpid::plugin_host {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

void limit(std::string& fault, decltype(RLIMIT_CORE) what, const char* name, rlim_t soft,
           rlim_t hard) {
  rlimit now{};
  if (::getrlimit(what, &now) == 0) hard = std::min(hard, now.rlim_max);
  const rlimit wanted{std::min(soft, hard), hard};
  if (::setrlimit(what, &wanted) != 0) {
    fault = fmt::format("the limit {} could not be set: {}", name, reason(errno));
  }
}

void set_limits(std::string& fault, const SandboxLimits& limits) {
  limit(fault, RLIMIT_CORE, "RLIMIT_CORE", 0, 0);
  limit(fault, RLIMIT_FSIZE, "RLIMIT_FSIZE", 0, 0);
  limit(fault, RLIMIT_NOFILE, "RLIMIT_NOFILE", 64, 64);
  limit(fault, RLIMIT_STACK, "RLIMIT_STACK", 8U << 20, 8U << 20);
  // The daemon keeps the time; this ends a process whose threads spin after the daemon is gone.
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limits.time).count() + 5;
  const rlim_t processors = std::max(1U, std::thread::hardware_concurrency());
  const rlim_t time = static_cast<rlim_t>(seconds) * processors;
  limit(fault, RLIMIT_CPU, "RLIMIT_CPU", time, time + 1);
#ifndef KPID_SANITIZED
  // Mapped documents count as address space, but not as data: the limit that the operator states is
  // on what the plugin fills, and above it there is room for what it reads.
  constexpr rlim_t room_for_documents = 16ULL << 30;
  limit(fault, RLIMIT_DATA, "RLIMIT_DATA", limits.memory, limits.memory);
  limit(fault, RLIMIT_AS, "RLIMIT_AS", limits.memory + room_for_documents,
        limits.memory + room_for_documents);
#endif
  // No RLIMIT_NPROC: it counts all processes of the user, the daemon's own threads among them. The
  // filters refuse new processes, and the limit on memory bounds the number of threads.
}

int report_to = -1;  // for the handler below, which can be given nothing

// What the second filter traps: the number goes to the daemon, then the process dies of it.
void report_and_die(int, siginfo_t* about, void*) {
  const int number = about->si_syscall;
  [[maybe_unused]] const auto written = ::write(report_to, &number, sizeof number);
  ::raise(SIGSYS);  // SA_RESETHAND: the default action now
}

void install_report(int report) {
  report_to = report;
  struct sigaction action {};
  action.sa_sigaction = report_and_die;
  action.sa_flags = SA_SIGINFO | static_cast<int>(SA_RESETHAND) | SA_NODEFER;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGSYS, &action, nullptr);
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) ::signal(number, SIG_DFL);
  }
  // A pipe that the daemon has closed is no reason to die: printing too much is no crime.
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t none{};
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

std::string enter_sandbox(const std::filesystem::path& library, const SandboxLimits& limits,
                          int report) {
  reset_signals();
  install_report(report);
  std::string fault;
  set_limits(fault, limits);
  if (!fault.empty()) return fault;
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) {
    return fmt::format("the process could not be hidden from debuggers: {}", reason(errno));
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fmt::format("no_new_privs could not be set: {}", reason(errno));
  }
  std::vector<std::filesystem::path> readable{library.parent_path(), "/usr/lib", "/lib", "/lib64",
                                              "/etc/ld.so.cache"};
#ifdef KPID_SANITIZED
  readable.emplace_back("/proc/self");  // their reports read the map of the process
#endif
  if (landlock_version() > 0) fault = restrict_to(readable);
  if (fault.empty() && seccomp_available()) fault = load_first_filter();
  return fault;
}

std::string close_sandbox() { return seccomp_available() ? load_second_filter() : std::string(); }

std::vector<std::string> parts_that_the_kernel_lacks() {
  std::vector<std::string> missing;
  if (landlock_version() == 0) {
    missing.emplace_back(
        "this kernel offers no Landlock, or it is switched off (add landlock to its lsm= "
        "parameter): a plugin's constructors could read any file that kpid may read");
  }
  if (!seccomp_available()) {
    missing.emplace_back(
        "this kernel offers no seccomp filters: a plugin could use every system call that kpid may "
        "use; load only plugins that you trust");
  }
  return missing;
}

}  // namespace kpid::plugin_host
