// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Plugins that act before anybody has called them. ACTION: 1 reads a file, in the constructor, in a
// thread of the constructor's, and in that thread after the second filter stands; 2 starts a
// program; 3 crashes; 4 never ends; 5 says that it was there, on paper and in a file; 6 changes
// what is not its own, without opening it.

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "crash.hpp"
#include "table_manifest.hpp"

namespace {

std::string try_to_read() {
  return ::open("/etc/passwd", O_RDONLY) >= 0 ? "it worked" : std::strerror(errno);
}

class Constructor {
 public:
  Constructor() {
    if constexpr (ACTION == 1) {
      told_ = "constructor: " + try_to_read();
      std::thread([this] {
        told_ += ", thread: " + try_to_read();
        state_ = 1;
        while (state_ != 2) std::this_thread::yield();
        told_ += ", later: " + try_to_read();
        state_ = 3;
      }).detach();
      while (state_ != 1) std::this_thread::yield();
    }
    if constexpr (ACTION == 2) {
      char program[] = "/bin/true";
      std::array<char*, 2> arguments{program, nullptr};
      ::execv(program, arguments.data());
      told_ = std::string("constructor: ") + std::strerror(errno);
    }
    if constexpr (ACTION == 3) {
      bad::write_to_nowhere();
    }
    if constexpr (ACTION == 4) {
      volatile bool for_ever = true;
      while (for_ever) {
      }
    }
    if constexpr (ACTION == 5) {
      std::puts("the constructor ran");
      told_ = ::open("/tmp/kpid-plugin-was-here", O_CREAT | O_WRONLY, 0600) >= 0
                  ? "it worked"
                  : std::strerror(errno);
    }
    if constexpr (ACTION == 6) reach_for_others();
  }
  // Each call that must be refused, with what became of it. Its own program stands for the file.
  void reach_for_others() {
    constexpr long fchmodat2 = 452;
    constexpr const char* file = "/proc/self/exe";
    constexpr int daemon_socket = 3;
    const auto told = [this](const char* what, long result) {
      told_ += std::string(what) + ": " + (result >= 0 ? "it worked" : std::strerror(errno)) + "; ";
    };
    told("owner", ::fcntl(daemon_socket, F_SETOWN, ::getppid()));
    told("signal", ::fcntl(daemon_socket, F_SETSIG, SIGKILL));
    told("async", ::fcntl(daemon_socket, F_SETFL, O_ASYNC));
    int on = 1;
    told("ioctl", ::ioctl(daemon_socket, FIOASYNC, &on));
    told("lsetxattr", ::lsetxattr(file, "user.kpid", "x", 1, 0));
    told("fchmodat2", ::syscall(fchmodat2, AT_FDCWD, file, 0777, 0));
  }

  const std::string& tell() {
    if constexpr (ACTION == 1) {
      state_ = 2;
      while (state_ != 3) std::this_thread::yield();
    }
    return told_;
  }

 private:
  std::atomic<int> state_ = 0;
  std::string told_;
};

Constructor constructor;

std::int32_t create(const kpid_host_v1* host, kpid_string, void**) {
  const std::string& told = constructor.tell();
  const kpid_error error{sizeof error, KPID_INTERNAL, {told.data(), told.size()}, {nullptr, 0}, 0};
  host->set_error(host, &error);
  return KPID_INTERNAL;
}
std::int32_t check(void*, const kpid_host_v1*) { return KPID_OK; }
std::int32_t pull(void*, const kpid_host_v1*, const kpid_pull*) { return KPID_OK; }
void destroy(void*) {}

}  // namespace

extern "C" const kpid_plugin_v1* kpid_plugin_entry_v1(void) {
  static const kpid_plugin_v1 table{
      sizeof(kpid_plugin_v1), 0, bad::table_manifest({}), create, check, pull, destroy};
  return &table;
}
