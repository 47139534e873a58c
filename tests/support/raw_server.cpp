// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "support/raw_server.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kpid::testing {
namespace {

constexpr int slice_ms = 20;

bool ready(int socket, short what) {
  pollfd looked{socket, what, 0};
  return ::poll(&looked, 1, slice_ms) > 0;
}

bool is_whole(const std::string& request) {
  const std::size_t head = request.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  constexpr std::string_view name = "\r\nContent-Length: ";  // as libcurl writes it
  const std::size_t length = request.find(name);
  if (length == std::string::npos || length > head) return true;
  return request.size() - head - 4 >= std::stoul(request.substr(length + name.size()));
}

}  // namespace

RawServer::RawServer(std::vector<Piece> pieces, bool silent, bool reset)
    : pieces_(std::move(pieces)), silent_(silent), reset_(reset) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, plain, &size) != 0) {
    throw std::runtime_error("no port for a test's server");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

RawServer::~RawServer() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

void RawServer::serve() {
  while (!stop_) {
    if (!ready(listener_, POLLIN)) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) continue;
    ++connections_;
    answer(socket);
    if (reset_) {  // what closes without lingering
      const linger none{1, 0};
      ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    }
    ::close(socket);
  }
}

// With its body: a connection that is closed with bytes unread is reset, and the answer lost.
bool RawServer::wait_for_request(int socket) const {
  std::string request;
  while (!stop_ && !is_whole(request)) {
    if (!ready(socket, POLLIN)) continue;
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    request.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return !stop_;
}

bool RawServer::send_all(int socket, const std::string& bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && !stop_) {
    if (!ready(socket, POLLOUT)) continue;
    const ssize_t sent = ::send(socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += static_cast<std::size_t>(sent);
    sent_ += static_cast<std::uint64_t>(sent);
  }
  return !stop_;
}

void RawServer::answer(int socket) {
  if (pieces_.empty() && !silent_) return;
  if (!wait_for_request(socket)) return;
  for (const Piece& piece : pieces_) {
    for (std::size_t i = 0; i < piece.times; ++i) {
      const auto until = std::chrono::steady_clock::now() + piece.pause_before;
      while (!stop_ && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
      }
      if (!send_all(socket, piece.bytes)) return;
    }
  }
  while (silent_ && !stop_ && !ready(socket, POLLIN)) {
  }
  if (!reset_) ::shutdown(socket, SHUT_WR);
}

}  // namespace kpid::testing
