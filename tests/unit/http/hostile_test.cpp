// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Clients that err or mean harm, and sockets that are stale, taken or in the way.

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "client.hpp"
#include "http/routes.hpp"
#include "support/small_daemon.hpp"

namespace kpid::http {
namespace {

using boost::beast::http::verb;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override { daemon_.start(); }
  // Whatever came before, the next one is answered.
  void TearDown() override { EXPECT_EQ(client_.get("/healthz").status, 200U); }
  testing::SmallDaemon daemon_;
  Client client_{daemon_.socket()};
};

TEST_F(Hostile, GarbageGetsAnErrorOrAClosedConnection) {
  EXPECT_THAT(client_.raw("\x16\x03\x01 hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(client_.raw("GET / HTTP/9.9\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(client_.raw("GET /\x01 HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(client_.raw("POST /api/v1/reload HTTP/1.1\r\nContent-Length: -4\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      client_.raw("POST /api/v1/reload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
      StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(client_.raw(""), "");
  EXPECT_EQ(client_.raw("GET /healthz HTT"), "") << "cut off: nobody to answer";
}

TEST_F(Hostile, TooMuchIsRefused) {
  const std::string flood(64 << 10, 'a');
  EXPECT_THAT(client_.raw("GET /healthz HTTP/1.1\r\nX: " + flood + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(client_.raw("GET /" + flood + " HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(client_.raw("POST /api/v1/reload HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(Hostile, MethodsThatDoNotFitAreRefused) {
  const Reply wrong = client_.post("/api/v1/status");
  EXPECT_EQ(wrong.status, 405U);
  EXPECT_EQ(wrong.allow, "GET, HEAD");
  EXPECT_EQ(client_.get("/api/v1/reload").allow, "POST");
  EXPECT_EQ(client_.send(verb::delete_, "/api/v1/sources", "").status, 405U);
  EXPECT_THAT(client_.raw("BREW /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
}

TEST_F(Hostile, HeadHasALengthAndNoBody) {
  const Reply head = client_.send(verb::head, "/healthz", "");
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.text, "");
}

TEST_F(Hostile, PathTricksLeadNowhere) {
  for (const char* target :
       {"/api/v1/../../etc/passwd", "/api/v1/%2e%2e/status", "/api/v1", "/", "//", "/api/v2/status",
        "/api/v1/status/x", "/healthz/x", "/api/v1/sources/%2Fetc%2Fpasswd/runs"}) {
    EXPECT_EQ(client_.get(target).status, 404U) << target;
  }
  for (const char* target : {"/api/v1/kpis/%", "/api/v1/kpis/%zz", "/api/v1/kpis/a%00b",
                             "/api/v1/kpis/x?org=%0a", "http://elsewhere/", "*"}) {
    EXPECT_EQ(client_.get(target).status, 400U) << target;
  }
  EXPECT_EQ(client_.get("/api/v1//sources/").status, 200U) << "empty segments do no harm";
}

TEST_F(Hostile, ANameThatLooksLikeSqlIsAName) {
  EXPECT_EQ(client_.get("/api/v1/alerts/'%3B%20DROP%20TABLE%20alert%3B--").status, 404U);
  EXPECT_EQ(client_.get("/api/v1/alerts?org=%22'%3B--").status, 200U);
}

TEST_F(Hostile, DeepJsonDoesNotOverflowTheStack) {
  EXPECT_EQ(client_.post("/api/v1/alerts/x/acknowledge", std::string(60000, '[')).status, 400U);
}

TEST_F(Hostile, ManyConnectionsAreTurnedAwayAndThenServedAgain) {
  std::vector<boost::asio::local::stream_protocol::socket> idle;
  for (int i = 0; i < 64; ++i) idle.push_back(client_.connect());
  const Reply busy = client_.get("/healthz");
  EXPECT_EQ(busy.status, 503U);
  EXPECT_EQ(busy.sentence(), "too many connections are open; try again in a moment");
  idle.clear();
  for (int i = 0; i < 200 && client_.get("/healthz").status != 200U; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

TEST_F(Hostile, RequestsInOneConnectionAreAnsweredInTurn) {
  const std::string both = client_.raw(
      "GET /healthz HTTP/1.1\r\n\r\nGET /api/v1/nothing HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(both, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(both, HasSubstr("HTTP/1.1 404 "));
}

TEST(Targets, AreDecodedStrictly) {
  const auto target = parse_target("/a%20b/c?x=1&y=%C3%A4+b&z");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a b", "c"}));
  EXPECT_EQ(target->query.at("y"), "\u00e4+b");
  EXPECT_EQ(target->query.at("z"), "");
  for (const char* bad : {"", "a", "/%", "/%4", "/%g0", "/?a=%", "/?%1f=1"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

class Sockets : public ::testing::Test {
 protected:
  Result<void> listen(const std::filesystem::path& path) {
    server_ = std::make_unique<Server>(daemon_.loop, *daemon_.database, daemon_.clock, Actions{});
    server_->configure(daemon_.config());
    return server_->listen(path);
  }
  testing::SmallDaemon daemon_;
  std::unique_ptr<Server> server_;
};

TEST_F(Sockets, BelongToOwnerAndGroupAndGoWithTheServer) {
  const std::string path = daemon_.socket();
  ASSERT_TRUE(listen(path));
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0660U);
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Sockets, AStaleOneIsReplaced) {
  const std::string path = daemon_.socket();
  {
    boost::asio::io_context context;
    const boost::asio::local::stream_protocol::acceptor dead(
        context, boost::asio::local::stream_protocol::endpoint(path));
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(listen(path));
}

TEST_F(Sockets, ALiveOneIsLeftAlone) {
  daemon_.start();
  const auto second = listen(daemon_.socket());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_EQ(second.error().sentence, "another kpid listens on this socket already");
  server_.reset();
  EXPECT_EQ(Client(daemon_.socket()).get("/healthz").status, 200U);
}

TEST_F(Sockets, AFileInTheWayIsLeftAlone) {
  std::ofstream(daemon_.socket()) << "precious";
  const auto refused = listen(daemon_.socket());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::config);
  EXPECT_EQ(std::filesystem::file_size(daemon_.socket()), 8U);
}

TEST_F(Sockets, AnImpossiblePathIsAnError) {
  EXPECT_FALSE(listen(daemon_.folder / std::string(200, 'x')));
  EXPECT_FALSE(listen(daemon_.folder / "no" / "such" / "folder.sock"));
}

TEST(Statuses, FitTheKindOfError) {
  EXPECT_EQ(status_of(ErrorKind::not_found), 404U);
  EXPECT_EQ(status_of(ErrorKind::rate_limited), 429U);
  EXPECT_EQ(status_of(ErrorKind::unsupported), 501U);
  EXPECT_EQ(status_of(ErrorKind::storage), 503U);
  EXPECT_EQ(status_of(ErrorKind::internal), 500U);
}

}  // namespace
}  // namespace kpid::http
