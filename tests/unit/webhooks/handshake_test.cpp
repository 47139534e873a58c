// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The handshake with a real receiver: what is consent and what is none, and when it is asked.

#include "webhooks/handshake.hpp"

#include <algorithm>
#include <thread>

#include <gmock/gmock.h>

#include "outbox_fixture.hpp"

namespace kpid::webhooks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* allowed = "WebHook-Allowed-Origin";
using Headers = std::vector<std::pair<std::string, std::string>>;

// OPTIONS is answered so, everything else by 200.
Receiver::Script answers(unsigned status, Headers headers) {
  return [status, headers = std::move(headers)](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    if (request.method == "OPTIONS") {
      reply.status = status;
      reply.headers = headers;
    }
    return reply;
  };
}

std::vector<std::string> methods_of(const Receiver& receiver) {
  std::vector<std::string> methods;
  for (const ReceivedRequest& request : receiver.requests()) methods.push_back(request.method);
  return methods;
}

class HandshakeTest : public OutboxTest {
 protected:
  HandshakeTest() {
    config_.instance = "trust-1";
    config_.listen = ListenConfig{};
    config_.listen->public_url = "https://kpid.example.org/kpid";
  }
  DestinationConfig& asking(const Receiver& receiver) {
    DestinationConfig& made = destination("team", receiver.url());
    made.handshake = true;
    return made;
  }
  Delivery sent(const std::string& id = "msg_1") {
    const Delivery delivery = add(id, "team", "alt_" + id);
    outbox_->send({delivery});
    drain();
    return row(delivery);
  }
  // What an answer to OPTIONS makes of the first delivery.
  Delivery after(unsigned status, Headers headers, bool consents) {
    Receiver receiver(answers(status, std::move(headers)));
    config_.destinations.clear();
    const std::string number = std::to_string(++made_);
    asking(receiver).url = Secret{receiver.url("/" + number)};  // a port may come again
    configure();
    const Delivery made = sent("msg_" + number);
    if (consents) {
      EXPECT_EQ(made.state, DeliveryState::delivered) << made.last_error;
      EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "POST"));
    } else {
      EXPECT_EQ(made.state, DeliveryState::pending);
      EXPECT_EQ(made.last_status, 0);
      EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS")) << "nothing was sent";
    }
    return made;
  }
  int made_ = 0;
};

TEST_F(HandshakeTest, TheFirstDeliveryAsksAndTheOthersDoNot) {
  Receiver receiver(answers(200, {{allowed, "kpid.example.org"}}));
  asking(receiver);
  configure();
  for (const char* id : {"msg_1", "msg_2", "msg_3"}) {
    EXPECT_EQ(sent(id).state, DeliveryState::delivered);
  }
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "POST", "POST", "POST"));
  const ReceivedRequest asked = receiver.requests().front();
  EXPECT_EQ(asked.target, "/hook");
  EXPECT_EQ(asked.header("webhook-request-origin"), "kpid.example.org");
  EXPECT_EQ(asked.header("webhook-request-rate"), "") << "no limit was asked for";
  EXPECT_EQ(asked.header("webhook-signature"), "");
  EXPECT_EQ(asked.body, "");
  const ReceivedRequest posted = receiver.requests().at(1);
  EXPECT_EQ(posted.header("webhook-id"), "msg_1");
  EXPECT_FALSE(posted.body.empty());
}

TEST_F(HandshakeTest, WithoutTheOptionNobodyIsAsked) {
  Receiver receiver(answers(405, {}));
  destination("team", receiver.url());
  configure();
  EXPECT_EQ(sent().state, DeliveryState::delivered);
  EXPECT_THAT(methods_of(receiver), ElementsAre("POST"));
}

TEST_F(HandshakeTest, ConsentIsTheHeaderAndNotTheStatus) {
  after(200, {{allowed, "*"}}, true);
  after(204, {{"webhook-allowed-origin", " KPID.example.org "}}, true);
  after(405, {{allowed, "kpid.example.org"}}, true);
  after(500, {{allowed, "*"}}, true);
  after(410, {{allowed, "*"}}, true);
}

TEST_F(HandshakeTest, WithoutConsentNothingIsSentAndTheReasonSaysWhatToDo) {
  const std::string to_answer =
      "to be sent anything it must answer OPTIONS with the header \"WebHook-Allowed-Origin: "
      "kpid.example.org\" or \"WebHook-Allowed-Origin: *\"; nothing was sent";
  EXPECT_EQ(after(200, {}, false).last_error,
            "the receiver gave no consent: it answered 200 with no such header; " + to_answer);
  EXPECT_EQ(after(405, {}, false).last_error,
            "the receiver gave no consent: it answered 405 with no such header; " + to_answer);
  EXPECT_EQ(after(200, {{allowed, "other.example.org"}}, false).last_error,
            "the receiver gave no consent: it answered 200 with another name than "
            "\"kpid.example.org\"; " +
                to_answer);
  for (const char* other : {"", "kpid.example.or", "kpid.example.org.evil", "**", "* *", "null",
                            "https://kpid.example.org", "kpid.example.org, *"}) {
    after(200, {{allowed, other}}, false);
  }
  // Not even these end it or switch the destination off: what was asked is not the delivery.
  for (const unsigned status : {301U, 400U, 401U, 403U, 404U, 410U, 500U}) {
    after(status, {}, false);
  }
  EXPECT_THAT(disabled_, IsEmpty());
}

TEST_F(HandshakeTest, ItIsAskedAgainByTheScheduleUntilItConsents) {
  std::atomic<bool> consents{false};
  Receiver receiver([&](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    if (request.method == "OPTIONS" && consents) reply.headers = {{allowed, "*"}};
    return reply;
  });
  asking(receiver).retry_schedule = {1min, 10min, 1h};
  configure();
  EXPECT_EQ(sent().attempts, 1U);
  later(30s);
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS")) << "not before its time";
  later(45s);
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "OPTIONS"));
  consents = true;
  later(15min);
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "OPTIONS", "OPTIONS", "POST"));
  EXPECT_EQ(attempts_.size(), 3U);
  EXPECT_EQ(attempts_.back().state, DeliveryState::delivered);
  EXPECT_EQ(attempts_.back().status, 200);
}

TEST_F(HandshakeTest, WithoutConsentToTheEndItIsGivenUpWithTheReason) {
  Receiver receiver(answers(405, {}));
  asking(receiver).retry_schedule = {1min};
  configure();
  const Delivery first = sent();
  later(2min);
  EXPECT_EQ(row(first).state, DeliveryState::dead);
  EXPECT_THAT(row(first).last_error, HasSubstr("every retry has been used"));
  EXPECT_THAT(row(first).last_error, HasSubstr("must answer OPTIONS"));
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "OPTIONS"));
}

TEST_F(HandshakeTest, ARestThatIsAskedForIsKept) {
  std::atomic<bool> rested{false};
  Receiver receiver([&](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    if (request.method == "OPTIONS" && !rested) {
      reply.status = 429;
      // It does not count here: a receiver that cannot say has not said yes.
      reply.headers = {{"Retry-After", "1800"}, {allowed, "*"}};
    } else if (request.method == "OPTIONS") {
      reply.headers = {{allowed, "*"}};
    }
    return reply;
  });
  asking(receiver);
  configure();
  const Delivery first = sent();
  EXPECT_THAT(first.last_error, HasSubstr("429: the receiver cannot say now"));
  EXPECT_EQ(first.next_attempt_at, clock_.now() + 30min);
  // Nor does another delivery ask before that.
  EXPECT_EQ(sent("msg_2").attempts, 0U);
  rested = true;
  later(29min);
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS"));
  later(2min);
  EXPECT_EQ(row(first).state, DeliveryState::delivered);
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "OPTIONS", "POST", "POST"));
}

TEST_F(HandshakeTest, ManyDeliveriesAskOnce) {
  Receiver receiver([](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    if (request.method == "OPTIONS") {
      std::this_thread::sleep_for(100ms);  // they all wait for it
      reply.headers = {{allowed, "*"}};
    }
    return reply;
  });
  asking(receiver).connections = 8;
  configure();
  std::vector<Delivery> many;
  for (int i = 0; i < 20; ++i) {
    const std::string id = "msg_" + std::to_string(i);
    many.push_back(add(id, "team", "alt_" + id));
  }
  outbox_->send(many);
  drain();
  for (const Delivery& one : many) EXPECT_EQ(row(one).state, DeliveryState::delivered);
  const auto methods = methods_of(receiver);
  EXPECT_EQ(methods.size(), 21U);
  EXPECT_EQ(std::count(methods.begin(), methods.end(), "OPTIONS"), 1);
}

TEST_F(HandshakeTest, AReceiverThatNeverAnswersIsNoConsent) {
  Receiver receiver([](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    reply.never = request.method == "OPTIONS";
    return reply;
  });
  asking(receiver).timeout = 300ms;
  configure();
  const Delivery made = sent();
  EXPECT_EQ(made.state, DeliveryState::pending);
  EXPECT_THAT(made.last_error, HasSubstr("the receiver could not be asked for its consent: "));
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS"));
}

TEST_F(HandshakeTest, AReceiverThatIsAwayIsNoConsent) {
  Receiver receiver(answers(200, {{allowed, "*"}}));
  asking(receiver);
  configure();
  receiver.stop();
  const Delivery made = sent();
  EXPECT_THAT(made.last_error, HasSubstr("the receiver could not be asked for its consent: "));
  receiver.start();
  later(2min);
  EXPECT_EQ(row(made).state, DeliveryState::delivered);
}

TEST_F(HandshakeTest, TheAddressIsCheckedAsForADelivery) {
  Receiver receiver(answers(200, {{allowed, "*"}}));
  asking(receiver).allowed_networks.clear();
  configure();
  const Delivery made = sent();
  EXPECT_EQ(made.state, DeliveryState::pending);
  EXPECT_THAT(methods_of(receiver), IsEmpty());
}

TEST_F(HandshakeTest, AStopEndsAQuestionThatIsUnderWay) {
  Receiver receiver([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = true;
    return reply;
  });
  asking(receiver);
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  until([&] { return receiver.requests().size() == 1; });
  stop(10ms);
  EXPECT_EQ(row(delivery).attempts, 0U) << "nothing is known of it";
}

TEST_F(HandshakeTest, AnotherAddressOrNameAsksAgainAndAReloadDoesNot) {
  Receiver receiver(answers(200, {{allowed, "*"}}));
  asking(receiver);
  configure();
  sent("msg_1");
  configure();  // the config was read anew
  config_.destinations[0].timeout = 5s;
  configure();
  sent("msg_2");
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "POST", "POST"));
  config_.destinations[0].url = Secret{receiver.url("/other")};
  configure();
  sent("msg_3");
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "POST", "POST", "OPTIONS", "POST"));
  EXPECT_EQ(receiver.requests().at(3).target, "/other");
  config_.listen->public_url = "https://other.example.org";
  configure();
  sent("msg_4");
  EXPECT_EQ(receiver.requests().at(5).header("webhook-request-origin"), "other.example.org");
}

TEST_F(HandshakeTest, ARestartAsksAgain) {
  Receiver receiver(answers(200, {{allowed, "*"}}));
  asking(receiver);
  configure();
  sent("msg_1");
  outbox_.reset();  // as a kill leaves it
  make_outbox();
  configure();
  sent("msg_2");
  EXPECT_THAT(methods_of(receiver), ElementsAre("OPTIONS", "POST", "OPTIONS", "POST"));
}

TEST_F(HandshakeTest, TheRateThatIsAllowedIsKept) {
  Receiver receiver(answers(200, {{allowed, "*"}, {"WebHook-Allowed-Rate", "2"}}));
  asking(receiver);
  configure();
  std::vector<Delivery> many;
  for (int i = 0; i < 6; ++i) {
    const std::string id = "msg_" + std::to_string(i);
    many.push_back(add(id, "team", "alt_" + id));
  }
  outbox_->send(many);
  until([&] { return attempts_.size() == 2; });
  EXPECT_EQ(receiver.requests().size(), 3U);
  configure();  // a reload does not forget it
  clock_.advance(59s);
  outbox_->wake();
  loop_.restart();
  loop_.run_for(50ms);
  EXPECT_EQ(receiver.requests().size(), 3U);
  clock_.advance(1s);
  outbox_->wake();
  until([&] { return attempts_.size() == 4; });
  EXPECT_EQ(receiver.requests().size(), 5U);
  clock_.advance(1min);
  outbox_->wake();
  until([&] { return attempts_.size() == 6; });
}

TEST_F(HandshakeTest, TheOwnRateIsAskedForAndTheStricterHolds) {
  Receiver receiver(answers(200, {{allowed, "*"}, {"WebHook-Allowed-Rate", "1"}}));
  asking(receiver).rates = {{4, 1s}, {25, 5min}};
  configure();
  const Delivery first = add("msg_1", "team", "alt_1");
  const Delivery second = add("msg_2", "team", "alt_2");
  outbox_->send({first, second});
  until([&] { return attempts_.size() == 1; });
  EXPECT_EQ(receiver.requests().front().header("webhook-request-rate"), "5");
  loop_.restart();
  loop_.run_for(50ms);
  EXPECT_EQ(attempts_.size(), 1U);
  clock_.advance(1min);
  outbox_->wake();
  until([&] { return attempts_.size() == 2; });
}

TEST(HandshakeParts, TheNameIsTheHostOfThePublicAddressOrTheInstance) {
  Config config;
  config.instance = "trust-1";
  EXPECT_EQ(handshake_origin(config), "trust-1");
  config.listen = ListenConfig{};
  EXPECT_EQ(handshake_origin(config), "trust-1");
  for (const auto& [url, host] : std::vector<std::pair<std::string, std::string>>{
           {"https://kpid.example.org", "kpid.example.org"},
           {"https://kpid.example.org/", "kpid.example.org"},
           {"https://kpid.example.org:8443/kpid?x#y", "kpid.example.org"},
           {"http://[2001:db8::1]:80/x", "[2001:db8::1]"},
           {"https://", "trust-1"},
           {"kpid.example.org", "trust-1"}}) {
    config.listen->public_url = url;
    EXPECT_EQ(handshake_origin(config), host) << url;
  }
}

TEST(HandshakeParts, ARateIsCountedByTheMinute) {
  EXPECT_EQ(deliveries_a_minute({}), std::nullopt);
  EXPECT_EQ(deliveries_a_minute({{1, 1s}}), 60U);
  EXPECT_EQ(deliveries_a_minute({{4, 1s}, {25, 5min}}), 5U);
  EXPECT_EQ(deliveries_a_minute({{1, 24h}}), 1U) << "never less than one";
}

TEST(HandshakeParts, WhatIsNoRateSetsNone) {
  const auto rate = [](const std::string& text) {
    Answer answer;
    answer.status = 200;
    answer.headers = {{allowed, "*"}, {"WebHook-Allowed-Rate", text}};
    const Consent consent = consent_in(answer, "kpid");
    EXPECT_TRUE(consent.given);
    return consent.most_a_minute;
  };
  EXPECT_EQ(rate("120"), 120U);
  EXPECT_EQ(rate(" 120 "), 120U);
  for (const char* none : {"*", "", "0", "-1", "many", "12x", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(rate(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace kpid::webhooks
