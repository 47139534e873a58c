// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/child/channel.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kpid::plugin_host {
namespace {

constexpr int exit_without_daemon = 70;
constexpr std::size_t max_waiting = 8;  // each may hold a descriptor, and those are few

// The descriptor that came with a message, if one did.
fetch::FileDescriptor descriptor_of(msghdr& message) {
  fetch::FileDescriptor found;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(part), sizeof descriptor);
    found = fetch::FileDescriptor(descriptor);
  }
  return found;
}

}  // namespace

bool Channel::fill(unsigned char* to, std::size_t size, fetch::FileDescriptor* descriptor) {
  while (size > 0) {
    iovec part{to, size};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    if (auto received = descriptor_of(message); received && descriptor != nullptr) {
      *descriptor = std::move(received);
    }
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<Channel::Received> Channel::receive() {
  std::array<unsigned char, wire::header_bytes> header{};
  Received received;
  if (!fill(header.data(), header.size(), &received.descriptor)) return std::nullopt;
  const auto size = wire::decode_header(header);
  if (!size) return std::nullopt;
  wire::Frame frame(*size);
  if (!fill(frame.data(), frame.size(), &received.descriptor)) return std::nullopt;
  auto message = wire::decode_daemon(frame);
  if (!message) return std::nullopt;
  received.message = std::move(*message);
  return received;
}

void Channel::start_reader() {
  sigset_t all{};
  sigset_t before{};
  ::sigfillset(&all);
  ::sigdelset(&all, SIGSYS);  // raised by a filter, it must not be blocked
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([this] { read_for_ever(); }).detach();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Channel::read_for_ever() {
  while (auto received = receive()) {
    std::unique_lock lock(inbox_mutex_);
    // Messages come as answers only, so somebody is there to take them.
    inbox_taken_.wait(lock, [this] { return inbox_.size() < max_waiting; });
    inbox_.push_back(std::move(*received));
    inbox_changed_.notify_one();
  }
  {
    const std::lock_guard lock(inbox_mutex_);
    cancelled_ = true;
    inbox_changed_.notify_one();
  }
  // Half closed is a wish; closed on both sides means that nobody is there any more.
  for (;;) {
    pollfd wait{socket_, 0, 0};
    ::poll(&wait, 1, -1);
    if ((wait.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) ::_exit(exit_without_daemon);
  }
}

void Channel::send(const wire::ChildMessage& message) {
  const auto body = wire::encode_child(message);
  auto header = wire::encode_header(body.size());
  std::array<iovec, 2> parts{iovec{header.data(), header.size()},
                             iovec{const_cast<std::uint8_t*>(body.data()), body.size()}};
  std::size_t first = 0;
  const std::lock_guard lock(sending_);
  while (first < parts.size()) {
    msghdr out{};
    out.msg_iov = &parts[first];
    out.msg_iovlen = parts.size() - first;
    const ssize_t sent = ::sendmsg(socket_, &out, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) ::_exit(exit_without_daemon);
    auto left = static_cast<std::size_t>(sent);
    while (first < parts.size() && left >= parts[first].iov_len) left -= parts[first++].iov_len;
    if (first < parts.size()) {
      parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + left;
      parts[first].iov_len -= left;
    }
  }
}

std::optional<Channel::Received> Channel::wait() {
  std::unique_lock lock(inbox_mutex_);
  inbox_changed_.wait(lock, [this] { return cancelled_ || !inbox_.empty(); });
  if (inbox_.empty() || cancelled_) return std::nullopt;
  Received received = std::move(inbox_.front());
  inbox_.pop_front();
  inbox_taken_.notify_one();
  return received;
}

}  // namespace kpid::plugin_host
