// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What an attempt adds to the stored bytes.

#include "unit/webhooks/event_fixture.hpp"
#include "webhooks/signature.hpp"

namespace kpid::webhooks {
namespace {

HttpRequest request_with(const DestinationConfig& destination, std::string body) {
  Delivery delivery;
  delivery.event_id = "msg_1";
  delivery.content_type = "application/json";
  delivery.body = std::move(body);
  auto signer = signer_for(destination);
  auto request = request_for(destination, *signer, delivery, Timestamp{});
  EXPECT_TRUE(request);
  return std::move(*request);
}

TEST(DeliveryRequest, TheRoutingKeyIsInTheBodyThatGoesOut) {
  const DestinationConfig destination = destination_of(DestinationFormat::pagerduty);
  const Event event = of_type(EventType::alert_firing);
  const HttpRequest request = request_of(destination, event);
  json::object sent = json::parse(request.body).as_object();
  EXPECT_EQ(sent.at("routing_key"), "0123456789abcdef0123456789abcdef");
  sent.erase("routing_key");
  EXPECT_EQ(json::value(sent), json::parse(rendered(destination, event).body));
  EXPECT_TRUE(header_in(request, "authorization").empty());
}

TEST(DeliveryRequest, ABearerTokenIsAHeader) {
  for (const auto format :
       {DestinationFormat::ntfy, DestinationFormat::alertmanager, DestinationFormat::by_template}) {
    DestinationConfig destination = destination_of(format);
    destination.access_key = Secret{"abc"};
    const HttpRequest request = request_of(destination, of_type(EventType::test_ping));
    EXPECT_EQ(header_in(request, "authorization"), "Bearer abc") << to_string(format);
    EXPECT_EQ(request.body.find("abc"), std::string::npos);
    destination.access_key = {};
    EXPECT_EQ(header_in(request_of(destination, of_type(EventType::test_ping)), "authorization"),
              "");
  }
}

TEST(DeliveryRequest, ATemplateIsSignedWhereItHasASecret) {
  DestinationConfig destination = destination_of(DestinationFormat::by_template);
  EXPECT_EQ(header_in(request_of(destination, of_type(EventType::test_ping)), "webhook-signature"),
            "");
  destination.signing_secrets = {Secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
  EXPECT_TRUE(header_in(request_of(destination, of_type(EventType::test_ping)), "webhook-signature")
                  .starts_with("v1,"));
}

TEST(DeliveryRequest, KeysOfBothKindsSignWhileOneReplacesTheOther) {
  const KeyPair pair = make_key_pair().value();
  const Secret shared = make_shared_secret().value();
  DestinationConfig destination = destination_of(DestinationFormat::standard);
  destination.signing_secrets = {pair.secret, shared};
  const HttpRequest request = request_of(destination, of_type(EventType::alert_firing));
  const std::string id = header_in(request, "webhook-id");
  const std::string timestamp = header_in(request, "webhook-timestamp");
  const std::string list = header_in(request, "webhook-signature");
  const Timestamp at{std::chrono::seconds{std::stoll(timestamp)}};
  for (const Secret& key : {Secret{pair.public_half}, shared}) {
    EXPECT_TRUE(verify(key, {id, timestamp, list}, request.body, at));
    EXPECT_FALSE(verify(key, {id, timestamp, list}, request.body + " ", at));
  }
  EXPECT_EQ(list.find(pair.secret.reveal()), std::string::npos);
}

TEST(DeliveryRequest, APublicKeyOrATornPairSignsNothing) {
  const KeyPair one = make_key_pair().value();
  const KeyPair other = make_key_pair().value();
  // Most of one's seed, and the rest of the other.
  const Secret torn{one.secret.reveal().substr(0, 5 + 40) + other.secret.reveal().substr(5 + 40)};
  DestinationConfig destination = destination_of(DestinationFormat::standard);
  for (const Secret& secret : {Secret{one.public_half}, torn}) {
    destination.signing_secrets = {secret};
    const auto signer = signer_for(destination);
    ASSERT_FALSE(signer);
    EXPECT_EQ(signer.error().kind, ErrorKind::config);
  }
}

// A delivery waits while the config changes: what was stored in another format goes out as it is.
TEST(DeliveryRequest, BytesOfAnotherFormatAreLeftAlone) {
  for (const char* body : {R"({"text":"x"})", "plain", "", "[1]", R"({"message":)"}) {
    for (const DestinationFormat format : kAllFormats) {
      EXPECT_EQ(request_with(destination_of(format), body).body, body) << to_string(format);
    }
  }
}

TEST(HeaderText, PlainTextStaysAsItIs) {
  EXPECT_EQ(header_text("Red alert: Alder"), "Red alert: Alder");
  EXPECT_EQ(header_text(""), "");
}

TEST(HeaderText, NoHeaderOfItsOwnBegins) {
  EXPECT_EQ(header_text("a\r\nx-evil: 1\n"), "a  x-evil: 1 ");
  EXPECT_EQ(header_text(std::string("a\0b", 3)), "a b");
}

TEST(HeaderText, OtherLettersAreEncodedWordsOfAtMost75Characters) {
  EXPECT_EQ(header_text("£5"), "=?UTF-8?B?wqM1?=");
  std::string pounds;
  for (int i = 0; i < 60; ++i) pounds += "£";
  const std::string words = header_text(pounds);
  std::size_t begin = 0;
  std::size_t count = 0;
  while (begin < words.size()) {
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    EXPECT_LE(end - begin, 75U);
    EXPECT_EQ(words.substr(begin, 10), "=?UTF-8?B?");
    begin = end + 1;
    ++count;
  }
  EXPECT_EQ(count, 3U) << "120 bytes, whole characters in each word: 44, 44 and 32";
}

}  // namespace
}  // namespace kpid::webhooks
