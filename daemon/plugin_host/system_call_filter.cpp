// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/system_call_filter.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <asm/sockios.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace kpid::plugin_host {
namespace {

constexpr std::uint64_t new_namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

// Collects rules; the first that fails makes the whole filter fail.
class Filter {
 public:
  explicit Filter(std::uint32_t otherwise) : context_(seccomp_init(otherwise), &seccomp_release) {
    if (context_ == nullptr) {
      error_ = ENOMEM;
      return;
    }
    keep(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1));
    keep(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
  }

  // The names of calls, with blanks between them.
  void add(std::uint32_t action, std::string_view calls) {
    while (!calls.empty()) {
      const std::size_t end = std::min(calls.find(' '), calls.size());
      add_one(action, std::string(calls.substr(0, end)).c_str(), {});
      calls.remove_prefix(std::min(end + 1, calls.size()));
    }
  }
  void add_if(std::uint32_t action, const char* call,
              std::initializer_list<scmp_arg_cmp> conditions) {
    add_one(action, call, conditions);
  }
  void add_number(std::uint32_t action, int number) {
    if (error_ == 0) keep(seccomp_rule_add_array(context_.get(), action, number, 0, nullptr));
  }
  [[nodiscard]] std::string load() {
    if (error_ == 0) keep(seccomp_load(context_.get()));
    if (error_ == 0) return {};
    return fmt::format("the system-call filter could not be set: {}",
                       std::generic_category().message(error_));
  }

 private:
  void add_one(std::uint32_t action, const char* name,
               std::initializer_list<scmp_arg_cmp> conditions) {
    if (error_ != 0) return;
    const int number = seccomp_syscall_resolve_name(name);
    // Not known to this library or not on this machine: the default action holds.
    if (number < 0) return;
    keep(seccomp_rule_add_array(context_.get(), action, number,
                                static_cast<unsigned>(conditions.size()), conditions.begin()));
  }
  void keep(int status) {
    if (status < 0 && error_ == 0) error_ = -status;
  }

  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
  int error_ = 0;
};

scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}
scmp_arg_cmp equal(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp other_than(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_NE, value, 0};
}

constexpr std::uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
// glibc takes the second way where the kernel does not know the first; the flags of clone3 lie in
// memory, where no filter can see them.
constexpr std::uint32_t unknown = SCMP_ACT_ERRNO(ENOSYS);

void refuse_processes(Filter& filter) {
  filter.add(refuse, "execve execveat fork vfork");
  filter.add_if(refuse, "clone", {masked(0, CLONE_THREAD, 0)});
  filter.add(unknown, "clone3");
}

void refuse_network(Filter& filter) {
  filter.add(refuse, "socket socketpair connect bind listen accept accept4");
}

// All that names a file, other than to read it.
void refuse_changing_files(Filter& filter) {
  filter.add(refuse,
             "creat unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat "
             "mkdir mkdirat rmdir mknod mknodat chmod fchmod fchmodat chown fchown lchown "
             "fchownat truncate ftruncate setxattr lsetxattr fsetxattr removexattr lremovexattr "
             "fremovexattr utime utimes utimensat futimesat fallocate");
  // Younger than Debian 12's libseccomp, which does not know their names (x86-64 and every other
  // architecture have the same numbers from 424 on): fchmodat2, setxattrat, removexattrat,
  // file_setattr.
  for (const int number : {452, 463, 466, 469}) filter.add_number(refuse, number);
}

// Signals by way of a descriptor: an owner other than oneself could be killed with them.
void refuse_signals_by_descriptor(Filter& filter) {
  for (const int command : {F_SETOWN, F_SETOWN_EX, F_SETSIG, F_SETLEASE, F_NOTIFY}) {
    filter.add_if(refuse, "fcntl", {equal(1, static_cast<std::uint64_t>(command))});
  }
  filter.add_if(refuse, "fcntl", {equal(1, F_SETFL), masked(2, O_ASYNC, O_ASYNC)});
  for (const int request : {FIOASYNC, FIOSETOWN, SIOCSPGRP}) {
    filter.add_if(refuse, "ioctl", {masked(1, 0xffffffffU, static_cast<std::uint32_t>(request))});
  }
}

}  // namespace

bool seccomp_available() noexcept { return ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0; }

std::string load_first_filter() {
  Filter filter(SCMP_ACT_ALLOW);
  refuse_processes(filter);
  refuse_network(filter);
  refuse_changing_files(filter);
  refuse_signals_by_descriptor(filter);
  for (const std::uint64_t writing : {std::uint64_t{O_WRONLY}, std::uint64_t{O_RDWR}}) {
    filter.add_if(refuse, "open", {masked(1, O_ACCMODE, writing)});
    filter.add_if(refuse, "openat", {masked(2, O_ACCMODE, writing)});
  }
  filter.add(unknown, "openat2");
  filter.add(refuse,
             "ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_open "
             "pidfd_getfd pidfd_send_signal bpf perf_event_open userfaultfd io_uring_setup "
             "io_uring_enter io_uring_register mount umount2 fsopen fsmount move_mount "
             "open_tree pivot_root chroot setns unshare kill tkill rt_sigqueueinfo "
             "rt_tgsigqueueinfo keyctl add_key request_key memfd_create shmget msgget semget "
             "mq_open init_module finit_module delete_module kexec_load kexec_file_load "
             "reboot swapon swapoff settimeofday clock_settime adjtimex clock_adjtime "
             "setrlimit setpriority sched_setscheduler name_to_handle_at open_by_handle_at "
             "inotify_init1 fanotify_init personality");
  filter.add_if(refuse, "prlimit64", {other_than(2, 0)});
  filter.add_if(refuse, "tgkill", {other_than(0, static_cast<std::uint64_t>(::getpid()))});
  return filter.load();
}

std::string load_second_filter() {
  const auto self = static_cast<std::uint64_t>(::getpid());
  Filter filter(SCMP_ACT_TRAP);
  filter.add(SCMP_ACT_ALLOW,
             "read write readv writev recvmsg sendmsg poll ppoll close lseek fstat munmap "
             "mremap madvise brk futex rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack "
             "restart_syscall set_robust_list rseq exit exit_group sched_yield "
             "sched_getaffinity getcpu clock_gettime clock_getres clock_nanosleep nanosleep "
             "gettimeofday time getpid gettid getrandom sysinfo uname getrlimit getrusage "
             "membarrier");
  filter.add_if(SCMP_ACT_ALLOW, "mmap", {masked(2, PROT_EXEC, 0)});
  filter.add_if(refuse, "mmap", {masked(2, PROT_EXEC, PROT_EXEC)});
  filter.add_if(SCMP_ACT_ALLOW, "mprotect", {masked(2, PROT_EXEC, 0)});
  filter.add_if(refuse, "mprotect", {masked(2, PROT_EXEC, PROT_EXEC)});
  constexpr std::uint64_t thread = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
  filter.add_if(SCMP_ACT_ALLOW, "clone", {masked(0, thread | new_namespaces, thread)});
  filter.add_if(SCMP_ACT_ALLOW, "tgkill", {equal(0, self)});
  filter.add_if(refuse, "tgkill", {other_than(0, self)});
  filter.add_if(SCMP_ACT_ALLOW, "prlimit64", {equal(2, 0)});
  filter.add_if(refuse, "prlimit64", {other_than(2, 0)});
  // isatty() on the pipes of stdout and stderr.
  filter.add(SCMP_ACT_ERRNO(ENOTTY), "ioctl");

  refuse_processes(filter);
  refuse_network(filter);
  refuse_changing_files(filter);
  filter.add(refuse,
             "open openat stat lstat newfstatat statx access faccessat faccessat2 statfs "
             "fstatfs getcwd chdir fchdir getdents64 fcntl getuid geteuid getgid getegid "
             "getppid kill tkill dup dup2 dup3 eventfd2 epoll_create1 memfd_create sendto "
             "recvfrom prctl setrlimit sched_setaffinity sched_setscheduler");
  filter.add(unknown, "openat2");
#ifdef KPID_SANITIZED
  // The sanitizers' libraries try whether memory can be read by writing it into a pipe, and look
  // around when they start threads and report.
  filter.add(SCMP_ACT_ALLOW,
             "pipe pipe2 readlink readlinkat sched_getparam sched_getscheduler "
             "set_tid_address");
#else
  filter.add(refuse, "pipe pipe2 readlink readlinkat");
#endif
  return filter.load();
}

}  // namespace kpid::plugin_host
