// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What happens on the wire: against real receivers on loopback, plain and TLS.

#include "webhooks/http_client.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include "support/receiver.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::webhooks {
namespace {

using namespace std::chrono_literals;
using kpid::testing::Certificate;
using kpid::testing::make_authority;
using kpid::testing::make_certificate;
using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;

Receiver::Script replies(Reply reply) {
  return [reply = std::move(reply)](const ReceivedRequest&, std::size_t) { return reply; };
}

class Http : public ::testing::Test {
 protected:
  Http() {
    settings_.allowed = {*net::parse_network("127.0.0.0/8"), *net::parse_network("::1/128")};
    settings_.timeout = 20s;
  }
  Answer post(const std::string& url) {
    HttpClient client(loop_, settings_);
    return post(client, url);
  }
  Answer post(HttpClient& client, const std::string& url) {
    std::optional<Answer> answer;
    bool done = false;
    boost::asio::co_spawn(loop_, client.post(request(url)),
                          [&](const std::exception_ptr& failure, std::optional<Answer> got) {
                            EXPECT_FALSE(failure);
                            answer = std::move(got);
                            done = true;
                          });
    until([&] { return done; });
    EXPECT_TRUE(answer) << "it was not cancelled";
    return answer.value_or(Answer{});
  }
  void until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it never came about";
      loop_.restart();
      loop_.run_one_for(5ms);
    }
  }
  static HttpRequest request(const std::string& url) {
    return {Secret{url}, {"content-type: application/json", "webhook-id: msg_1"}, R"({"a":1})"};
  }
  std::filesystem::path file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  kpid::testing::TemporaryFolder folder_;
  boost::asio::io_context loop_;
  HttpSettings settings_;
};

TEST_F(Http, PostsTheBytesAndTheHeaders) {
  Receiver receiver(replies({}));
  EXPECT_EQ(post(receiver.url("/a?sig=1")).status, 200);
  const ReceivedRequest got = receiver.requests().at(0);
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/a?sig=1");
  EXPECT_EQ(got.body, R"({"a":1})");
  EXPECT_EQ(got.header("content-type"), "application/json");
  EXPECT_EQ(got.header("webhook-id"), "msg_1");
  EXPECT_EQ(got.header("user-agent"), "kpid");
  EXPECT_EQ(got.headers.count("expect"), 0U);
}

TEST_F(Http, AConnectionIsUsedAgain) {
  Receiver receiver(replies({}));
  HttpClient client(loop_, settings_);
  post(client, receiver.url());
  post(client, receiver.url());
  const auto requests = receiver.requests();
  EXPECT_EQ(requests.at(0).connection, requests.at(1).connection);
}

TEST_F(Http, ARedirectIsAnAnswerAndIsNotFollowed) {
  Receiver target(replies({}));
  Reply reply;
  reply.status = 302;
  reply.headers = {{"Location", target.url()}};
  Receiver receiver(replies(reply));
  EXPECT_EQ(post(receiver.url()).status, 302);
  EXPECT_TRUE(target.requests().empty());
}

TEST_F(Http, RetryAfterIsReadInSecondsAndAsADate) {
  Reply reply;
  reply.status = 503;
  reply.headers = {{"Retry-After", "120"}};
  Receiver seconds(replies(reply));
  EXPECT_EQ(post(seconds.url()).retry_after, 120s);
  reply.headers = {{"Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"}};
  Receiver date(replies(reply));
  EXPECT_TRUE(post(date.url()).retry_after);
  reply.headers = {{"Retry-After", "soon"}};
  Receiver nonsense(replies(reply));
  EXPECT_FALSE(post(nonsense.url()).retry_after);
}

TEST_F(Http, AnEndlessBodyIsCutAndTheStatusCounts) {
  for (const unsigned status : {200U, 500U}) {
    Reply reply;
    reply.status = status;
    reply.endless = 1'000'000'000;
    Receiver receiver(replies(reply));
    const Answer answer = post(receiver.url());
    EXPECT_EQ(answer.status, static_cast<int>(status));
    EXPECT_LT(receiver.bytes_sent(), 100'000'000U) << "it was not read to its end";
  }
}

TEST_F(Http, AReceiverThatNeverAnswersIsGivenUp) {
  Reply reply;
  reply.never = true;
  Receiver receiver(replies(reply));
  settings_.timeout = 200ms;
  const Answer answer = post(receiver.url());
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.network_error, "no answer within 200 ms");
}

TEST_F(Http, NetworkErrorsAreInWordsWithoutTheUrl) {
  Receiver receiver(replies({}));
  const std::string url = receiver.url("/secret-path");
  receiver.stop();
  EXPECT_EQ(post(url).network_error, "the connection was refused");
  Reply reply;
  reply.hang_up = true;
  Receiver rude(replies(reply));
  EXPECT_EQ(post(rude.url()).network_error, "the connection was closed before an answer");
  EXPECT_EQ(post("http://no-such-host.invalid/secret-path").network_error,
            "the host name could not be found");
  for (const char* bad : {"ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/"}) {
    EXPECT_EQ(post(bad).network_error,
              "the URL is neither http nor https; check the destination's URL");
  }
  EXPECT_EQ(post("http://user:password@127.0.0.1/").network_error,
            "the URL holds a user name, which is not allowed; check the destination's URL");
  EXPECT_EQ(post("").network_error, "the URL cannot be understood; check the destination's URL");
}

TEST_F(Http, ForbiddenAddressesAreNeverConnectedTo) {
  Receiver receiver(replies({}));
  settings_.allowed.clear();
  const std::string port = std::to_string(receiver.port());
  for (const std::string host :
       {"127.0.0.1", "[::ffff:127.0.0.1]", "127.1", "2130706433", "localhost"}) {
    const Answer answer = post("http://" + host + ":" + port + "/");
    EXPECT_EQ(answer.status, 0) << host;
    EXPECT_NE(
        answer.network_error.find("is a loopback address; name it in allowed_networks to allow it"),
        std::string::npos)
        << host << ": " << answer.network_error;
  }
  EXPECT_EQ(post(receiver.url()).network_error,
            "the address 127.0.0.1 is a loopback address; name it in allowed_networks to allow it");
  EXPECT_NE(post("http://0:" + port + "/").network_error.find("the address 0.0.0.0 is "),
            std::string::npos);
  EXPECT_TRUE(receiver.requests().empty());
}

TEST_F(Http, TheCloudsMetadataIsNeverAllowed) {
  settings_.allowed = {*net::parse_network("169.254.0.0/16"), *net::parse_network("0.0.0.0/0")};
  const Answer answer = post("http://169.254.169.254/latest/meta-data/");
  EXPECT_EQ(answer.status, 0);
  EXPECT_NE(answer.network_error.find("169.254.169.254 is "), std::string::npos);
  EXPECT_NE(answer.network_error.find("it is never allowed"), std::string::npos);
}

TEST_F(Http, TheEnvironmentsProxyIsNotUsed) {
  Receiver proxy(replies({}));
  Receiver receiver(replies({}));
  setenv("http_proxy", proxy.url("").c_str(), 1);
  setenv("ALL_PROXY", proxy.url("").c_str(), 1);
  EXPECT_EQ(post(receiver.url()).status, 200);
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  EXPECT_TRUE(proxy.requests().empty());
  EXPECT_EQ(receiver.requests().size(), 1U);
}

TEST_F(Http, ASelfSignedCertificateIsNotTrusted) {
  Receiver receiver(replies({}), make_certificate(std::nullopt));
  const Answer answer = post(receiver.url());
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.network_error, "the certificate is not trusted: self-signed certificate");
  EXPECT_TRUE(receiver.requests().empty());
}

TEST_F(Http, APrivateAuthorityIsTheOnlyOneThatIsTrusted) {
  const Certificate authority = make_authority("The trust's own");
  Receiver receiver(replies({}), make_certificate(authority));
  EXPECT_EQ(post(receiver.url()).status, 0) << "the system does not know it";
  settings_.ca_file = file("ca.pem", authority.certificate);
  EXPECT_EQ(post(receiver.url()).status, 200);
  settings_.ca_file = file("other.pem", make_authority("Another").certificate);
  EXPECT_NE(post(receiver.url()).network_error.find("the certificate is not trusted: "),
            std::string::npos);
  settings_.ca_file = folder_ / "missing.pem";
  EXPECT_EQ(post(receiver.url()).network_error,
            "the destination's ca_file could not be read as PEM certificates");
}

TEST_F(Http, AReceiverThatAsksWhoCallsTakesItsOwnClientsOnly) {
  const Certificate authority = make_authority("The trust's own");
  Receiver receiver(replies({}), make_certificate(authority), authority.certificate);
  settings_.ca_file = file("ca.pem", authority.certificate);
  const Answer without = post(receiver.url());
  EXPECT_EQ(without.status, 0);
  EXPECT_NE(without.network_error, "");
  const Certificate stranger = make_certificate(make_authority("Another"));
  settings_.client_certificate = stranger.certificate;
  settings_.client_key = Secret{stranger.key};
  EXPECT_EQ(post(receiver.url()).status, 0) << "one of another authority";
  EXPECT_TRUE(receiver.requests().empty());

  const Certificate client = make_certificate(authority);
  settings_.client_certificate = client.certificate;
  settings_.client_key = Secret{client.key};
  EXPECT_EQ(post(receiver.url()).status, 200);
  settings_.client_key = Secret{make_certificate(authority).key};
  EXPECT_EQ(post(receiver.url()).network_error,
            "the destination's client certificate or its key cannot be used");
  EXPECT_EQ(receiver.requests().size(), 1U);
}

TEST_F(Http, TheDestinationsOwnProxyIsAsked) {
  Receiver proxy(replies({}));
  settings_.proxy = proxy.url("");
  EXPECT_EQ(post("http://receiver.invalid/hook").status, 200);
  EXPECT_EQ(proxy.requests().at(0).target, "http://receiver.invalid/hook");
  settings_.proxy = "http://no-such-proxy.invalid:3128";
  EXPECT_EQ(post("http://receiver.invalid/hook").network_error,
            "the proxy's name could not be found");
}

TEST_F(Http, AProxyIsNoWayAroundForbiddenAddresses) {
  Receiver proxy(replies({}));
  settings_.proxy = proxy.url("");
  settings_.allowed.clear();
  for (const std::string host : {"127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]",
                                 "10.1.2.3", "169.254.169.254", "[fe80::1]"}) {
    EXPECT_NE(post("http://" + host + "/").network_error.find("the address "), std::string::npos)
        << host;
  }
  EXPECT_TRUE(proxy.requests().empty());
}

TEST_F(Http, ACertificateForAnotherHostIsRefused) {
  const Certificate authority = make_authority("The trust's own");
  Receiver receiver(replies({}), make_certificate(authority, "other.example"));
  settings_.ca_file = file("ca.pem", authority.certificate);
  EXPECT_EQ(post(receiver.url()).network_error, "the certificate is not for this host name");
}

TEST_F(Http, PlainTextWhereTlsIsExpectedSaysSo) {
  Receiver receiver(replies({}));
  EXPECT_EQ(post("https://127.0.0.1:" + std::to_string(receiver.port())).network_error,
            "the TLS handshake failed; the receiver must speak TLS 1.2 or later");
}

TEST_F(Http, CancelEndsWhatIsUnderWayWithoutAnAnswer) {
  Reply reply;
  reply.never = true;
  Receiver receiver(replies(reply));
  auto client = std::make_unique<HttpClient>(loop_, settings_);
  int cancelled = 0;
  const auto count = [&](const std::exception_ptr& failure, const std::optional<Answer>& got) {
    EXPECT_FALSE(failure);
    cancelled += got ? 0 : 1;
  };
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(loop_, client->post(request(receiver.url())), count);
  }
  until([&] { return receiver.requests().size() == 3; });
  client->cancel();
  until([&] { return cancelled == 3; });
  boost::asio::co_spawn(loop_, client->post(request(receiver.url())), count);
  boost::asio::co_spawn(loop_, client->post(request("http://no-such-host.invalid/")), count);
  until([&] { return receiver.requests().size() == 4; });
  client.reset();
  until([&] { return cancelled >= 4; });
}

TEST_F(Http, ManyAtOnceKeepToTheirConnections) {
  Receiver receiver(replies({}));
  settings_.connections = 2;
  HttpClient client(loop_, settings_);
  int done = 0;
  for (int i = 0; i < 100; ++i) {
    boost::asio::co_spawn(loop_, client.post(request(receiver.url())),
                          [&](const std::exception_ptr&, const std::optional<Answer>& answer) {
                            EXPECT_EQ(answer.value_or(Answer{}).status, 200);
                            ++done;
                          });
  }
  until([&] { return done == 100; });
  for (const auto& one : receiver.requests()) EXPECT_LE(one.connection, 2U);
}

}  // namespace
}  // namespace kpid::webhooks
