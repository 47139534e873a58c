// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: a plugin in its sandbox gets a document from the network without touching it.

#include <gmock/gmock.h>

#include "support/receiver.hpp"
#include "unit/plugin_host/plugin_run.hpp"

namespace kpid::plugin_host {
namespace {

using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;

class FetchRun : public PluginRun {
 protected:
  FetchRun() {
    policy_.allowed_hosts = {"127.0.0.1"};
    policy_.allowed_networks = {"127.0.0.0/8"};
    policy_.http.secrets_over_http = true;
    policy_.secrets.emplace("token", Secret{"s3cret"});
  }
};

TEST_F(FetchRun, APluginAsksAServerThroughTheDaemon) {
  Receiver server([](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    reply.body = "asked: " + request.body;
    reply.headers = {{"ETag", "\"e1\""}};
    return reply;
  });
  request_.cursor = server.url("/api");
  EXPECT_EQ(sentence(run("ask")), "(no error)");
  EXPECT_THAT(sink_.log, ::testing::Contains("1 asked: since when? \"e1\""));
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests()[0].header("x-key"), "s3cret");
  EXPECT_EQ(server.requests()[0].header("accept"), "text/plain");
  ASSERT_EQ(sink_.documents.size(), 1U);
  EXPECT_EQ(sink_.documents[0].origin, server.url("/api"));
}

TEST_F(FetchRun, WhenToAskAgainIsHandedThrough) {
  Receiver server([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = 429;
    reply.headers = {{"Retry-After", "90"}};
    return reply;
  });
  request_.cursor = server.url("/api");
  const auto before = SystemClock{}.now();
  const PullOutcome outcome = run("ask");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::rate_limited);
  ASSERT_TRUE(outcome.retry_at);
  EXPECT_GE(*outcome.retry_at + std::chrono::seconds(1), before + std::chrono::seconds(90));
  EXPECT_LT(*outcome.retry_at, before + std::chrono::seconds(120));
}

TEST_F(FetchRun, AServerThatNeverAnswersHoldsNobodyUp) {
  Receiver server([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = true;
    return reply;
  });
  request_.cursor = server.url("/api");
  request_.limits.time = std::chrono::milliseconds(500);
  const auto before = std::chrono::steady_clock::now();
  const PullOutcome outcome = run("ask");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(8));
  EXPECT_EQ(sentence(outcome), "the plugin did not end within 500 ms and was stopped");
  EXPECT_FALSE(outcome.crashed) << "the server was slow, not the plugin";
}

TEST_F(FetchRun, FilesTakeNoQuestions) {
  request_.cursor = "in/roll.csv";
  const PullOutcome outcome = run("ask");
  EXPECT_THAT(sentence(outcome), ::testing::HasSubstr("which only a location that begins with "));
}

TEST_F(FetchRun, HeadersOfAnUnknownSizeAreThePluginsFault) {
  EXPECT_THAT(sentence(run("ask_with_strange_headers")),
              ::testing::HasSubstr("headers of a size that ABI 1.1 does not know"));
}

}  // namespace
}  // namespace kpid::plugin_host
