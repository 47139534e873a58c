// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: a document comes over HTTP as it is, with the source's credentials and nobody else's.
// Method: real servers on loopback, plain and TLS.

#include <chrono>

#include "fetch/url.hpp"
#include "support/receiver.hpp"
#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

using namespace std::chrono_literals;
using kpid::testing::Certificate;
using kpid::testing::make_authority;
using kpid::testing::make_certificate;
using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Receiver::Script says(const std::string& body) {
  return [body](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.body = body;
    return reply;
  };
}

class Http : public RemoteFetch {
 protected:
  Http() {
    policy_.http.secrets_over_http = true;
    policy_.secrets.emplace("token", Secret{"s3cret"});
    policy_.secrets.emplace("odd", Secret{"a b&c"});
    policy_.secrets.emplace("lines", Secret{"a\r\nX-Evil: 1"});
  }
  std::string failure(const std::string& location) {
    const auto got = fetch(location);
    return got ? "(" + told(got) + ")" : got.error().sentence;
  }
};

TEST_F(Http, ADocumentComesWithWhatTheServerSaysOfIt) {
  Receiver server([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.headers = {{"ETag", "\"v1\""}, {"Last-Modified", "Tue, 20 Jan 2026 08:00:00 GMT"}};
    reply.body = "URN,Pupils\n900001,412\n";
    return reply;
  });
  const auto got = fetch(server.url("/roll.csv#part"));
  ASSERT_EQ(told(got), "URN,Pupils\n900001,412\n");
  const Fetched& one = got->front();
  EXPECT_EQ(one.etag, "\"v1\"");
  EXPECT_EQ(one.document.origin, server.url("/roll.csv"));
  EXPECT_EQ(one.document.modified_at_ms, 1768896000000);
  EXPECT_GT(one.document.fetched_at_ms, 1768896000000);
  EXPECT_EQ(one.document.sha256.size(), 64U);
  EXPECT_EQ(server.requests().at(0).target, "/roll.csv");
  EXPECT_EQ(server.requests().at(0).header("authorization"), "");
}

TEST_F(Http, NoContentIsAnEmptyDocument) {
  Receiver server([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = 204;
    return reply;
  });
  EXPECT_EQ(told(fetch(server.url("/"))), "");
}

TEST_F(Http, EachWayToSayWhoAsks) {
  Receiver server(says("x"));
  policy_.http.bearer = "{{secret:token}}";
  ASSERT_TRUE(fetch(server.url("/a")));
  policy_.http.bearer.clear();
  policy_.http.user = "kpid";
  policy_.http.password = "{{secret:token}}";
  ASSERT_TRUE(fetch(server.url("/b")));
  policy_.http.user.clear();
  policy_.http.headers = {{"X-Api-Key", "{{secret:token}}"}, {"X-Group", "7"}};
  ASSERT_TRUE(fetch(server.url("/c")));
  const auto requests = server.requests();
  EXPECT_EQ(requests.at(0).header("authorization"), "Bearer s3cret");
  EXPECT_EQ(requests.at(1).header("authorization"), "Basic a3BpZDpzM2NyZXQ=");
  EXPECT_EQ(requests.at(2).header("authorization"), "");
  EXPECT_EQ(requests.at(2).header("x-api-key"), "s3cret");
  EXPECT_EQ(requests.at(2).header("x-group"), "7");
}

TEST_F(Http, SecretsInAQueryAreEncodedAndNeverShown) {
  Receiver server(says("x"));
  const auto got = fetch(server.url("/a?key={{secret:odd}}&page=2"));
  ASSERT_TRUE(got) << told(got);
  EXPECT_EQ(server.requests().at(0).target, "/a?key=a%20b%26c&page=2");
  EXPECT_EQ(got->front().document.origin, server.url("/a?key={{secret:odd}}&page=2"));
  // One that is written into the address is hidden where it looks like one.
  const auto written = fetch(server.url("/a?sig=abc&page=2"));
  EXPECT_EQ(written->front().document.origin, server.url("/a?sig=***&page=2"));
}

TEST_F(Http, APluginsOwnHeadersAndQuestion) {
  Receiver server(says("{}"));
  FetchRequest request = at(server.url("/query"));
  request.headers = {{"X-Key", "{{secret:token}}"}, {"Accept", "application/json"}};
  request.body = R"({"since":"2026-01-01","key":"{{secret:token}}"})";
  ASSERT_TRUE(fetch(request));
  const ReceivedRequest seen = server.requests().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.body, R"({"since":"2026-01-01","key":"s3cret"})");
  EXPECT_EQ(seen.header("content-type"), "application/json");
  EXPECT_EQ(seen.header("x-key"), "s3cret");
  EXPECT_EQ(seen.header("accept"), "application/json");
}

TEST_F(Http, HeadersThatSmuggleAreRefused) {
  Receiver server(says("x"));
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Host", "evil.example.org"},
                                                        {"Transfer-Encoding", "chunked"},
                                                        {"content-length", "5"},
                                                        {"A: b\r\nC", "d"},
                                                        {"A", "b\r\nC: d"},
                                                        {"", "x"}}) {
    FetchRequest request = at(server.url("/"));
    request.headers = {{name, value}};
    const auto got = fetch(request);
    ASSERT_FALSE(got) << name;
    EXPECT_EQ(got.error().kind, ErrorKind::plugin);
    EXPECT_THAT(got.error().sentence, HasSubstr("cannot be sent; tell the plugin's author"));
  }
  FetchRequest request = at(server.url("/"));
  request.headers = {{"X-Key", "{{secret:lines}}"}};
  EXPECT_THAT(fetch(request).error().sentence,
              "the secret \"lines\" has several lines, which a header cannot hold; check its file");
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(Http, WhatIsRefusedBeforeAnythingIsSent) {
  Receiver server(says("x"));
  const std::string port = std::to_string(server.port());
  EXPECT_EQ(failure(server.url("/a?k={{secret:absent}}")),
            "the secret \"absent\" is not one of the source's; add it to its [source.secrets]");
  EXPECT_EQ(failure(server.url("/a?k={{secret:token")),
            "a {{secret:…}} has no }} at its end; correct it");
  EXPECT_EQ(failure("http://{{secret:token}}.example.org/"),
            "a secret can stand in a URL's path or query, not in its host");
  EXPECT_EQ(
      failure("http://user:pw@127.0.0.1:" + port + "/"),
      "the URL holds a user or a password, which would be seen in every log; name them in the "
      "source's config instead");
  EXPECT_EQ(failure("http://127.0.0.1:" + port + "/a b"),
            "the URL cannot be understood; write it as https://host/path, with blanks and other "
            "special characters percent-encoded");
  EXPECT_EQ(failure("http://[::1"),
            "the URL cannot be understood; write it as https://host/path, with blanks and other "
            "special characters percent-encoded");
  EXPECT_THAT(failure("http://localhost.example.org:" + port + "/"),
              HasSubstr("is not one that this source may"));
  policy_.allowed_hosts = {"other.example.org"};
  EXPECT_EQ(failure(server.url("/")),
            "the host \"127.0.0.1\" is not one that this source may fetch from; add it to the "
            "source's \"allowed_hosts\" if it should be");
  policy_.allowed_hosts = {"127.0.0.1", "localhost"};
  policy_.allowed_networks.clear();
  EXPECT_EQ(failure(server.url("/")),
            "the address 127.0.0.1 is a loopback address; name it in allowed_networks to allow it");
  for (const char* spelling : {"localhost", "127.1", "0x7f000001", "2130706433", "127.0.0.1."}) {
    EXPECT_THAT(failure("http://" + std::string(spelling) + ":" + port + "/"),
                HasSubstr("is a loopback address"))
        << "judged by what it leads to: " << spelling;
  }
  policy_.allowed_networks = {"127.0.0.0/8"};
  policy_.http.secrets_over_http = false;
  EXPECT_THAT(failure(server.url("/a?k={{secret:token}}")),
              HasSubstr("http:// would let everybody on the way read them"));
  policy_.http.bearer = "{{secret:token}}";
  EXPECT_THAT(failure(server.url("/a")), HasSubstr("use https://, or set secrets_over_http"));
  EXPECT_TRUE(server.requests().empty());
}

TEST(AllowedHosts, NamesEndingsAndPorts) {
  const std::vector<std::string> allowed{"a.example.org", "*.example.net", "b.example.org:8443",
                                         "::1"};
  const auto is_allowed = [&](const std::string& text) {
    const auto url = parse_url(text);
    return url && is_allowed_host(*url, allowed);
  };
  for (const char* good :
       {"https://a.example.org/", "https://A.EXAMPLE.ORG.:444/x", "https://x.example.net/",
        "https://x.y.example.net/", "https://b.example.org:8443/", "https://[::1]/"}) {
    EXPECT_TRUE(is_allowed(good)) << good;
  }
  for (const char* bad :
       {"https://b.example.org/", "https://example.net/", "https://evilexample.net/",
        "https://a.example.org.evil.org/", "https://x.a.example.org/", "https://[::2]/"}) {
    EXPECT_FALSE(is_allowed(bad)) << bad;
  }
}

TEST_F(Http, NobodyThere) {
  Receiver server(says("x"));
  const std::string url = server.url("/");
  server.stop();
  auto got = fetch(url);
  EXPECT_EQ(got.error(), (Error{ErrorKind::transient, "the connection was refused", url}));
  policy_.allowed_hosts.emplace_back("nobody.invalid");
  got = fetch("http://nobody.invalid/");
  EXPECT_EQ(got.error().kind, ErrorKind::transient);
  EXPECT_EQ(got.error().sentence, "the host name could not be found");
}

TEST_F(Http, RedirectsAreFollowedAndCredentialsStayBehind) {
  Receiver other(says("moved"));
  Receiver server([&](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    if (request.target == "/first") {
      reply.status = 302;
      reply.headers = {{"Location", "second"}};
    } else {
      reply.status = 307;
      reply.headers = {{"Location", other.url("/third")}};
    }
    return reply;
  });
  policy_.http.bearer = "{{secret:token}}";
  FetchRequest request = at(server.url("/first"));
  request.headers = {{"X-Key", "{{secret:token}}"}};
  EXPECT_EQ(told(fetch(request)), "moved");
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[1].header("authorization"), "Bearer s3cret") << "the same server";
  EXPECT_EQ(server.requests()[1].target, "/second");
  ASSERT_EQ(other.requests().size(), 1U);
  EXPECT_EQ(other.requests()[0].header("authorization"), "") << "another port is another server";
  EXPECT_EQ(other.requests()[0].header("x-key"), "");

  request = at(server.url("/any"));
  request.body = "{}";
  EXPECT_THAT(fetch(request).error().sentence, HasSubstr("redirects the plugin's question"));
}

TEST_F(Http, AfterASeeOtherTheQuestionIsAGet) {
  Receiver server([](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    reply.body = request.method + " " + request.body;
    if (request.target == "/ask") {
      reply.status = 303;
      reply.headers = {{"Location", "/answer"}};
    }
    return reply;
  });
  FetchRequest request = at(server.url("/ask"));
  request.body = "{}";
  EXPECT_EQ(told(fetch(request)), "GET ");
}

TEST_F(Http, ConnectionsAreKeptBetweenPulls) {
  Receiver server(says("x"));
  ASSERT_TRUE(fetch(server.url("/1")));
  ASSERT_TRUE(fetch(server.url("/2")));  // by another fetcher, as the next pull has
  policy_.source = "another";
  ASSERT_TRUE(fetch(server.url("/3")));
  const auto requests = server.requests();
  EXPECT_EQ(requests.at(0).connection, requests.at(1).connection);
  EXPECT_NE(requests.at(1).connection, requests.at(2).connection) << "each source has its own";
}

TEST_F(Http, RequestsAreSpaced) {
  Receiver server(says("x"));
  policy_.http.requests_per_minute = 300;
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(fetch(server.url("/")));
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_GE(took, 600ms) << "one at once, then one every 200 ms";
  EXPECT_LT(took, 6s);
}

TEST_F(Http, AProxyIsUsedWhereOneIsNamedOnly) {
  Receiver proxy(says("through the proxy"));
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  Receiver server(says("straight"));
  EXPECT_EQ(told(fetch(server.url("/"))), "straight") << "whatever the environment says";
  ::unsetenv("http_proxy");
  policy_.http.proxy = proxy.url("");
  policy_.allowed_hosts.emplace_back("data.example.org");
  EXPECT_EQ(told(fetch("http://data.example.org/x")), "through the proxy");
  EXPECT_EQ(proxy.requests().at(0).target, "http://data.example.org/x");
  policy_.allowed_hosts.emplace_back("10.0.0.1");
  EXPECT_THAT(failure("http://10.0.0.1/"), HasSubstr("is a private address"))
      << "the proxy's rules hold for names; a bare address is judged here";
}

class Tls : public Http {
 protected:
  Tls() { policy_.http.secrets_over_http = false; }
  void trust(const Certificate& authority) {
    write("ca.pem", authority.certificate);
    policy_.http.ca_file = folder_ / "ca.pem";
  }
  Certificate authority_ = make_authority("Test CA");
};

TEST_F(Tls, APrivateAuthorityIsTrustedWhereItIsNamed) {
  Receiver server(says("safe"), make_certificate(authority_));
  const auto got = fetch(server.url("/"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::config);
  EXPECT_THAT(got.error().sentence, StartsWith("the certificate is not trusted: "));
  trust(authority_);
  policy_.http.bearer = "{{secret:token}}";
  EXPECT_EQ(told(fetch(server.url("/"))), "safe");
  EXPECT_EQ(server.requests().at(0).header("authorization"), "Bearer s3cret");
}

TEST_F(Tls, ACertificateForAnotherHostIsRefused) {
  trust(authority_);
  Receiver server(says("x"), make_certificate(authority_, "other.example.org"));
  EXPECT_EQ(failure(server.url("/")), "the certificate is not for this host name");
}

TEST_F(Tls, NoTlsThere) {
  Receiver server(says("x"));
  const std::string port = std::to_string(server.port());
  EXPECT_EQ(failure("https://127.0.0.1:" + port + "/"),
            "the TLS handshake failed; the server must speak TLS 1.2 or later");
}

TEST_F(Tls, ARedirectToHttpIsNotFollowed) {
  trust(authority_);
  Receiver plain(says("x"));
  Receiver server(
      [&](const ReceivedRequest&, std::size_t) {
        Reply reply;
        reply.status = 302;
        reply.headers = {{"Location", plain.url("/")}};
        return reply;
      },
      make_certificate(authority_));
  EXPECT_EQ(failure(server.url("/")),
            "the server redirects from https:// to http://, which is not followed; tell whoever "
            "runs it");
  EXPECT_TRUE(plain.requests().empty());
}

// ---- OAuth2 ------------------------------------------------------------------------------------

class OAuth2 : public Http {
 protected:
  OAuth2() {
    policy_.http.oauth2 =
        OAuth2Config{issuer_.url("/token"), "kp:id", "{{secret:odd}}", "read all", false};
  }
  static Reply text(unsigned status, const std::string& body) {
    Reply reply;
    reply.status = status;
    reply.body = body;
    return reply;
  }
  std::string answer_ = R"({"access_token":"t1","token_type":"Bearer","expires_in":3600})";
  unsigned status_ = 200;
  Receiver issuer_{[this](const ReceivedRequest&, std::size_t) { return text(status_, answer_); }};
  std::string good_ = "Bearer t1";
  Receiver server_{[this](const ReceivedRequest& request, std::size_t) {
    return request.header("authorization") == good_ ? text(200, "x") : text(401, "");
  }};
};

TEST_F(OAuth2, TheTokenIsGotOnceAndKeptBetweenPulls) {
  ASSERT_EQ(told(fetch(server_.url("/1"))), "x");
  ASSERT_EQ(told(fetch(server_.url("/2"))), "x");
  ASSERT_EQ(issuer_.requests().size(), 1U);
  const ReceivedRequest asked = issuer_.requests()[0];
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.body, "grant_type=client_credentials&scope=read%20all");
  EXPECT_EQ(asked.header("content-type"), "application/x-www-form-urlencoded");
  // base64 of kp%3Aid:a%20b%26c
  EXPECT_EQ(asked.header("authorization"), "Basic a3AlM0FpZDphJTIwYiUyNmM=");
}

TEST_F(OAuth2, TheSecretMayStandInTheBody) {
  policy_.http.oauth2->secret_in_body = true;
  ASSERT_EQ(told(fetch(server_.url("/"))), "x");
  const ReceivedRequest asked = issuer_.requests().at(0);
  EXPECT_EQ(asked.body,
            "grant_type=client_credentials&scope=read%20all&client_id=kp%3Aid&client_secret=a%20b%"
            "26c");
  EXPECT_EQ(asked.header("authorization"), "");
}

TEST_F(OAuth2, ATokenThatEndedEarlyIsRenewedOnce) {
  ASSERT_EQ(told(fetch(server_.url("/"))), "x");
  good_ = "Bearer t2";
  answer_ = R"({"access_token":"t2","expires_in":3600})";
  ASSERT_EQ(told(fetch(server_.url("/"))), "x");
  EXPECT_EQ(issuer_.requests().size(), 2U);
  good_ = "Bearer never";
  EXPECT_THAT(failure(server_.url("/")), HasSubstr("(401)"));
  EXPECT_EQ(issuer_.requests().size(), 3U) << "and no more than once";
}

TEST_F(OAuth2, OneThatLastsShortIsGotAnew) {
  answer_ = R"({"access_token":"t1","expires_in":1})";
  ASSERT_TRUE(fetch(server_.url("/")));
  std::this_thread::sleep_for(1s);
  ASSERT_TRUE(fetch(server_.url("/")));
  EXPECT_EQ(issuer_.requests().size(), 2U);
}

TEST_F(OAuth2, AnotherSecretNeedsAnotherToken) {
  ASSERT_TRUE(fetch(server_.url("/")));
  policy_.secrets["odd"] = Secret{"rotated"};
  ASSERT_TRUE(fetch(server_.url("/")));
  EXPECT_EQ(issuer_.requests().size(), 2U);
}

TEST_F(OAuth2, WhatAnIssuerMayAnswerInstead) {
  status_ = 401;
  EXPECT_THAT(failure(server_.url("/")),
              StartsWith("no access token was given; check client_id, client_secret and scope: "));
  status_ = 500;
  EXPECT_EQ(failure(server_.url("/")), "no access token was given: the server failed (500)");
  status_ = 200;
  for (const char* bad : {"", "<html>", "{}", R"({"access_token":5})", R"({"access_token":""})",
                          "{\"access_token\":\"a\\r\\nX: y\"}", R"(["access_token"])"}) {
    answer_ = bad;
    EXPECT_EQ(failure(server_.url("/")), "the answer holds no access token; check \"token_url\"")
        << bad;
  }
  answer_ = std::string(1U << 20, 'x');
  EXPECT_THAT(failure(server_.url("/")), StartsWith("no access token was given: "));
  EXPECT_TRUE(server_.requests().empty());
}

}  // namespace
}  // namespace kpid::fetch
