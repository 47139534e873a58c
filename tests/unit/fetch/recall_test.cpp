// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what has not changed is found out without the plugin, and nobody is asked twice.

#include "fetch/recall.hpp"

#include <sys/stat.h>

#include "support/receiver.hpp"
#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;
using Select = FetchRequest::Select;

class Recalled : public RemoteFetch {
 protected:
  // A run: asks first, and where something changed, fetches the locations as the plugin does.
  bool run(const std::vector<FetchRequest>& plugin_asks) {
    Recall recall(make_fetcher(policy_), memory_);
    const bool unchanged = await(recall.nothing_changed());
    if (unchanged) return true;
    seen_.clear();
    for (const FetchRequest& request : plugin_asks) {
      const auto got = await(recall.fetch(request));
      seen_ += got ? "" : got.error().sentence;
      if (got) {
        for (const Fetched& one : *got) seen_ += content(one) + ";";
      }
    }
    memory_ = recall.memory("x");
    return false;
  }
  template <class T>
  T await(boost::asio::awaitable<T> what) {
    std::optional<T> result;
    boost::asio::co_spawn(loop_, std::move(what), [&](const std::exception_ptr& fault, T value) {
      EXPECT_EQ(fault, nullptr);
      result.emplace(std::move(value));
    });
    loop_.run();
    loop_.restart();
    return std::move(*result);
  }
  FetchMemory memory_;
  std::string seen_;
};

TEST_F(Recalled, FilesByTheirContent) {
  write("a.csv", "1");
  write("b.csv", "2");
  const std::vector<FetchRequest> all{at("*.csv", Select::all)};
  EXPECT_FALSE(run(all)) << "nothing is known yet";
  EXPECT_EQ(seen_, "1;2;");
  EXPECT_TRUE(run(all));
  write("b.csv", "2");  // written again, with the same content
  EXPECT_TRUE(run(all));
  write("b.csv", "3");
  EXPECT_FALSE(run(all));
  EXPECT_EQ(seen_, "1;3;");
  write("c.csv", "4");
  EXPECT_FALSE(run(all)) << "one more";
  std::filesystem::remove(folder_ / "a.csv");
  EXPECT_FALSE(run(all)) << "one less";
  EXPECT_EQ(seen_, "3;4;");
  EXPECT_TRUE(run(all));
}

TEST_F(Recalled, AServerWithAnEtagIsAskedOnceAndSendsNothing) {
  std::string tag = "\"1\"";
  Receiver server([&](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    reply.headers = {{"ETag", tag}};
    reply.body = "content " + tag;
    if (request.header("if-none-match") == tag) {
      reply.status = 304;
      reply.body.clear();
    }
    return reply;
  });
  const std::vector<FetchRequest> one{at(server.url("/a"))};
  EXPECT_FALSE(run(one));
  EXPECT_TRUE(run(one));
  EXPECT_EQ(server.requests().size(), 2U);
  tag = "\"2\"";
  EXPECT_FALSE(run(one));
  EXPECT_EQ(seen_, "content \"2\";");
  EXPECT_EQ(server.requests().size(), 3U) << "the plugin got what had come beforehand";
  EXPECT_TRUE(run(one));
}

TEST_F(Recalled, AServerThatKnowsNoEtagsIsAskedOnceToo) {
  Receiver server([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.body = "same";
    return reply;
  });
  const std::vector<FetchRequest> one{at(server.url("/a"))};
  EXPECT_FALSE(run(one));
  EXPECT_TRUE(run(one)) << "by its hash";
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(Recalled, WhereOneOfSeveralChangedThePluginGetsThemAll) {
  std::string second = "v1";
  Receiver server([&](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    const std::string text = request.target == "/1" ? "first" : second;
    const std::string tag = "\"" + text + "\"";
    reply.headers = {{"ETag", tag}};
    if (request.header("if-none-match") == tag) {
      reply.status = 304;
    } else {
      reply.body = text;
    }
    return reply;
  });
  const std::vector<FetchRequest> both{at(server.url("/1")), at(server.url("/2"))};
  EXPECT_FALSE(run(both));
  EXPECT_TRUE(run(both));
  second = "v2";
  EXPECT_FALSE(run(both));
  EXPECT_EQ(seen_, "first;v2;") << "the first was asked for again, without a condition";
}

TEST_F(Recalled, AnErrorIsHandedToThePluginWithoutAskingAgain) {
  unsigned status = 200;
  Receiver server([&](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = status;
    return reply;
  });
  const std::vector<FetchRequest> one{at(server.url("/a"))};
  EXPECT_FALSE(run(one));
  status = 429;
  EXPECT_FALSE(run(one));
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(seen_, "the server asks for fewer requests (429); kpid asks again later");
}

TEST_F(Recalled, QuestionsAndCrowdsAreNotRemembered) {
  Receiver server([](const ReceivedRequest&, std::size_t) { return Reply{}; });
  FetchRequest question = at(server.url("/q"));
  question.body = "{}";
  EXPECT_FALSE(run({question}));
  EXPECT_TRUE(memory_.documents.empty());
  EXPECT_FALSE(run({question}));
}

TEST_F(Recalled, ADropFolderWithoutANewFileIsUnchanged) {
  policy_.drop = DropConfig{std::chrono::milliseconds{0}, {}};
  write("a.csv", "1");
  const std::vector<FetchRequest> all{at("*.csv", Select::all)};
  std::this_thread::sleep_for(std::chrono::milliseconds{5});
  EXPECT_FALSE(run(all));
  EXPECT_EQ(seen_, "1;");
  struct stat about {};
  ASSERT_EQ(::stat((folder_ / "a.csv").c_str(), &about), 0);
  policy_.files_read = {
      {"a.csv", memory_.documents.at(0).sha256, 1,
       std::int64_t{about.st_mtim.tv_sec} * 1'000'000'000 + about.st_mtim.tv_nsec}};
  EXPECT_TRUE(run(all));
}

}  // namespace
}  // namespace kpid::fetch
