// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whatever a server sends, or does not, the plugin's pull ends in time with the one kind of
// error and the one sentence that help, and no more is read than the limit. Method: a table.

#include <chrono>

#include <zlib.h>

#include "support/raw_server.hpp"
#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

using namespace std::chrono_literals;
using kpid::testing::RawServer;
using Pieces = std::vector<RawServer::Piece>;

struct Hostile {
  const char* name;
  Pieces pieces;
  ErrorKind kind;
  std::string sentence;
  bool silent = false;
};

std::string gzip(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Pieces status(const std::string& line, const std::string& headers = {}) {
  return {{"HTTP/1.1 " + line + "\r\n" + headers + "Content-Length: 4\r\n\r\noops"}};
}

std::vector<Hostile> refusals() {
  return {
      {"WhoAsks", status("401 Unauthorized"), ErrorKind::config,
       "the server wants to know who asks (401); check the credentials in the source's config, and "
       "whether they have run out"},
      {"MayNot", status("403 Forbidden"), ErrorKind::config,
       "the server does not let kpid read this (403); ask whoever runs it for the right to, or "
       "check the credentials"},
      {"NotThere", status("404 Not Found"), ErrorKind::config,
       "there is nothing at this address (404); check it in the settings"},
      {"Gone", status("410 Gone"), ErrorKind::config,
       "there is nothing at this address (410); check it in the settings"},
      {"NoSuchMethod", status("405 Method Not Allowed"), ErrorKind::config,
       "the server refuses the request (405); check the address and the settings"},
      {"ProxyAsks", status("407 Proxy Authentication Required"), ErrorKind::config,
       "the proxy wants to know who asks (407); check \"proxy\""},
      {"TimedOutThere", status("408 Request Timeout"), ErrorKind::transient,
       "the server asks to be asked again (408)"},
      {"TooMany", status("429 Too Many Requests", "Retry-After: 120\r\n"), ErrorKind::rate_limited,
       "the server asks for fewer requests (429); kpid asks again in 2 min"},
      {"TooManyWithoutATime", status("429 Too Many Requests"), ErrorKind::rate_limited,
       "the server asks for fewer requests (429); kpid asks again later"},
      {"TooManyForYears", status("429 Too Many Requests", "Retry-After: 99999999\r\n"),
       ErrorKind::rate_limited, "the server asks for fewer requests (429); kpid asks again in 1 d"},
      {"Unavailable", status("503 Service Unavailable", "Retry-After: 60\r\n"),
       ErrorKind::rate_limited, "the server is not available (503); kpid asks again in 1 min"},
      {"UnavailableWithoutATime", status("503 Service Unavailable"), ErrorKind::transient,
       "the server failed (503)"},
      {"Failed", status("500 Internal Server Error"), ErrorKind::transient,
       "the server failed (500)"},
      {"BadGateway", status("502 Bad Gateway"), ErrorKind::transient, "the server failed (502)"},
      {"PartThatNobodyAskedFor", status("206 Partial Content"), ErrorKind::source,
       "the server answered with 206, which is no answer to this request; check the address"},
      {"NotModifiedUnasked",
       {{"HTTP/1.1 304 Not Modified\r\n\r\n"}},
       ErrorKind::source,
       "the server says that nothing has changed (304), which was not asked"},
      {"RedirectToNowhere", status("302 Found"), ErrorKind::source,
       "the server answered with 302, which is no answer to this request; check the address"},
      {"RedirectToItself", status("302 Found", "Location: /again\r\n"), ErrorKind::source,
       "the server redirects more than 5 times; check the address"},
      {"RedirectToAFile", status("302 Found", "Location: file:///etc/passwd\r\n"),
       ErrorKind::source,
       "the server redirects to something that is no URL, or to one with a password in it; tell "
       "whoever runs it"},
      {"RedirectToAnotherProtocol", status("302 Found", "Location: gopher://127.0.0.1/\r\n"),
       ErrorKind::config,
       "the server redirects to where kpid may not follow: \"gopher://\" is not followed; only "
       "https:// and http:// are"},
      {"RedirectToAStranger", status("301 Moved", "Location: http://example.org/\r\n"),
       ErrorKind::config,
       "the server redirects to where kpid may not follow: the host \"example.org\" is not one "
       "that this source may fetch from; add it to the source's \"allowed_hosts\" if it should be"},
      {"RedirectToTheCloudsMetadata",
       status("307 Temporary Redirect", "Location: http://169.254.169.254/latest/\r\n"),
       ErrorKind::config,
       "the server redirects to where kpid may not follow: the address 169.254.169.254 is a "
       "link-local address; it is never allowed"},
      {"RedirectToAPrivateAddress", status("302 Found", "Location: http://10.0.0.1/\r\n"),
       ErrorKind::config,
       "the server redirects to where kpid may not follow: the address 10.0.0.1 is a private "
       "address; name it in allowed_networks to allow it"},
      {"RedirectWithAPassword", status("302 Found", "Location: http://a:b@127.0.0.1/\r\n"),
       ErrorKind::source,
       "the server redirects to something that is no URL, or to one with a password in it; tell "
       "whoever runs it"},
  };
}

std::vector<Hostile> broken_answers() {
  const std::string good = "HTTP/1.1 200 OK\r\n";
  const std::string zeros(1U << 20, '\0');
  return {
      {"NoHttp",
       {{"220 smtp.example.org ESMTP\r\n"}},
       ErrorKind::source,
       "the server's answer is not HTTP"},
      {"Nothing", {}, ErrorKind::transient, "the connection was closed before an answer"},
      {"HalfAHead",
       {{"HTTP/1.1 200 OK\r\nContent-"}},
       ErrorKind::transient,
       "the connection was closed before an answer"},
      {"HalfABody",
       {{good + "Content-Length: 100\r\n\r\nabc"}},
       ErrorKind::transient,
       "the connection was closed in the middle of the answer"},
      {"HalfAChunk",
       {{good + "Transfer-Encoding: chunked\r\n\r\n64\r\nabc"}},
       ErrorKind::transient,
       "the connection was closed in the middle of the answer"},
      {"NoGzip",
       {{good + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"}},
       ErrorKind::source,
       "the server's answer is said to be compressed and cannot be unpacked"},
      {"CutGzip",
       {{good + "Content-Encoding: gzip\r\nContent-Length: 500\r\n\r\n" +
         gzip(std::string(5000, 'x')).substr(0, 15)}},
       ErrorKind::transient,
       "the connection was closed in the middle of the answer"},
      {"GzipBomb",
       {{good + "Content-Encoding: gzip\r\n\r\n" + gzip(zeros)}},
       ErrorKind::source,
       "the document is larger than the limit of 65536 bytes; raise the source's \"size_limit\" if "
       "it should be"},
      {"SaysTooLarge",
       {{good + "Content-Length: 99999999\r\n\r\nabc"}},
       ErrorKind::source,
       "the document is larger than the limit of 65536 bytes; raise the source's \"size_limit\" if "
       "it should be"},
      {"Endless",
       {{good + "\r\n"}, {std::string(65536, 'x'), 100'000}},
       ErrorKind::source,
       "the document is larger than the limit of 65536 bytes; raise the source's \"size_limit\" if "
       "it should be"},
      {"EndlessHead",
       {{good}, {"X-More: " + std::string(8000, 'x') + "\r\n", 100'000}},
       ErrorKind::source,
       "the server's answer has a head without end; check the address"},
      {"Silent", {}, ErrorKind::transient, "no answer within 1 s", true},
      {"SilentAfterTheHead",
       {{good + "Content-Length: 10\r\n\r\n"}},
       ErrorKind::transient,
       "the server stopped in the middle of its answer, or sent it too slowly, for 1 s",
       true},
      {"Drips",
       {{good + "Content-Length: 1000\r\n\r\n"}, {"x", 1000, 50ms}},
       ErrorKind::transient,
       "the server stopped in the middle of its answer, or sent it too slowly, for 1 s"},
      {"HeadersWithoutEndOfLength",
       {{good + "Content-Length: -5\r\n\r\n"}},
       ErrorKind::source,
       "the server's answer is not HTTP"},
  };
}

class HostileServer : public RemoteFetch, public ::testing::WithParamInterface<Hostile> {};

TEST_P(HostileServer, GetsItsSentence) {
  const Hostile& hostile = GetParam();
  RawServer server(hostile.pieces, hostile.silent);
  policy_.size_limit = 65536;
  policy_.http.timeout = 1s;
  policy_.allowed_hosts.emplace_back("169.254.169.254");
  policy_.allowed_hosts.emplace_back("10.0.0.1");
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/data.csv";
  const auto before = std::chrono::steady_clock::now();
  const auto got = fetch(url);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
  ASSERT_FALSE(got) << told(got);
  EXPECT_EQ(got.error().sentence, hostile.sentence);
  EXPECT_EQ(to_string(got.error().kind), to_string(hostile.kind));
  EXPECT_EQ(got.error().place, url);
  EXPECT_LT(server.bytes_sent(), 32U << 20) << "it was read on and on";
}

std::string name_of(const ::testing::TestParamInfo<Hostile>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Refusals, HostileServer, ::testing::ValuesIn(refusals()), name_of);
INSTANTIATE_TEST_SUITE_P(Broken, HostileServer, ::testing::ValuesIn(broken_answers()), name_of);

class Limits : public RemoteFetch {};

TEST_F(Limits, TheServersTimeToWaitIsHandedOn) {
  RawServer server(status("429 Too Many Requests", "Retry-After: 120\r\n"));
  const auto before = SystemClock{}.now();
  ASSERT_FALSE(fetch("http://127.0.0.1:" + std::to_string(server.port()) + "/"));
  ASSERT_TRUE(fetcher_->retry_at());
  EXPECT_GE(*fetcher_->retry_at(), before + 120s);
  EXPECT_LT(*fetcher_->retry_at(), before + 150s);
}

TEST_F(Limits, AnAnswerOfExactlyTheLimitIsRead) {
  RawServer server(
      {{"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip(std::string(65536, 'x'))}});
  policy_.size_limit = 65536;
  EXPECT_EQ(told(fetch("http://127.0.0.1:" + std::to_string(server.port()) + "/")),
            std::string(65536, 'x'));
}

}  // namespace
}  // namespace kpid::fetch
