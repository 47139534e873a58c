// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The token of an acknowledge link: what is not to the bit what this installation made is refused;
// and which messages bear a link.

#include "webhooks/acknowledge_link.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/webhooks/event_fixture.hpp"

namespace kpid::webhooks {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

class LinkToken : public ::testing::Test {
 protected:
  static AcknowledgeLink link() {
    return {"msg_01JDEXAMPLE0000000000000AA", "finance-team",
            *parse_timestamp("2026-12-24T06:31:07Z")};
  }
  [[nodiscard]] std::string token(const AcknowledgeLink& of = link()) const {
    const auto made = make_link_token(key, of);
    EXPECT_TRUE(made);
    return made.value_or("");
  }
  [[nodiscard]] bool accepted(std::string_view text) const {
    return read_link_token(key, text).has_value();
  }
  const Secret key{std::string(link_key_size, 'k')};
};

TEST_F(LinkToken, SaysWhichMessageAndUntilWhen) {
  const auto read = read_link_token(key, token());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->event, link().event);
  EXPECT_EQ(read->destination, link().destination);
  EXPECT_EQ(read->expires, link().expires);
  EXPECT_THAT(token(), MatchesRegex("[A-Za-z0-9_-]+"));
  EXPECT_EQ(token(), token()) << "the same message has the same link at every attempt";
}

TEST_F(LinkToken, IsShort) {
  EXPECT_LT(token().size(), 100U);
  const AcknowledgeLink longest{link().event, std::string(64, 'd'), link().expires};
  EXPECT_LT(link_address("https://kpid.example-trust.org.uk", token(longest)).size(), 200U);
}

TEST_F(LinkToken, AnyOtherLetterAtAnyPlaceIsRefused) {
  const std::string good = token();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char other : letters) {
      if (other == good[at]) continue;
      std::string bad = good;
      bad[at] = other;
      EXPECT_FALSE(accepted(bad)) << "place " << at << ": " << other;
    }
  }
}

TEST_F(LinkToken, AnyByteAtAnyPlaceIsRefused) {
  const std::string good = token();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned flip = 1; flip < 256; ++flip) {
      std::string bad = good;
      bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ flip);
      EXPECT_FALSE(accepted(bad)) << "place " << at << ", flipped by " << flip;
    }
  }
}

TEST_F(LinkToken, WhatWasCutOrLengthenedIsRefused) {
  const std::string good = token();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(accepted(good.substr(0, size))) << size;
    EXPECT_FALSE(accepted(good.substr(good.size() - size))) << size;
  }
  for (const char more : letters) EXPECT_FALSE(accepted(good + more)) << more;
  for (const char* more : {"=", "==", "/", "%3D", " ", "\n", ".", "AAAA"}) {
    EXPECT_FALSE(accepted(good + more)) << more;
    EXPECT_FALSE(accepted(more + good)) << more;
  }
  EXPECT_FALSE(accepted(good + good));
  EXPECT_FALSE(accepted(std::string(1'000'000, 'A')));
  EXPECT_FALSE(accepted(std::string(good.size(), '\0')));
}

TEST_F(LinkToken, AnotherKeyMadeAnotherToken) {
  for (const char other : {'\0', 'j', 'l'}) {
    EXPECT_FALSE(read_link_token(Secret{std::string(link_key_size, other)}, token()));
  }
  Secret nearly{key.reveal().substr(1) + "l"};
  EXPECT_FALSE(read_link_token(nearly, token()));
  for (const std::size_t size :
       {0U, 16U, 31U, 33U}) {  // no key of ours, so nothing is proven by it
    const Secret odd{std::string(size, 'k')};
    EXPECT_FALSE(make_link_token(odd, link())) << size;
    EXPECT_FALSE(read_link_token(odd, token())) << size;
  }
}

TEST_F(LinkToken, AnotherDestinationEventOrExpiryIsAnotherToken) {
  AcknowledgeLink destination = link();
  destination.destination = "finance-teaM";
  AcknowledgeLink event = link();
  event.event.back() = 'B';
  AcknowledgeLink later = link();
  later.expires += std::chrono::seconds{1};
  // Where one name ends and the other begins is signed too.
  AcknowledgeLink moved = link();
  moved.event += "f";
  moved.destination.erase(0, 1);
  for (const AcknowledgeLink& other : {destination, event, later, moved}) {
    EXPECT_NE(token(other), token());
    const auto read = read_link_token(key, token(other));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->event, other.event);
    EXPECT_EQ(read->destination, other.destination);
    EXPECT_EQ(read->expires, other.expires);
    // The signature of the one does not fit the other.
    const std::string mixed =
        token(other).substr(0, token().size() - 22) + token().substr(token().size() - 22);
    EXPECT_FALSE(accepted(mixed));
  }
}

TEST_F(LinkToken, NoNameIsSoLongThatItCannotBeRead) {
  AcknowledgeLink longest = link();
  longest.event = std::string(64, 'e');
  longest.destination = std::string(64, 'd');
  EXPECT_TRUE(read_link_token(key, token(longest)));
  for (const std::size_t size : {0U, 65U, 300U}) {
    AcknowledgeLink odd = link();
    odd.event = std::string(size, 'e');
    EXPECT_FALSE(make_link_token(key, odd)) << size;
    odd = link();
    odd.destination = std::string(size, 'd');
    EXPECT_FALSE(make_link_token(key, odd)) << size;
  }
}

TEST_F(LinkToken, KeysAreRandom) {
  const auto one = make_link_key();
  const auto other = make_link_key();
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->reveal().size(), link_key_size);
  EXPECT_FALSE(*one == *other);
}

TEST_F(LinkToken, TheAddressHasOneSlashBetween) {
  EXPECT_EQ(link_address("https://kpid.example", "T"), "https://kpid.example/ack/T");
  EXPECT_EQ(link_address("https://kpid.example/", "T"), "https://kpid.example/ack/T");
  EXPECT_EQ(link_address("https://example.org/kpid/", "T"), "https://example.org/kpid/ack/T");
}

TEST_F(LinkToken, NoTokenIsOne) { EXPECT_FALSE(accepted(no_token)); }

TEST(LinkedEvents, OnlyWhatTellsOfAFiringAlertBearsALink) {
  for (const EventType type : kAllTypes) {
    const bool wanted = type == EventType::alert_firing || type == EventType::alert_changed ||
                        type == EventType::alert_reminder || type == EventType::alert_escalated;
    EXPECT_EQ(can_be_acknowledged(of_type(type)), wanted) << to_string(type);
  }
  json::object data = data_of_type(EventType::alert_firing);
  EXPECT_TRUE(can_be_acknowledged(event_with(EventType::alert_reminder, data)));
  EXPECT_TRUE(can_be_acknowledged(event_with(EventType::alert_escalated, data)));
  EXPECT_FALSE(can_be_acknowledged(event_with(EventType::digest, data)));
  data["state"] = "acknowledged";  // less bad than it was, and still taken note of
  EXPECT_FALSE(can_be_acknowledged(event_with(EventType::alert_changed, data)));
  data["state"] = "firing";
  data["test"] = true;
  EXPECT_FALSE(can_be_acknowledged(event_with(EventType::alert_firing, data)));
  Event broken = of_type(EventType::alert_firing);
  broken.data = "{";
  EXPECT_FALSE(can_be_acknowledged(broken));
}

// What goes out as a whole, headers and body, decoded where mail and JSON have changed it.
std::string sent(DestinationFormat format, const Event& event) {
  DestinationConfig destination = destination_of(format);
  if (format == DestinationFormat::email) {
    destination.mail = {"kpid@example.org", {"head@a.example"}, "", true};
  }
  const HttpRequest request = request_of(destination, event);
  std::string all;
  for (const std::string& header : request.headers) all += header + "\n";
  std::string body = request.body;
  for (std::size_t at = 0; (at = body.find("=\r\n", at)) != std::string::npos;) body.erase(at, 3);
  return all + body;
}

TEST(LinkedEvents, EveryFormatShowsTheLinkAndNoneWhereThereIsNone) {
  std::vector<DestinationFormat> formats = kAllFormats;
  formats.push_back(DestinationFormat::email);
  Event without = of_type(EventType::alert_firing);
  without.acknowledge_link.clear();
  for (const DestinationFormat format : formats) {
    EXPECT_THAT(sent(format, of_type(EventType::alert_firing)), HasSubstr(kAcknowledgeLink))
        << to_string(format);
    EXPECT_THAT(sent(format, without), Not(HasSubstr("/ack/"))) << to_string(format);
    EXPECT_THAT(sent(format, without), Not(HasSubstr("I have seen this"))) << to_string(format);
  }
}

TEST(LinkedEvents, ADigestHasALinkForEachAlertThatFires) {
  const Event digest = of_type(EventType::digest);
  std::size_t firing = 0;
  const json::value data = json::parse(digest.data);
  for (const json::value& item : data.at("items").as_array()) {
    const bool fires = item.at("state") == "firing";
    EXPECT_EQ(item.as_object().contains("acknowledge_url"), fires) << item;
    if (fires) ++firing;
  }
  ASSERT_GT(firing, 0U);
  for (const DestinationFormat format :
       {DestinationFormat::standard, DestinationFormat::teams, DestinationFormat::slack,
        DestinationFormat::google_chat, DestinationFormat::alertmanager,
        DestinationFormat::email}) {
    const std::string all = sent(format, digest);
    std::size_t shown = 0;
    for (std::size_t at = 0; (at = all.find(kAcknowledgeLink, at)) != std::string::npos; ++at) {
      ++shown;
    }
    const std::size_t parts = format == DestinationFormat::email ? 2 : 1;  // text and HTML
    EXPECT_EQ(shown, parts * firing) << to_string(format);
  }
}

TEST(LinkedEvents, ADrillsDigestHasNone) {
  json::object data = data_of_type(EventType::digest);
  data["test"] = true;
  EXPECT_FALSE(with_links(event_with(EventType::digest, data),
                          [](const std::string&) { return kAcknowledgeLink; }));
}

TEST(LinkedEvents, WhatIsTooLongKeepsItsLinkWhole) {
  for (const Event& event : hostile_events()) {
    if (event.acknowledge_link.empty()) continue;
    EXPECT_THAT(sent(DestinationFormat::standard, event), HasSubstr(kAcknowledgeLink));
  }
}

}  // namespace
}  // namespace kpid::webhooks
