// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The child's end of the socket. A thread of its own reads: the daemon closing its sending side is
// the wish to stop; its going away altogether ends this process at once, whatever the plugin does.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "fetch/file_descriptor.hpp"
#include "plugin_host/wire.hpp"

namespace kpid::plugin_host {

class Channel {
 public:
  explicit Channel(int socket) : socket_(socket) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  struct Received {
    wire::DaemonMessage message;
    fetch::FileDescriptor descriptor;  // with a document
  };

  // Before the reader is started: the first message. Nothing at the end of the stream.
  [[nodiscard]] std::optional<Received> receive();
  // Starts the thread that reads from now on. It never ends: the process does.
  void start_reader();

  // [any] Waits until the daemon takes it. Ends the process where the daemon is gone.
  void send(const wire::ChildMessage& message);
  // [worker] The next message; nothing once the daemon wants us to stop.
  [[nodiscard]] std::optional<Received> wait();
  // [any]
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

 private:
  void read_for_ever();
  [[nodiscard]] bool fill(unsigned char* to, std::size_t size, fetch::FileDescriptor* descriptor);

  int socket_;
  std::atomic<bool> cancelled_ = false;
  std::mutex sending_;
  std::mutex inbox_mutex_;
  std::condition_variable inbox_changed_;
  std::condition_variable inbox_taken_;
  std::deque<Received> inbox_;
};

}  // namespace kpid::plugin_host
