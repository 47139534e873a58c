// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The mail of each event, as files that people can read (tests/golden/webhooks/email), and what no
// name may do to it. Golden files are made anew as golden_test.cpp says.

#include <algorithm>
#include <cstdlib>

#include "unit/webhooks/event_fixture.hpp"
#include "webhooks/html_text.hpp"
#include "webhooks/mail_text.hpp"
#include "webhooks/message.hpp"
#include "webhooks/preview.hpp"

namespace kpid::webhooks {
namespace {

DestinationConfig by_mail() {
  DestinationConfig made = destination_of(DestinationFormat::email);
  made.url = Secret{"smtps://mail.example.org:465"};
  made.mail = {"kpid@example.org", {"head@a.example", "finance@a.example"}, "kpid", true};
  made.access_key = Secret{"correct horse"};
  return made;
}

std::string mail_of(const Event& event) { return rendered(by_mail(), event).body; }

std::vector<std::string> lines_of(const std::string& mail) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < mail.size();) {
    const std::size_t end = std::min(mail.find("\r\n", at), mail.size());
    lines.push_back(mail.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

// The headers, unfolded.
std::vector<std::string> headers_of(const std::string& mail) {
  std::vector<std::string> headers;
  for (const std::string& line : lines_of(mail)) {
    if (line.empty()) break;
    if (line.starts_with(' ')) {
      headers.back() += line;
    } else {
      headers.push_back(line);
    }
  }
  return headers;
}

std::string header_of(const std::string& mail, const std::string& name) {
  for (const std::string& header : headers_of(mail)) {
    if (header.starts_with(name + ": ")) return header.substr(name.size() + 2);
  }
  return {};
}

std::string unquoted(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (text.compare(i, 3, "=\r\n") == 0) {
      i += 2;
    } else {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

// The text and the HTML, decoded.
std::vector<std::string> parts_of(const std::string& mail) {
  const std::size_t at = mail.find("boundary=\"") + 10;
  const std::string boundary = "\r\n--" + mail.substr(at, mail.find('"', at) - at);
  std::vector<std::string> parts;
  for (std::size_t from = mail.find(boundary); from != std::string::npos;) {
    const std::size_t to = mail.find(boundary, from + 1);
    if (to == std::string::npos) break;
    const std::size_t body = mail.find("\r\n\r\n", from + boundary.size());
    parts.push_back(unquoted(mail.substr(body + 4, to - body - 4)));
    from = to;
  }
  return parts;
}

TEST(EmailGolden, EveryEventIsToldAsItsFileSays) {
  for (const EventType type : kAllTypes) {
    const auto file = golden_folder() / "email" / (std::string{to_string(type)} + ".eml");
    const std::string told = mail_of(of_type(type));
    if (std::getenv("KPID_UPDATE_GOLDEN") != nullptr) {
      std::filesystem::create_directories(file.parent_path());
      std::ofstream{file, std::ios::binary} << told;
    }
    EXPECT_EQ(told, content_of(file)) << file;
  }
}

TEST(Email, BothPartsSayWhatTheOtherFormatsSay) {
  const Event event = of_type(EventType::alert_firing);
  const auto data = data_of_type(EventType::alert_firing);
  const Message message = message_of(event, data, Room{});
  const std::string mail = mail_of(event);
  EXPECT_EQ(header_of(mail, "Subject"), message.headline());
  const auto parts = parts_of(mail);
  ASSERT_EQ(parts.size(), 2U);
  for (const Fact& fact : message.facts) {
    EXPECT_NE(parts[0].find(fact.title + ": " + fact.value + "\r\n"), std::string::npos);
    EXPECT_NE(parts[1].find(html_escaped(fact.value)), std::string::npos) << fact.title;
  }
  for (const std::string& words : {message.sentence, message.what_to_do, message.source}) {
    ASSERT_NE(words, "");
    EXPECT_NE(parts[0].find(words), std::string::npos) << words;
    EXPECT_NE(parts[1].find(html_escaped(words)), std::string::npos) << words;
  }
}

TEST(Email, AnAlertsMailsAreOneThreadAndEachHasItsOwnId) {
  const std::string first = mail_of(of_type(EventType::alert_firing));
  Event later = of_type(EventType::alert_resolved);
  later.id = "msg_01JDEXAMPLE0000000000000BB";
  const std::string last = mail_of(later);
  EXPECT_EQ(header_of(first, "Message-ID"), "<msg_01JDEXAMPLE0000000000000AA@trust-1>");
  EXPECT_EQ(header_of(last, "Message-ID"), "<msg_01JDEXAMPLE0000000000000BB@trust-1>");
  EXPECT_EQ(header_of(first, "References"), "<alt_01JDEXAMPLE0000000000000AA@trust-1>");
  for (const char* name : {"References", "In-Reply-To"}) {
    EXPECT_EQ(header_of(last, name), header_of(first, "References")) << name;
  }
  EXPECT_EQ(header_of(mail_of(of_type(EventType::test_ping)), "References"), "");
  EXPECT_EQ(header_of(first, "Date"), "Tue, 24 Nov 2026 06:31:07 +0000") << "the event's";
  EXPECT_EQ(header_of(first, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(header_of(first, "List-Id"), "<board.trust-1.kpid>");
}

TEST(Email, NoNameBreaksAMail) {
  std::vector<std::string> names;
  for (const std::string& header : headers_of(mail_of(of_type(EventType::alert_firing)))) {
    names.push_back(header.substr(0, header.find(':')));
  }
  for (const Event& event : hostile_events()) {
    const std::string mail = mail_of(event);
    ASSERT_LE(mail.size(), 20'000U);
    ASSERT_TRUE(mail.ends_with("--\r\n"));
    for (const std::string& line : lines_of(mail)) {
      ASSERT_LE(line.size(), 200U) << line;
      ASSERT_TRUE(std::all_of(line.begin(), line.end(), [](char c) {
        return c >= ' ' && c <= '~';
      })) << line;
    }
    for (const std::string& header : headers_of(mail)) {
      const std::string name = header.substr(0, header.find(':'));
      ASSERT_NE(std::find(names.begin(), names.end(), name), names.end()) << header;
    }
    const auto parts = parts_of(mail);
    ASSERT_EQ(parts.size(), 2U);
    for (const char* tag : {"<!here", "<!channel", "<users", "</at", "<script"}) {
      ASSERT_EQ(parts[1].find(tag), std::string::npos) << tag;
    }
  }
}

TEST(Email, AHeaderIsOneHeader) {
  EXPECT_EQ(mail_header("Subject", "a\r\nBcc: x@y\r\n\r\nbody"), "Subject: a Bcc: x@y body\r\n");
  EXPECT_EQ(mail_header("Subject", "  a   b  "), "Subject: a b\r\n");
  EXPECT_EQ(mail_header("Subject", "£5"), "Subject: =?UTF-8?B?wqM1?=\r\n");
  EXPECT_EQ(mail_header("Subject", "=?UTF-8?Q?fake?="),
            "Subject: =?UTF-8?B?PT9VVEYtOD9RP2Zha2U/PQ==?=\r\n");
  const std::string folded = mail_header("Subject", "aaaaaaaaa " + std::string(70, 'b') + " c");
  EXPECT_EQ(folded, "Subject: aaaaaaaaa\r\n " + std::string(70, 'b') + " c\r\n");
  for (const std::string& line : lines_of(mail_header("Subject", std::string(5'000, 'x')))) {
    EXPECT_LE(line.size(), 100U);
  }
}

TEST(Email, QuotedPrintableHasShortLinesAndComesBack) {
  EXPECT_EQ(quoted_printable("a=b £ \n\n.x"), "a=3Db =C2=A3=20\r\n\r\n.x\r\n");
  const std::string text = std::string(200, 'x') + " " + std::string(80, '\xC3') + " end\n";
  const std::string quoted = quoted_printable(text);
  for (const std::string& line : lines_of(quoted)) EXPECT_LE(line.size(), 76U);
  EXPECT_EQ(unquoted(quoted), text.substr(0, text.size() - 1) + "\r\n");
}

TEST(Email, TheRequestBearsTheStoredBytesAndTheLogin) {
  const HttpRequest request = request_of(by_mail(), of_type(EventType::alert_firing));
  ASSERT_TRUE(request.envelope);
  EXPECT_EQ(request.body, mail_of(of_type(EventType::alert_firing)));
  EXPECT_EQ(request.envelope->to, by_mail().mail.to);
  EXPECT_EQ(request.envelope->password.reveal(), "correct horse");
  EXPECT_EQ(request.body.find("correct horse"), std::string::npos);
}

TEST(Email, ThePreviewShowsTheMailAndNoPassword) {
  Config config;
  config.instance = "trust-1";
  Organisation trust;
  trust.kind = OrganisationKind::trust;
  trust.code = trust_code;
  config.organisations = Organisations({trust});
  config.destinations.push_back(by_mail());
  const auto shown =
      preview(config, "board", EventType::test_ping, *parse_timestamp("2026-11-24T06:31:07Z"));
  ASSERT_TRUE(shown) << shown.error().text();
  EXPECT_EQ(shown->at("format").as_string(), "email");
  const json::array headers{"MAIL FROM:<kpid@example.org>", "RCPT TO:<head@a.example>",
                            "RCPT TO:<finance@a.example>"};
  EXPECT_EQ(shown->at("headers").as_array(), headers);
  EXPECT_TRUE(shown->at("body").as_string().starts_with("Date: "));
  EXPECT_EQ(json::serialize(*shown).find("correct horse"), std::string::npos);
}

TEST(Email, WhatAMailServersAnswerMeans) {
  const std::vector<std::chrono::milliseconds> schedule{std::chrono::minutes{5}};
  const auto decided = [&](int status, const std::string& words, std::uint32_t attempts = 1) {
    return decide(Answer{status, {}, {}, words}, attempts, schedule, Timestamp{}, 0.5,
                  DestinationFormat::email);
  };
  EXPECT_EQ(decided(250, "").state, DeliveryState::delivered);
  for (const int status : {400, 410, 413, 421, 429, 450, 451, 452, 454}) {
    const Decision later = decided(status, "4.2.0 try later");
    EXPECT_EQ(later.state, DeliveryState::pending) << status;
    EXPECT_EQ(later.error,
              std::to_string(status) + ": the mail server does not take it now: 4.2.0 try later");
    EXPECT_EQ(later.next_attempt_at, Timestamp{} + std::chrono::minutes{5});
    EXPECT_EQ(decided(status, "", 2).state, DeliveryState::dead) << "every retry was used";
  }
  for (const int status : {500, 502, 504, 550, 552, 554}) {
    const Decision never = decided(status, "5.1.1 no such user");
    EXPECT_EQ(never.state, DeliveryState::dead) << status;
    EXPECT_FALSE(never.disable_destination);
    EXPECT_EQ(never.error, std::to_string(status) +
                               ": the mail server refused the mail: 5.1.1 no such user; correct "
                               "the destination, then replay the delivery");
  }
  EXPECT_EQ(decided(535, "5.7.8 wrong").error,
            "535: the mail server does not let kpid in: 5.7.8 wrong; check the destination's user "
            "and password, then replay the delivery");
}

}  // namespace
}  // namespace kpid::webhooks
