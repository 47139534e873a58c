// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// Which addresses may be connected to. Without this a URL in a config could reach what only this
// machine can reach: its own services, the school's network, a cloud's metadata. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "model/error.hpp"

namespace kpid::net {

struct Network {  // a CIDR, "10.1.0.0/16" or "fd00::/8"; the address is canonical
  boost::asio::ip::address address;
  unsigned prefix = 0;
  [[nodiscard]] bool holds(const boost::asio::ip::address& candidate) const;
};

// Bits beyond the prefix must be zero, so that a slip of the pen is seen.
[[nodiscard]] Result<Network> parse_network(std::string_view text);

// What an address really is: an IPv4-mapped IPv6 address becomes the IPv4 address.
[[nodiscard]] boost::asio::ip::address canonical(const boost::asio::ip::address& address);

// Why the address must not be connected to, in words that fit "… is a loopback address"; nothing
// where it may. `allowed` opens private ranges that the config names; link-local addresses, the
// cloud's metadata among them, stay closed.
[[nodiscard]] std::optional<std::string> forbidden(const boost::asio::ip::address& address,
                                                   std::span<const Network> allowed);

}  // namespace kpid::net
