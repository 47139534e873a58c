// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Each format through the outbox to a real receiver, and what the receivers answer in their own
// way.

#include "unit/webhooks/event_fixture.hpp"
#include "unit/webhooks/outbox_fixture.hpp"

namespace kpid::webhooks {
namespace {

class FormatsDelivery : public OutboxTest {
 protected:
  DestinationConfig& add_destination(DestinationFormat format, const std::string& url) {
    DestinationConfig made = destination_of(format);
    made.name = std::string{to_string(format)};
    made.url = Secret{url};
    made.allowed_networks = {"127.0.0.0/8"};
    made.retry_schedule = {1min, 10min};
    config_.destinations.push_back(made);
    return config_.destinations.back();
  }

  // The event as that destination gets it, stored as the evaluation stores it.
  Delivery store_for(const DestinationConfig& destination, Event event) {
    event.id = "msg_" + destination.name;
    const Rendered made = rendered(destination, event);
    Delivery delivery;
    delivery.event_id = event.id;
    delivery.event_type = event.type;
    delivery.destination = destination.name;
    delivery.subject = event.subject;
    delivery.content_type = made.content_type;
    delivery.body = made.body;
    delivery.created_at = delivery.next_attempt_at = clock_.now();
    write([&](store::Writer& writer) -> Result<void> {
      if (auto added = writer.add_event(event); !added) return added;
      return writer.add_delivery(delivery);
    });
    return delivery;
  }

  Delivery sent_to(DestinationFormat format, const Receiver& receiver) {
    const DestinationConfig destination = add_destination(format, receiver.url());
    configure();
    const Delivery delivery = store_for(destination, of_type(EventType::alert_firing));
    outbox_->send({delivery});
    drain();
    return row(delivery);
  }
};

TEST_F(FormatsDelivery, EachArrivesAsItWasRendered) {
  Receiver receiver(always(202));
  for (const DestinationFormat format : kAllFormats) {
    add_destination(format, receiver.url("/" + std::string{to_string(format)}));
  }
  configure();
  for (const DestinationConfig& destination : config_.destinations) {
    const Event event = of_type(EventType::alert_firing);
    const Delivery delivery = store_for(destination, event);
    outbox_->send({delivery});
    drain();
    EXPECT_EQ(row(delivery).state, DeliveryState::delivered) << destination.name;
    const ReceivedRequest received = receiver.requests().back();
    EXPECT_EQ(received.target, "/" + destination.name);
    Event as_stored = event;
    as_stored.id = delivery.event_id;
    const HttpRequest expected = request_of(destination, as_stored);
    EXPECT_EQ(received.body, expected.body);
    for (const char* name :
         {"content-type", "authorization", "title", "priority", "tags", "click"}) {
      EXPECT_EQ(received.header(name), header_in(expected, name)) << destination.name << name;
    }
    EXPECT_EQ(received.headers.count("webhook-signature"),
              destination.format == DestinationFormat::standard ? 1U : 0U);
  }
  EXPECT_EQ(receiver.requests().size(), kAllFormats.size());
}

TEST_F(FormatsDelivery, WhatIsStoredHoldsNoKey) {
  Receiver receiver(always(202));
  for (const auto format : {DestinationFormat::pagerduty, DestinationFormat::ntfy}) {
    const Delivery delivery = sent_to(format, receiver);
    EXPECT_NE(receiver.requests().back().body + receiver.requests().back().header("authorization"),
              "");
    EXPECT_EQ(delivery.body.find("0123456789"), std::string::npos);
  }
}

TEST_F(FormatsDelivery, AChatWhoseChannelIsGoneIsSwitchedOff) {
  Receiver receiver(always(404));
  for (const auto format : {DestinationFormat::slack, DestinationFormat::discord}) {
    const Delivery delivery = sent_to(format, receiver);
    EXPECT_EQ(delivery.state, DeliveryState::dead);
    EXPECT_EQ(delivery.last_error,
              "404: the receiver is gone and wants no more; give the destination a new URL");
    EXPECT_TRUE(state(std::string{to_string(format)}).disabled);
  }
  EXPECT_EQ(sent_to(DestinationFormat::teams, receiver).state, DeliveryState::pending);
  EXPECT_FALSE(state("teams").disabled);
}

TEST_F(FormatsDelivery, DiscordsWaitIsReadFromTheBody) {
  Receiver receiver([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = 429;
    reply.body = R"({"message":"You are being rate limited.","retry_after":1800.4,"global":false})";
    return reply;
  });
  const Delivery limited = sent_to(DestinationFormat::discord, receiver);
  EXPECT_EQ(limited.state, DeliveryState::pending);
  EXPECT_EQ(limited.next_attempt_at, clock_.now() + 1801s);
  const Delivery other = sent_to(DestinationFormat::slack, receiver);
  EXPECT_LT(other.next_attempt_at, clock_.now() + 10min) << "others say it in a header";
}

TEST_F(FormatsDelivery, PagerDutysBadRequestIsNotTriedAgain) {
  Receiver receiver(always(400));
  const Delivery delivery = sent_to(DestinationFormat::pagerduty, receiver);
  EXPECT_EQ(delivery.state, DeliveryState::dead);
  EXPECT_FALSE(state("pagerduty").disabled);
}

}  // namespace
}  // namespace kpid::webhooks
