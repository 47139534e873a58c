// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "net/addresses.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace kpid::net {
namespace {

using Address = boost::asio::ip::address;
using boost::asio::ip::address_v6;

struct Forbidden {
  std::string_view network;
  std::string_view what;
  bool always;  // nobody may open it
};

// IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates).
constexpr std::array<Forbidden, 29> table{{
    {"0.0.0.0/8", "an address of this host", false},
    {"10.0.0.0/8", "a private address", false},
    {"100.64.0.0/10", "a carrier's shared address", false},
    {"127.0.0.0/8", "a loopback address", false},
    {"169.254.0.0/16", "a link-local address", true},
    {"172.16.0.0/12", "a private address", false},
    {"192.0.0.0/24", "a protocol assignment", false},
    {"192.0.2.0/24", "a documentation address", false},
    {"192.88.99.0/24", "a 6to4 relay", false},
    {"192.168.0.0/16", "a private address", false},
    {"198.18.0.0/15", "a benchmarking address", false},
    {"198.51.100.0/24", "a documentation address", false},
    {"203.0.113.0/24", "a documentation address", false},
    {"224.0.0.0/4", "a multicast address", true},
    {"240.0.0.0/4", "a reserved or broadcast address", true},
    {"100.100.100.200/32", "a cloud's metadata address", true},
    {"::/128", "an address of this host", false},
    {"::1/128", "a loopback address", false},
    {"::/96", "an IPv4-compatible address", true},
    {"64:ff9b::/96", "a NAT64 address", true},
    {"64:ff9b:1::/48", "a NAT64 address", true},
    {"100::/64", "a discard address", true},
    {"2001:db8::/32", "a documentation address", false},
    {"2001::/32", "a Teredo address", true},
    {"2002::/16", "a 6to4 address", true},
    {"fd00:ec2::254/128", "a cloud's metadata address", true},
    {"fc00::/7", "a private address", false},
    {"fe80::/10", "a link-local address", true},
    {"ff00::/8", "a multicast address", true},
}};

template <class Bytes>
bool same_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
    return false;
  }
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<unsigned char>(0xffU << (8 - rest));
  return (a[whole] & mask) == (b[whole] & mask);
}

template <class Bytes>
bool zero_after(const Bytes& bytes, unsigned bits) {
  for (unsigned i = bits; i < bytes.size() * 8; ++i) {
    if ((bytes[i / 8] & (0x80U >> (i % 8))) != 0) return false;
  }
  return true;
}

// The table's own networks, parsed once; they are literals, so a fault in one is a fault of ours
// that the tests see.
const std::vector<std::pair<Network, const Forbidden*>>& networks() {
  static const auto parsed = [] {
    std::vector<std::pair<Network, const Forbidden*>> all;
    for (const auto& entry : table) {
      if (auto network = parse_network(entry.network)) all.emplace_back(*network, &entry);
    }
    return all;
  }();
  return parsed;
}

}  // namespace

bool Network::holds(const Address& candidate) const {
  if (candidate.is_v4() != address.is_v4()) return false;
  if (candidate.is_v4()) {
    return same_prefix(candidate.to_v4().to_bytes(), address.to_v4().to_bytes(), prefix);
  }
  return same_prefix(candidate.to_v6().to_bytes(), address.to_v6().to_bytes(), prefix);
}

Result<Network> parse_network(std::string_view text) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorKind::config, "\"" + std::string(text.substr(0, 80)) + "\" " + why +
                                       "; write a network such as 10.1.0.0/16 or fd12:3456::/32");
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return refuse("has no prefix length");
  boost::system::error_code error;
  Network network;
  network.address = boost::asio::ip::make_address(std::string{text.substr(0, slash)}, error);
  if (error) return refuse("has no IP address before the slash");
  const std::string_view digits = text.substr(slash + 1);
  const auto [end, code] =
      std::from_chars(digits.data(), digits.data() + digits.size(), network.prefix);
  const unsigned longest = network.address.is_v4() ? 32 : 128;
  if (code != std::errc{} || end != digits.data() + digits.size() || network.prefix > longest) {
    return refuse("has no prefix length that fits its address");
  }
  const bool clean = network.address.is_v4()
                         ? zero_after(network.address.to_v4().to_bytes(), network.prefix)
                         : zero_after(network.address.to_v6().to_bytes(), network.prefix);
  if (!clean) return refuse("has bits beyond its prefix");
  return network;
}

Address canonical(const Address& given) {
  if (!given.is_v6()) return given;
  const address_v6 six = given.to_v6();
  if (!six.is_v4_mapped()) {
    return address_v6{six.to_bytes()};  // without a scope, which plays no part in the comparison
  }
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, six);
}

std::optional<std::string> forbidden(const Address& given, std::span<const Network> allowed) {
  const Address real = canonical(given);
  // The narrowest network tells most: ::1 is a loopback address before it is an IPv4-compatible
  // one.
  const Forbidden* reason = nullptr;
  unsigned narrowest = 0;
  for (const auto& [network, entry] : networks()) {
    if (!network.holds(real) || network.prefix < narrowest) continue;
    reason = entry;
    narrowest = network.prefix;
  }
  if (reason == nullptr) return std::nullopt;
  if (reason->always) return std::string{reason->what};
  const bool opened = std::any_of(allowed.begin(), allowed.end(),
                                  [&](const Network& network) { return network.holds(real); });
  if (opened) return std::nullopt;
  return std::string{reason->what};
}

}  // namespace kpid::net
