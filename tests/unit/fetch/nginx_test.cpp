// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what a server in the field does with caches and compression is understood. Method: a real
// nginx on loopback; skipped where there is none.

#include <chrono>

#include "support/process.hpp"
#include "support/receiver.hpp"
#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

using namespace std::chrono_literals;
using ::testing::StartsWith;

class Nginx : public RemoteFetch {
 protected:
  void SetUp() override {
    if (::access("/usr/sbin/nginx", X_OK) != 0) GTEST_SKIP() << "there is no nginx here";
    const auto authority = kpid::testing::make_authority("Test CA");
    const auto certificate = kpid::testing::make_certificate(authority);
    write("ca.pem", authority.certificate);
    write("tls.pem", certificate.certificate);
    write("tls.key", certificate.key);
    policy_.http.ca_file = folder_ / "ca.pem";
    std::filesystem::create_directories(folder_ / "www");
    // Its workers are another user's.
    std::filesystem::permissions(folder_.path(), std::filesystem::perms{0755});
    port_ = kpid::testing::free_port();
    const std::string here = folder_.path().string();
    write("nginx.conf", "daemon off; master_process off; pid " + here +
                            "/pid; error_log stderr notice;\n"
                            "events {}\nhttp {\n  access_log " +
                            here +
                            "/access.log;\n"
                            "  client_body_temp_path " +
                            here + "; proxy_temp_path " + here +
                            ";\n"
                            "  fastcgi_temp_path " +
                            here + "; uwsgi_temp_path " + here +
                            ";\n"
                            "  scgi_temp_path " +
                            here +
                            ";\n"
                            "  gzip on; gzip_types text/plain; gzip_min_length 100;\n"
                            "  server {\n    listen 127.0.0.1:" +
                            std::to_string(port_) +
                            " ssl http2;\n"
                            "    ssl_certificate " +
                            here + "/tls.pem; ssl_certificate_key " + here +
                            "/tls.key;\n"
                            "    root " +
                            here +
                            "/www;\n    default_type text/plain;\n"
                            "    location /old/ { return 301 /new/; }\n"
                            "    location /private/ { auth_basic x; auth_basic_user_file " +
                            here +
                            "/users; }\n"
                            "    location /busy { return 429; }\n  }\n}\n");
    // kpid:s3cret, as `openssl passwd -apr1` may write it.
    write("users", "kpid:{PLAIN}s3cret\n");
    server_ = std::make_unique<kpid::testing::Process>(
        std::vector<std::string>{"/usr/sbin/nginx", "-c", here + "/nginx.conf", "-p", here, "-e",
                                 "stderr"},
        folder_ / "out", folder_ / "err");
    ASSERT_TRUE(kpid::testing::eventually(
        [&] { return fetch(url("absent")).error().kind == ErrorKind::config; }, 10s))
        << server_->errors();
  }
  [[nodiscard]] std::string url(const std::string& name) const {
    return "https://127.0.0.1:" + std::to_string(port_) + "/" + name;
  }
  Result<std::optional<std::vector<Fetched>>> fetch_unless_unchanged(
      const std::string& location, const std::vector<FetchedBefore>& before) {
    std::optional<Result<std::optional<std::vector<Fetched>>>> result;
    fetcher_ = make_fetcher(policy_);
    boost::asio::co_spawn(loop_, fetcher_->fetch_unless_unchanged(at(location), before),
                          [&](const std::exception_ptr& fault, auto documents) {
                            EXPECT_EQ(fault, nullptr);
                            result = std::move(documents);
                          });
    loop_.run();
    loop_.restart();
    return std::move(*result);
  }
  static FetchedBefore before(const Fetched& one) {
    return {one.document.origin, 0,        one.document.origin,
            one.document.sha256, one.etag, one.last_modified};
  }
  unsigned short port_ = 0;
  std::unique_ptr<kpid::testing::Process> server_;
};

TEST_F(Nginx, WhatHasNotChangedIsNotSentAgain) {
  write("www/roll.csv", "URN,Pupils\n900001,412\n");
  const auto first = fetch(url("roll.csv"));
  ASSERT_EQ(told(first), "URN,Pupils\n900001,412\n");
  EXPECT_FALSE(first->front().etag.empty());
  EXPECT_GT(first->front().document.modified_at_ms, 0);
  const FetchedBefore known = before(first->front());
  auto again = fetch_unless_unchanged(url("roll.csv"), {known});
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_FALSE(*again) << "304 by its ETag";
  FetchedBefore dated = known;
  dated.etag.clear();
  again = fetch_unless_unchanged(url("roll.csv"), {dated});
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_FALSE(*again) << "304 by its time";
  EXPECT_EQ(kpid::testing::read_file(folder_ / "access.log").find("\" 304 0 ") != std::string::npos,
            true);
  write("www/roll.csv", "URN,Pupils\n900001,413\n");
  const auto later = std::filesystem::file_time_type::clock::now() + 5s;
  std::filesystem::last_write_time(folder_ / "www/roll.csv", later);
  again = fetch_unless_unchanged(url("roll.csv"), {known});
  ASSERT_TRUE(again) << again.error().text();
  ASSERT_TRUE(*again);
  EXPECT_EQ(content((**again).front()), "URN,Pupils\n900001,413\n");
}

TEST_F(Nginx, CompressedOnTheWayIsPlainHere) {
  const std::string text(200'000, 'a');
  write("www/long.txt", text);
  const auto got = fetch(url("long.txt"));
  EXPECT_EQ(told(got), text);
  EXPECT_THAT(got->front().etag, StartsWith("W/"));  // nginx weakens what it compresses
  const std::string log = kpid::testing::read_file(folder_ / "access.log");
  const std::size_t line = log.find("GET /long.txt HTTP/2.0\" 200 ");
  ASSERT_NE(line, std::string::npos) << log;
  EXPECT_LT(std::stoul(log.substr(line + 28)), 5'000U) << "it was compressed";
  const auto again = fetch_unless_unchanged(url("long.txt"), {before(got->front())});
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again) << "a weak ETag serves as well";
}

TEST_F(Nginx, RedirectsPasswordsAndRefusals) {
  std::filesystem::create_directories(folder_ / "www/new");
  std::filesystem::create_directories(folder_ / "www/private");
  write("www/new/index.html", "moved");
  write("www/private/a.csv", "private");
  EXPECT_EQ(told(fetch(url("old/"))), "moved");
  EXPECT_THAT(fetch(url("private/a.csv")).error().sentence, StartsWith("the server wants to know"));
  policy_.secrets.emplace("password", Secret{"s3cret"});
  policy_.http.user = "kpid";
  policy_.http.password = "{{secret:password}}";
  EXPECT_EQ(told(fetch(url("private/a.csv"))), "private");
  EXPECT_EQ(fetch(url("busy")).error().kind, ErrorKind::rate_limited);
  EXPECT_THAT(fetch(url("absent.csv")).error().sentence, StartsWith("there is nothing at this"));
}

}  // namespace
}  // namespace kpid::fetch
