// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fast_receiver.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kpid::bench {
namespace {

constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view length_name = "\r\nContent-Length:";

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

// How long the request at the beginning of `text` is; 0 while its head is not complete.
std::size_t request_size(std::string_view text) {
  const std::size_t head = text.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t body = 0;
  for (std::size_t at = 0; at < head; at = text.find("\r\n", at + 2)) {
    if (strncasecmp(text.data() + at, length_name.data(), length_name.size()) != 0) continue;
    const char* digits = text.data() + at + length_name.size();
    while (*digits == ' ') ++digits;
    std::from_chars(digits, text.data() + head, body);
    break;
  }
  return head + 4 + body;
}

class Server {
 public:
  Server(int listener, FastReceiver::Shared& shared)
      : listener_(listener), shared_(shared), poll_(epoll_create1(EPOLL_CLOEXEC)) {
    watch(listener_);
  }

  [[noreturn]] void serve() {
    std::array<epoll_event, 128> events{};
    for (;;) {
      const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int socket = events[static_cast<std::size_t>(i)].data.fd;
        socket == listener_ ? accept_one() : read_some(socket);
      }
    }
  }

 private:
  void watch(int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
  }

  void accept_one() {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(socket);
  }

  void read_some(int socket) {
    std::array<char, 65536> bytes;
    const ssize_t size = recv(socket, bytes.data(), bytes.size(), 0);
    std::string& held = held_[socket];
    if (size <= 0) {
      held_.erase(socket);
      close(socket);
      return;
    }
    if (held.empty()) note_first_byte();
    held.append(bytes.data(), static_cast<std::size_t>(size));
    const std::size_t whole = request_size(held);
    if (whole == 0 || held.size() < whole) return;
    held.clear();  // libcurl does not pipeline
    shared_.answered.fetch_add(1, std::memory_order_release);
    (void)!send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  void note_first_byte() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const std::size_t number = shared_.begun.load(std::memory_order_relaxed);
    shared_.first_byte_ns[number % FastReceiver::most_noted] =
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    shared_.begun.store(number + 1, std::memory_order_release);
  }

  int listener_;
  FastReceiver::Shared& shared_;
  int poll_;
  std::unordered_map<int, std::string> held_;
};

}  // namespace

FastReceiver::FastReceiver() {
  void* memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(memory != MAP_FAILED, "cannot map memory");
  shared_ = new (memory) Shared;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  must(bind(listener, raw, size) == 0 && listen(listener, 512) == 0 &&
           getsockname(listener, raw, &size) == 0,
       "cannot listen");
  port_ = ntohs(address.sin_port);
  const pid_t parent = getpid();
  child_ = fork();
  must(child_ >= 0, "cannot fork");
  if (child_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    Server(listener, *shared_).serve();
  }
  close(listener);
}

FastReceiver::~FastReceiver() {
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  munmap(shared_, sizeof(Shared));
}

std::string FastReceiver::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

std::size_t FastReceiver::requests() const noexcept {
  return shared_->answered.load(std::memory_order_acquire);
}

std::chrono::steady_clock::time_point FastReceiver::first_byte(std::size_t request) const {
  const std::chrono::nanoseconds at{shared_->first_byte_ns[request % most_noted].load()};
  return std::chrono::steady_clock::time_point{at};
}

}  // namespace kpid::bench
