// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// A server on loopback that sends exactly the bytes it is given, at the pace it is given, whatever
// it was asked: what no library of HTTP would send.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace kpid::testing {

class RawServer {
 public:
  struct Piece {
    std::string bytes;
    std::size_t times = 1;                      // sent so often, as long as the client reads
    std::chrono::milliseconds pause_before{0};  // each time
  };
  // Waits for a request, sends the pieces and closes. Without pieces it closes at once; `silent`:
  // it says nothing and keeps the connection; `reset`: it ends the connection by a reset.
  explicit RawServer(std::vector<Piece> pieces, bool silent = false, bool reset = false);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return sent_; }
  [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

 private:
  void serve();
  void answer(int socket);
  bool wait_for_request(int socket) const;
  bool send_all(int socket, const std::string& bytes);

  std::vector<Piece> pieces_;
  bool silent_;
  bool reset_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  std::thread thread_;
};

}  // namespace kpid::testing
