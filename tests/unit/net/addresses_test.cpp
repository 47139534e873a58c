// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "net/addresses.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kpid::net {
namespace {

using boost::asio::ip::make_address;

struct Case {
  const char* address;
  const char* why;  // null: may be connected to
};

TEST(Addresses, WhatIsForbiddenByDefault) {
  const std::vector<Case> cases{
      {"93.184.216.34", nullptr},
      {"2606:2800:220:1::1", nullptr},
      {"172.15.255.255", nullptr},
      {"172.32.0.0", nullptr},
      {"100.63.255.255", nullptr},
      {"198.20.0.0", nullptr},
      {"0.0.0.0", "an address of this host"},
      {"10.0.0.1", "a private address"},
      {"172.16.0.1", "a private address"},
      {"172.31.255.255", "a private address"},
      {"192.168.1.1", "a private address"},
      {"100.64.0.1", "a carrier's shared address"},
      {"127.0.0.1", "a loopback address"},
      {"127.255.255.254", "a loopback address"},
      {"169.254.169.254", "a link-local address"},
      {"192.0.0.1", "a protocol assignment"},
      {"192.0.2.1", "a documentation address"},
      {"198.18.0.1", "a benchmarking address"},
      {"198.51.100.1", "a documentation address"},
      {"203.0.113.1", "a documentation address"},
      {"224.0.0.1", "a multicast address"},
      {"240.0.0.1", "a reserved or broadcast address"},
      {"255.255.255.255", "a reserved or broadcast address"},
      {"100.100.100.200", "a cloud's metadata address"},
      {"::ffff:127.0.0.1", "a loopback address"},
      {"::ffff:169.254.169.254", "a link-local address"},
      {"::ffff:93.184.216.34", nullptr},
      {"fe80::1", "a link-local address"},
      {"fe80::1%1", "a link-local address"},
      {"fc00::1", "a private address"},
      {"fd00:ec2::254", "a cloud's metadata address"},
      {"ff02::1", "a multicast address"},
      {"2001:db8::1", "a documentation address"},
      {"2002:7f00:1::", "a 6to4 address"},
      {"64:ff9b::7f00:1", "a NAT64 address"},
      {"2001:0:1::", "a Teredo address"},
  };
  for (const auto& one : cases) {
    const auto why = forbidden(make_address(one.address), {});
    EXPECT_EQ(why.value_or("allowed"), one.why != nullptr ? one.why : "allowed") << one.address;
  }
  EXPECT_TRUE(forbidden(make_address("::"), {}));
  EXPECT_EQ(forbidden(make_address("::1"), {}), "a loopback address");
  const std::vector<Network> loopback{*parse_network("::1/128")};
  EXPECT_FALSE(forbidden(make_address("::1"), loopback)) << "an admin may open it";
  EXPECT_TRUE(forbidden(make_address("::127.0.0.1"), {}));
}

TEST(Addresses, ADestinationOpensWhatItNamesAndNoMore) {
  const std::vector<Network> allowed{parse_network("10.1.0.0/16").value(),
                                     parse_network("127.0.0.0/8").value(),
                                     parse_network("fd12:3456::/32").value()};
  EXPECT_FALSE(forbidden(make_address("10.1.2.3"), allowed));
  EXPECT_TRUE(forbidden(make_address("10.2.0.1"), allowed));
  EXPECT_FALSE(forbidden(make_address("127.0.0.1"), allowed));
  EXPECT_FALSE(forbidden(make_address("::ffff:10.1.2.3"), allowed));
  EXPECT_FALSE(forbidden(make_address("fd12:3456::1"), allowed));
  EXPECT_TRUE(forbidden(make_address("fd12:3457::1"), allowed));
}

TEST(Addresses, LinkLocalAndMetadataAreNeverOpened) {
  const std::vector<Network> allowed{parse_network("0.0.0.0/0").value(),
                                     parse_network("::/0").value()};
  for (const char* one : {"169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254",
                          "100.100.100.200", "64:ff9b::a9fe:a9fe"}) {
    EXPECT_TRUE(forbidden(make_address(one), allowed)) << one;
  }
  EXPECT_FALSE(forbidden(make_address("10.0.0.1"), allowed));
}

TEST(Addresses, ABadNetworkIsRefusedInOneSentence) {
  const std::string advice = "; write a network such as 10.1.0.0/16 or fd12:3456::/32";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"10.0.0.0", "\"10.0.0.0\" has no prefix length"},
      {"10.0.0/8", "\"10.0.0/8\" has no IP address before the slash"},
      {"10.0.0.0/33", "\"10.0.0.0/33\" has no prefix length that fits its address"},
      {"10.0.0.0/-1", "\"10.0.0.0/-1\" has no prefix length that fits its address"},
      {"10.0.0.0/8x", "\"10.0.0.0/8x\" has no prefix length that fits its address"},
      {"10.0.0.1/8", "\"10.0.0.1/8\" has bits beyond its prefix"},
      {"", "\"\" has no prefix length"},
  };
  for (const auto& [text, sentence] : cases) {
    const auto network = parse_network(text);
    ASSERT_FALSE(network) << text;
    EXPECT_EQ(network.error().sentence, sentence + advice);
    EXPECT_EQ(network.error().kind, ErrorKind::config);
  }
}

}  // namespace
}  // namespace kpid::net
