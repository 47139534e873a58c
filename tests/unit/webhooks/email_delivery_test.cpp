// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Mails through the outbox to a real mail server on loopback: accepted, put off, refused, slow, and
// without TLS where there must be some.

#include <cstdio>
#include <fstream>

#include "support/mail_sink.hpp"
#include "unit/webhooks/event_fixture.hpp"
#include "unit/webhooks/outbox_fixture.hpp"

namespace kpid::webhooks {
namespace {

using kpid::testing::Certificate;
using kpid::testing::MailSink;
using kpid::testing::make_authority;
using kpid::testing::make_certificate;
using kpid::testing::ReceivedMail;
using Saying = MailSink::Saying;

// Answers `verb` so the first `times`, then as usual.
MailSink::Script says(const std::string& verb, const std::string& reply, int times = 1'000) {
  auto left = std::make_shared<std::atomic<int>>(times);
  return [=](const Saying& said) -> std::optional<std::string> {
    if (said.verb != verb || left->fetch_sub(1) <= 0) return std::nullopt;
    return reply;
  };
}

class EmailDelivery : public OutboxTest {
 protected:
  DestinationConfig& mail_to(const std::string& url, bool tls) {
    DestinationConfig made;
    made.name = "office";
    made.format = DestinationFormat::email;
    made.url = Secret{url};
    made.mail = {"kpid@example.org", {"head@a.example", "finance@a.example"}, "", tls};
    made.allowed_networks = {"127.0.0.0/8"};
    made.retry_schedule = {5min, 30min};
    made.timeout = 20s;
    config_.destinations = {made};
    return config_.destinations.back();
  }
  DestinationConfig& mail_to(const MailSink& sink) { return mail_to(sink.url(), false); }

  Delivery stored(Event event, const std::string& id) {
    event.id = id;
    const Rendered made = rendered(config_.destinations.back(), event);
    Delivery delivery;
    delivery.event_id = id;
    delivery.event_type = event.type;
    delivery.destination = "office";
    delivery.subject = id;
    delivery.content_type = made.content_type;
    delivery.body = made.body;
    delivery.created_at = delivery.next_attempt_at = clock_.now();
    write([&](store::Writer& writer) -> Result<void> {
      if (auto added = writer.add_event(event); !added) return added;
      return writer.add_delivery(delivery);
    });
    return delivery;
  }
  Delivery sent(const std::string& id = "msg_1") {
    configure();
    const Delivery delivery = stored(of_type(EventType::alert_firing), id);
    outbox_->send({delivery});
    drain();
    return row(delivery);
  }
  std::filesystem::path file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
};

TEST_F(EmailDelivery, AMailArrivesWhole) {
  MailSink sink;
  mail_to(sink);
  const Delivery delivery = sent();
  EXPECT_EQ(delivery.state, DeliveryState::delivered) << delivery.last_error;
  EXPECT_EQ(delivery.last_status, 250);
  ASSERT_EQ(sink.mails().size(), 1U);
  const ReceivedMail mail = sink.mails()[0];
  EXPECT_EQ(mail.from, "<kpid@example.org>");
  EXPECT_EQ(mail.to, (std::vector<std::string>{"<head@a.example>", "<finance@a.example>"}));
  EXPECT_EQ(mail.text, delivery.body);
}

TEST_F(EmailDelivery, LinesOfDotsArriveAsTheyAre) {
  MailSink sink;
  mail_to(sink);
  configure();
  Delivery delivery = stored(firing_with("explanation", ". .. ..."), "msg_dots");
  delivery.body = "Subject: x\r\n\r\n.\r\n..\r\n. x\r\n\r\n.\r\n";
  outbox_->send({delivery});
  drain();
  ASSERT_EQ(sink.mails().size(), 1U);
  EXPECT_EQ(sink.mails()[0].text, delivery.body);
}

TEST_F(EmailDelivery, WhatIsPutOffIsSentAgainWithTheSameBytes) {
  for (const char* verb : {"MAIL", "RCPT", "DATA", ".", ""}) {
    const bool busy = std::string_view{verb}.empty();
    const std::string reply = busy ? "421 4.3.2 too busy" : "450 4.2.1 try later";
    MailSink sink(says(verb, reply, 1));
    mail_to(sink);
    const std::string id = std::string{"msg_"} + std::to_string(attempts_.size());
    const Delivery first = sent(id);
    EXPECT_EQ(first.state, DeliveryState::pending) << verb;
    EXPECT_EQ(first.last_error,
              reply.substr(0, 3) + ": the mail server does not take it now: " + reply.substr(4));
    EXPECT_TRUE(sink.mails().empty());
    later(10min);
    EXPECT_EQ(row(first).state, DeliveryState::delivered) << verb << row(first).last_error;
    ASSERT_EQ(sink.mails().size(), 1U);
    EXPECT_EQ(sink.mails()[0].text, first.body);
  }
}

TEST_F(EmailDelivery, ARefusalIsADeadLetterWithTheServersWords) {
  for (const char* verb : {"MAIL", "RCPT", "DATA", ".", ""}) {
    MailSink sink(says(verb, "550-5.1.1 no such user\r\n550 5.1.1 of ours"));
    mail_to(sink);
    const Delivery delivery = sent(std::string{"msg_"} + std::to_string(attempts_.size()));
    EXPECT_EQ(delivery.state, DeliveryState::dead) << verb;
    EXPECT_EQ(delivery.last_status, 550);
    EXPECT_EQ(delivery.last_error,
              "550: the mail server refused the mail: 5.1.1 no such user 5.1.1 of ours; correct "
              "the destination, then replay the delivery")
        << verb;
    EXPECT_EQ(sink.connections(), 1U);
    EXPECT_TRUE(sink.mails().empty());
  }
}

TEST_F(EmailDelivery, OneReceiverThatIsRefusedKeepsTheMailFromAll) {
  MailSink sink([](const Saying& said) -> std::optional<std::string> {
    if (said.argument.find("finance@") == std::string::npos) return std::nullopt;
    return "550 5.1.1 finance has left";
  });
  mail_to(sink);
  const Delivery delivery = sent();
  EXPECT_EQ(delivery.state, DeliveryState::dead);
  EXPECT_NE(delivery.last_error.find("finance has left"), std::string::npos);
  EXPECT_TRUE(sink.mails().empty()) << "nobody gets twice what is then replayed";
}

TEST_F(EmailDelivery, StartTlsComesBeforeTheLogin) {
  const Certificate authority = make_authority("The trust's own");
  MailSink sink({}, MailSink::Tls::offered, make_certificate(authority));
  auto& destination = mail_to(sink.url(), true);
  destination.ca_file = file("ca.pem", authority.certificate);
  destination.mail.user = "kpid";
  destination.access_key = Secret{"correct horse"};
  EXPECT_EQ(sent().state, DeliveryState::delivered);
  ASSERT_EQ(sink.mails().size(), 1U);
  EXPECT_TRUE(sink.mails()[0].tls);
  EXPECT_EQ(sink.mails()[0].login, "kpid:correct horse");
}

TEST_F(EmailDelivery, TlsFromTheFirstByte) {
  const Certificate authority = make_authority("The trust's own");
  MailSink sink({}, MailSink::Tls::from_the_start, make_certificate(authority));
  mail_to(sink.url(), true).ca_file = file("ca.pem", authority.certificate);
  EXPECT_EQ(sent().state, DeliveryState::delivered);
  ASSERT_EQ(sink.mails().size(), 1U);
  EXPECT_TRUE(sink.mails()[0].tls);
}

TEST_F(EmailDelivery, AWrongLoginIsToldAsSuch) {
  const Certificate authority = make_authority("The trust's own");
  MailSink sink(says("AUTH", "535 5.7.8 wrong"), MailSink::Tls::offered,
                make_certificate(authority));
  auto& destination = mail_to(sink.url(), true);
  destination.ca_file = file("ca.pem", authority.certificate);
  destination.mail.user = "kpid";
  destination.access_key = Secret{"wrong"};
  EXPECT_EQ(sent().last_error,
            "535: the mail server does not let kpid in: 5.7.8 wrong; check the destination's user "
            "and password, then replay the delivery");
}

TEST_F(EmailDelivery, WithoutTlsNothingIsSaidWhereItIsRequired) {
  MailSink sink;
  mail_to(sink.url(), true);
  const Delivery delivery = sent();
  EXPECT_EQ(delivery.state, DeliveryState::pending);
  EXPECT_EQ(delivery.last_error,
            "the mail server offers no STARTTLS, and nothing is sent in clear; use its smtps:// "
            "port");
  for (const std::string& said : sink.commands()) EXPECT_FALSE(said.starts_with("MAIL")) << said;
}

TEST_F(EmailDelivery, AnUnknownCertificateIsNotTrusted) {
  MailSink sink({}, MailSink::Tls::offered, make_certificate(std::nullopt));
  mail_to(sink.url(), true);
  EXPECT_EQ(sent().last_error, "the certificate is not trusted: self-signed certificate");
  EXPECT_TRUE(sink.mails().empty());
}

TEST_F(EmailDelivery, ForbiddenAddressesAreNeverConnectedTo) {
  MailSink sink;
  mail_to(sink.url(), true).allowed_networks.clear();
  EXPECT_EQ(sent("msg_1").last_error,
            "the address 127.0.0.1 is a loopback address; name it in allowed_networks to allow it");
  mail_to(sink.url(), false).allowed_networks = {"10.0.0.0/8"};
  sent("msg_2");
  mail_to("smtp://1.1.1.1:25", false).allowed_networks = {"127.0.0.0/8"};
  EXPECT_EQ(sent("msg_3").last_error,
            "without TLS nothing is sent to 1.1.1.1, which is in none of allowed_networks");
  EXPECT_EQ(sink.connections(), 0U);
}

TEST_F(EmailDelivery, AServerThatIsSilentIsGivenUpAndDelaysNobody) {
  for (const char* verb : {"", "."}) {
    MailSink sink(says(verb, ""));
    mail_to(sink).timeout = 3s;
    Receiver fine(always(200));
    destination("fine", fine.url());
    std::swap(config_.destinations[0], config_.destinations[1]);  // stored() looks at the last
    configure();
    const Delivery slow =
        stored(of_type(EventType::alert_firing), "msg_" + std::to_string(attempts_.size()));
    outbox_->send({slow});
    until([&] { return sink.connections() == 1; });
    const std::size_t before = attempts_.size();
    const Delivery quick = add("msg_quick_" + std::to_string(before), "fine", slow.event_id);
    outbox_->send({quick});
    until([&] { return attempts_.size() > before; });
    EXPECT_EQ(row(quick).state, DeliveryState::delivered)
        << "while the other still waits: " << verb;
    EXPECT_EQ(attempts_.at(before).delivery, quick.id);
    drain();
    EXPECT_EQ(row(slow).last_error, "no answer within 3 s") << verb;
    EXPECT_EQ(row(slow).state, DeliveryState::pending);
  }
}

TEST_F(EmailDelivery, ASilentGoodByeDoesNotUndoAnAcceptedMail) {
  MailSink sink(says("QUIT", ""));
  mail_to(sink);
  EXPECT_EQ(sent().state, DeliveryState::delivered);
  EXPECT_EQ(sink.mails().size(), 1U);
}

TEST_F(EmailDelivery, StoppingEndsWhatIsUnderWay) {
  MailSink sink(says("RCPT", ""));
  mail_to(sink);
  configure();
  const Delivery delivery = stored(of_type(EventType::alert_firing), "msg_1");
  outbox_->send({delivery});
  until([&] { return sink.connections() == 1; });
  stop(50ms);
  EXPECT_EQ(row(delivery).attempts, 0U) << "nothing is known of it";
  EXPECT_EQ(row(delivery).state, DeliveryState::pending);
}

TEST_F(EmailDelivery, NonsenseIsNoAnswer) {
  MailSink http(says("", "HTTP/1.1 400 Bad Request"));
  mail_to(http).timeout = 1s;
  EXPECT_EQ(sent("msg_1").state, DeliveryState::pending);
  std::string greeting;
  for (int i = 0; i < 20'000; ++i) greeting += "220-welcome\r\n";
  MailSink endless(says("", greeting + "220 at last"));
  mail_to(endless);
  EXPECT_EQ(sent("msg_2").state, DeliveryState::pending);
  MailSink binary(says("RCPT", "550 \x1b[2J\xff\xfe no"));
  mail_to(binary);
  EXPECT_NE(sent("msg_3").last_error.find(": ?[2J?? no;"), std::string::npos)
      << attempts_.back().error;
}

// Python's own mail library as the reader, where there is one.
TEST_F(EmailDelivery, PythonsMailLibraryFindsNoFault) {
  if (std::system("python3 -c 'import email' 2>/dev/null") != 0) GTEST_SKIP() << "no python3";
  MailSink sink;
  mail_to(sink);
  configure();
  std::vector<Event> events = hostile_events();
  for (const EventType type : kAllTypes) events.push_back(of_type(type));
  std::size_t number = 0;
  for (const Event& event : events) {
    outbox_->send({stored(event, "msg_" + std::to_string(++number))});
    drain();
  }
  ASSERT_EQ(sink.mails().size(), events.size());
  number = 0;
  for (const ReceivedMail& mail : sink.mails()) {
    file("mail_" + std::to_string(++number) + ".eml", mail.text);
  }
  const auto script = file("read.py", R"(
import email, email.policy, glob, sys
faults = []
for name in glob.glob(sys.argv[1] + "/mail_*.eml"):
    mail = email.message_from_bytes(open(name, "rb").read(), policy=email.policy.default)
    told = list(mail.defects)
    for header, value in mail.items():
        told += [f"{header}: {one}" for one in value.defects]
    parts = list(mail.iter_parts())
    if [part.get_content_type() for part in parts] != ["text/plain", "text/html"]:
        told.append("parts")
    for part in parts:
        told += part.defects
        if not part.get_content().strip():
            told.append("empty")
    if mail["Date"].datetime is None or not mail["Subject"] or len(mail["To"].addresses) != 2:
        told.append("headers")
    faults += [f"{name}: {one}" for one in told]
print("\n".join(map(str, faults)))
sys.exit(1 if faults else 0)
)");
  const std::string command = "python3 '" + script.string() + "' '" + folder_.path().string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace kpid::webhooks
