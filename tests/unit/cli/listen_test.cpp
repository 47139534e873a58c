// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// `kpictl listen`, the real program, against deliveries that are signed, wrongly signed, replayed
// and hostile.

#include "cli/listen.hpp"

#include <chrono>
#include <fstream>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/places.hpp"
#include "support/run_program.hpp"
#include "webhooks/signature.hpp"

namespace kpid::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace asio = boost::asio;
namespace http = boost::beast::http;

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string old_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const std::string breach =
    R"({"type":"kpi.alert.firing","data":{"severity":"red","explanation":"Ash: 3 %."}})";

class Receiver {
 public:
  explicit Receiver(std::vector<std::string> more) {
    std::vector<std::string> arguments{kpid::testing::binary_folder() + "/bin/kpictl", "listen",
                                       "--port", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    program_ =
        std::make_unique<kpid::testing::RunningProgram>(arguments, std::vector<std::string>{});
    EXPECT_TRUE(program_->says("listening on http://127.0.0.1:")) << program_->err();
    const std::string said = program_->err();
    const std::string before = "127.0.0.1:";
    port_ = static_cast<std::uint16_t>(std::stoi(said.substr(said.find(before) + before.size())));
  }
  kpid::testing::RunningProgram& program() { return *program_; }

  asio::ip::tcp::socket connect() {
    asio::ip::tcp::socket socket(context_);
    socket.connect({asio::ip::make_address("127.0.0.1"), port_});
    return socket;
  }
  // The status of the answer. `with` signs; `age` shifts the timestamp into the past.
  unsigned deliver(const std::string& id, const std::string& body, const std::string& with,
                   std::chrono::seconds age = {}) {
    http::request<http::string_body> request(http::verb::post, "/", 11);
    request.body() = body;
    if (!with.empty()) {
      const SystemClock clock;
      const Timestamp at = clock.now() - age;
      const std::vector<Secret> secrets{Secret(with)};
      request.set("webhook-id", id);
      request.set("webhook-timestamp", std::to_string(milliseconds_since_epoch(at) / 1000));
      request.set("webhook-signature", webhooks::sign(secrets, id, at, body).value());
    }
    return send(request);
  }
  unsigned send(http::request<http::string_body>& request) {
    auto socket = connect();
    request.prepare_payload();
    http::write(socket, request);
    boost::beast::flat_buffer buffer;
    http::response<http::empty_body> response;
    http::read(socket, buffer, response);
    return response.result_int();
  }

 private:
  asio::io_context context_;
  std::unique_ptr<kpid::testing::RunningProgram> program_;
  std::uint16_t port_ = 0;
};

TEST(Listen, VerifiesWhatItGets) {
  Receiver receiver({"--secret", secret, "--secret", old_secret, "--once", "6"});
  EXPECT_EQ(receiver.deliver("msg_1", breach, secret), 204U);
  EXPECT_EQ(receiver.deliver("msg_1", breach, secret), 204U) << "a repetition is accepted";
  EXPECT_EQ(receiver.deliver("msg_2", breach, old_secret), 204U) << "secrets are rotated";
  EXPECT_EQ(receiver.deliver("msg_3", breach, "whsec_BBECAwQFBgcICQoLDA0ODxAREhMUFRYX"), 401U);
  EXPECT_EQ(receiver.deliver("msg_4", breach, secret, std::chrono::seconds{400}), 401U);
  EXPECT_EQ(receiver.deliver("", breach, ""), 401U) << "not signed";
  EXPECT_EQ(receiver.program().wait(), 3);
  const std::string out = receiver.program().out();
  EXPECT_THAT(out, HasSubstr("  kpi.alert.firing  verified  msg_1\n    Ash: 3 %.\n"));
  EXPECT_THAT(out, HasSubstr("  kpi.alert.firing  verified  again  msg_1\n"));
  EXPECT_THAT(out, HasSubstr("  kpi.alert.firing  verified  msg_2\n"));
  EXPECT_THAT(out, HasSubstr("  kpi.alert.firing  REFUSED: "));
  EXPECT_THAT(out, Not(HasSubstr("again  msg_3")));
}

TEST(Listen, VerifiesKeysOfBothKinds) {
  const webhooks::KeyPair pair = webhooks::make_key_pair().value();
  const webhooks::KeyPair stranger = webhooks::make_key_pair().value();
  Receiver receiver({"--secret", secret, "--secret", pair.public_half, "--once", "4"});
  EXPECT_EQ(receiver.deliver("msg_1", breach, pair.secret.reveal()), 204U);
  EXPECT_EQ(receiver.deliver("msg_2", breach, secret), 204U);
  EXPECT_EQ(receiver.deliver("msg_3", breach, stranger.secret.reveal()), 401U);
  EXPECT_EQ(receiver.deliver("msg_4", breach, pair.secret.reveal(), std::chrono::seconds{400}),
            401U);
  EXPECT_EQ(receiver.program().wait(), 3);
}

TEST(Listen, AForgedIdDoesNotMakeTheRealOneARepetition) {
  Receiver receiver({"--secret", secret, "--once", "2"});
  EXPECT_EQ(receiver.deliver("msg_1", breach, old_secret), 401U);
  EXPECT_EQ(receiver.deliver("msg_1", breach, secret), 204U);
  receiver.program().wait();
  EXPECT_THAT(receiver.program().out(), Not(HasSubstr("again")));
}

TEST(Listen, PrintsJsonALine) {
  Receiver receiver({"--json", "--secret", secret, "--once", "1"});
  receiver.deliver("msg_1", breach, secret);
  EXPECT_EQ(receiver.program().wait(), 0);
  const auto said = boost::json::parse(receiver.program().out());
  EXPECT_EQ(said.at("id"), "msg_1");
  EXPECT_EQ(said.at("verified"), true);
  EXPECT_EQ(said.at("severity"), "red");
  EXPECT_EQ(said.at("body").at("type"), "kpi.alert.firing");
}

TEST(Listen, TakesSecretsFromAFile) {
  const kpid::testing::TemporaryFolder folder;
  const std::string file = folder / "secrets";
  std::ofstream(file) << "# the new one\n" << secret << "  \r\n\n" << old_secret << "\n";
  Receiver receiver({"--secret-file", file, "--once", "2"});
  EXPECT_EQ(receiver.deliver("msg_1", breach, secret), 204U);
  EXPECT_EQ(receiver.deliver("msg_2", breach, old_secret), 204U);
  EXPECT_EQ(receiver.program().wait(), 0);
}

TEST(Listen, WithoutASecretSaysThatNothingIsVerified) {
  Receiver receiver({"--once", "1"});
  EXPECT_EQ(receiver.deliver("", breach, ""), 204U);
  EXPECT_EQ(receiver.program().wait(), 0);
  EXPECT_THAT(receiver.program().err(), HasSubstr("no --secret, so nothing is verified"));
  EXPECT_THAT(receiver.program().out(), HasSubstr("not verified, for no secret was given"));
}

TEST(Listen, HostileRequestsDoNotEndIt) {
  Receiver receiver({});
  for (const std::string& bytes :
       {std::string("\x16\x03\x01garbage\r\n\r\n"),
        "GET / HTTP/1.1\r\nX: " + std::string(99999, 'a'),
        std::string("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"), std::string()}) {
    auto socket = receiver.connect();
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(bytes), ignored);
    socket.shutdown(asio::socket_base::shutdown_send, ignored);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ignored);
  }
  http::request<http::string_body> get(http::verb::get, "/", 11);
  EXPECT_EQ(receiver.send(get), 405U);
  EXPECT_EQ(receiver.deliver("", std::string(60000, '['), ""), 204U);
  EXPECT_EQ(receiver.deliver("", "\x1b[2J not JSON", ""), 204U);
  receiver.program().signal(SIGINT);
  EXPECT_EQ(receiver.program().wait(), 0);
  EXPECT_THAT(receiver.program().out(), Not(HasSubstr("\x1b")));
}

TEST(Listen, APortThatIsTakenIsAnError) {
  asio::io_context loop;
  const SystemClock clock;
  Listener first(loop, clock, {}, [](const Received&) {});
  const auto port = first.start();
  ASSERT_TRUE(port);
  ListenOptions options;
  options.port = *port;
  Listener second(loop, clock, options, [](const Received&) {});
  const auto refused = second.start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
}

TEST(Bodies, ATeamsCardBecomesText) {
  Received received;
  received.body = R"({"type":"message","attachments":[{"contentType":"x","content":{
      "type":"AdaptiveCard","body":[
        {"type":"TextBlock","text":"Ash: reserves","color":"attention"},
        {"type":"Container","items":[{"type":"FactSet","facts":[{"title":"Value","value":"3 %"}]}]},
        {"type":"ColumnSet","columns":[{"items":[{"type":"TextBlock","text":"Tell the CFO"}]}]}],
      "actions":[{"type":"Action.OpenUrl","title":"Open","url":"https://kpid.example/a"}]}}]})";
  read_body(received);
  EXPECT_EQ(received.type, "Teams card");
  EXPECT_EQ(received.severity, "red");
  EXPECT_EQ(received.text,
            "Ash: reserves\nValue: 3 %\nTell the CFO\nOpen: https://kpid.example/a\n");
  EXPECT_THAT(received_text(received, Screen{true, "", 0}), HasSubstr("\x1b[31mTeams card\x1b[0m"));
}

TEST(Bodies, ALongSentenceBreaksBetweenWords) {
  Received received;
  received.text = "Reserves are below the limit of 5 %";
  const std::string text = received_text(received, Screen{false, "", 20});
  EXPECT_THAT(text, HasSubstr("\n    Reserves are\n    below the limit\n    of 5 %\n"));
}

TEST(Bodies, AnythingElseIsShownAsItIs) {
  for (const char* body : {"", "[]", "7", "not json", "{\"attachments\":7}", "{}"}) {
    Received received;
    received.body = body;
    read_body(received);
    EXPECT_EQ(received.severity, "") << body;
  }
}

}  // namespace
}  // namespace kpid::cli
