// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.hpp"
#include "good_behaviours.hpp"
#include "plugin_host/wire.hpp"

namespace bad {
namespace {

std::int32_t checkpointed(const kpid_host_v1* host, std::int32_t rows) {
  const std::int32_t status = emit_rows(host, rows);
  return status == KPID_OK ? host->checkpoint(host, borrow("so far")) : status;
}

// A refused call is told in words, so that the test sees which error came back.
std::int32_t tell(const kpid_host_v1* host, bool worked) {
  const int error = errno;
  return explain(host, KPID_INTERNAL, worked ? "it worked" : std::strerror(error), "");
}

std::int32_t segfault(const kpid_host_v1* host, const kpid_pull*) {
  checkpointed(host, 1200);
  write_to_nowhere();
  return KPID_OK;
}
// What it was given that it should not have: variables of the environment, open descriptors.
std::int32_t look_around(const kpid_host_v1* host, const kpid_pull*) {
  int variables = 0;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) ++variables;
  std::string open;
  for (int descriptor = 0; descriptor < 256; ++descriptor) {
    if (::lseek(descriptor, 0, SEEK_CUR) >= 0 || errno != EBADF) {
      open += " " + std::to_string(descriptor);
    }
  }
  host->log(host, 1, borrow("variables: " + std::to_string(variables) + ", descriptors:" + open));
  return KPID_OK;
}
std::int32_t abort_now(const kpid_host_v1* host, const kpid_pull*) {
  checkpointed(host, 1);
  std::abort();
}
__attribute__((noinline, no_sanitize("address", "undefined"))) int deeper(volatile int* before) {
  volatile int here[1024];
  here[0] = *before + 1;
  return here[0] < 0 ? 0 : deeper(here) + here[0];
}
std::int32_t stack_overflow(const kpid_host_v1*, const kpid_pull*) {
  volatile int first = 0;
  return deeper(&first);
}
std::int32_t exit_zero(const kpid_host_v1*, const kpid_pull*) { std::_Exit(0); }
std::int32_t endless_loop(const kpid_host_v1*, const kpid_pull*) {
  volatile bool for_ever = true;
  while (for_ever) {
  }
  return KPID_OK;
}
std::int32_t eight_gigabytes(const kpid_host_v1*, const kpid_pull*) {
  std::vector<std::string> all;
  for (int i = 0; i < 8192; ++i) all.emplace_back(1U << 20, 'x');
  return KPID_OK;
}
std::int32_t fork_bomb(const kpid_host_v1* host, const kpid_pull*) {
  for (int i = 0; i < 100; ++i) {
    if (::fork() >= 0) return tell(host, true);
  }
  return tell(host, false);
}
std::int32_t execute(const kpid_host_v1* host, const kpid_pull*) {
  char program[] = "/bin/true";
  std::array<char*, 2> arguments{program, nullptr};
  ::execv(program, arguments.data());
  return tell(host, false);
}
std::int32_t write_file(const kpid_host_v1* host, const kpid_pull*) {
  return tell(host, ::open("/tmp/kpid-plugin-was-here", O_CREAT | O_WRONLY, 0600) >= 0);
}
std::int32_t read_file(const kpid_host_v1* host, const kpid_pull*) {
  return tell(host, ::open("/etc/passwd", O_RDONLY) >= 0);
}
std::int32_t open_socket(const kpid_host_v1* host, const kpid_pull*) {
  return tell(host, ::socket(AF_INET, SOCK_STREAM, 0) >= 0);
}
std::int32_t send_signal(const kpid_host_v1* host, const kpid_pull*) {
  return tell(host, ::kill(::getpid(), 0) == 0);
}
std::int32_t trace(const kpid_host_v1* host, const kpid_pull*) {
  return tell(host, ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0);
}
std::int32_t endless_output(const kpid_host_v1*, const kpid_pull*) {
  for (;;) std::puts("and another thing");
}
std::int32_t much_output(const kpid_host_v1*, const kpid_pull*) {
  for (int i = 0; i < 5000; ++i) std::puts("and another thing");
  return KPID_OK;
}
std::int32_t much_log(const kpid_host_v1* host, const kpid_pull*) {
  for (int i = 0; i < 5000; ++i) host->log(host, 1, borrow("and another thing"));
  return KPID_OK;
}

// ---- Frames of its own making, written beside the host's ---------------------------------------

constexpr int daemon_socket = 3;

std::int32_t wait_to_be_killed() {
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}

void put(std::string_view bytes) {
  [[maybe_unused]] const auto written = ::write(daemon_socket, bytes.data(), bytes.size());
}
std::int32_t garbage_frame(const kpid_host_v1*, const kpid_pull*) {
  std::string frame("\x20\0\0\0", 4);
  frame.append(32, '\xA5');
  put(frame);
  return wait_to_be_killed();
}
std::int32_t huge_frame(const kpid_host_v1*, const kpid_pull*) {
  put(std::string("\xff\xff\xff\x7f", 4));
  return wait_to_be_killed();
}
void put(const kpid::plugin_host::wire::ChildMessage& message) {
  const auto body = kpid::plugin_host::wire::encode_child(message);
  const auto header = kpid::plugin_host::wire::encode_header(body.size());
  std::string frame(header.begin(), header.end());
  frame.append(body.data(), body.data() + body.size());
  put(std::string_view(frame));
}
void put_row(kpid::ObservationRow row) {
  kpid::ObservationBatch batch;
  batch.strings = {"roll.pupils", "900001", ""};
  batch.rows = {&row, 1};
  put(batch);
}
std::int32_t forged_batch(const kpid_host_v1*, const kpid_pull*) {
  kpid::ObservationRow row;
  row.flags = kpid::ObservationRow::has_value;
  row.organisation = 4'000'000'000;
  put_row(row);
  return wait_to_be_killed();
}
std::int32_t forged_document(const kpid_host_v1*, const kpid_pull*) {
  kpid::ObservationRow row;
  row.flags = kpid::ObservationRow::has_value;
  row.fetch = 9;
  put_row(row);
  return wait_to_be_killed();
}
std::int32_t forged_end(const kpid_host_v1*, const kpid_pull*) {
  put(kpid::plugin_host::wire::Ended{});
  std::_Exit(3);
}
std::int32_t forged_hello(const kpid_host_v1*, const kpid_pull*) {
  put(kpid::plugin_host::wire::Hello{});
  return wait_to_be_killed();
}
std::int32_t forged_afterword(const kpid_host_v1*, const kpid_pull*) {
  put(kpid::plugin_host::wire::Ended{});
  return KPID_OK;  // and the host says how it ended once more
}
std::int32_t close_socket(const kpid_host_v1*, const kpid_pull*) {
  ::close(daemon_socket);
  volatile bool for_ever = true;
  while (for_ever) {
  }
  return KPID_OK;
}

std::int32_t throw_runtime_error(const kpid_host_v1*, const kpid_pull*) {
  throw std::runtime_error("thrown across");
}
std::int32_t throw_number(const kpid_host_v1*, const kpid_pull*) { throw 42; }
std::int32_t ignore_cancel(const kpid_host_v1* host, const kpid_pull* pull) {
  host->log(host, 1, borrow("waiting"));
  return endless_loop(host, pull);
}

}  // namespace

std::span<const Named> bad_behaviours() {
  static constexpr Named all[] = {{"segfault", segfault},
                                  {"look_around", look_around},
                                  {"abort", abort_now},
                                  {"stack_overflow", stack_overflow},
                                  {"exit_zero", exit_zero},
                                  {"endless_loop", endless_loop},
                                  {"eight_gigabytes", eight_gigabytes},
                                  {"fork_bomb", fork_bomb},
                                  {"execute", execute},
                                  {"write_file", write_file},
                                  {"read_file", read_file},
                                  {"open_socket", open_socket},
                                  {"send_signal", send_signal},
                                  {"trace", trace},
                                  {"endless_output", endless_output},
                                  {"much_output", much_output},
                                  {"much_log", much_log},
                                  {"garbage_frame", garbage_frame},
                                  {"huge_frame", huge_frame},
                                  {"forged_batch", forged_batch},
                                  {"forged_document", forged_document},
                                  {"forged_end", forged_end},
                                  {"forged_hello", forged_hello},
                                  {"forged_afterword", forged_afterword},
                                  {"close_socket", close_socket},
                                  {"throw_runtime_error", throw_runtime_error},
                                  {"throw_number", throw_number},
                                  {"ignore_cancel", ignore_cancel}};
  return all;
}

}  // namespace bad
