// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: documents from a server and from a drop folder go the whole way, what has not changed wakes
// no plugin, and no secret is kept anywhere. Method: the real program, a real server.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"
#include "support/sql_query.hpp"

namespace kpid::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Fetching : public ::testing::Test {
 protected:
  void SetUp() override {
    trust_.port = receiver_.port();
    trust_.write_accounts({9000, 9000});
    write_file(trust_.folder() / "token", "s3cret-t0ken\n");
  }
  static std::string accounts(int reserves) {
    return "School,Financial year,Income,Expenditure,Staff costs,Reserves\r\n900001,2025/26,"
           "\"£100,000\",\"£99,000\",\"£70,000\",\"£" +
           std::to_string(reserves) + "\"\r\n";
  }
  Ended kpid(std::vector<std::string> words) {
    words.insert(words.begin(), {kpid_program(), "--config", trust_.config()});
    return run_command(words);
  }
  // The newest run of a source: its outcome, how many rows it read, its notes.
  std::string last_run(const std::string& source) {
    return value(
        "SELECT r.outcome || ' ' || r.rows_read || ' ' || coalesce(group_concat(n.sentence), '') "
        "|| r.reason FROM run r LEFT JOIN run_note n ON n.run = r.id WHERE r.source = '" +
        source + "' GROUP BY r.id ORDER BY r.id DESC LIMIT 1");
  }
  std::string value(const std::string& sql) { return query(trust_.database(), sql); }
  void add_remote(const std::string& more = {}) {
    trust_.extra = R"([[source]]
name = "remote"
plugin = "finance"
schedule = "every 1 h"
allowed_networks = ["127.0.0.0/8"]
)" + more + R"([source.secrets]
token = { file = "token" }
[source.http]
bearer = "{{secret:token}}"
secrets_over_http = true
[source.settings]
path = ")" + server_.url("/accounts.csv?key={{secret:token}}") +
                   "\"\n";
    trust_.write_config();
  }

  int reserves_ = 9000;
  Receiver receiver_{[](const ReceivedRequest&, std::size_t) { return Reply{}; }};
  Receiver server_{[this](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    const std::string tag = "\"" + std::to_string(reserves_) + "\"";
    reply.headers = {{"ETag", tag}};
    if (request.header("authorization") != "Bearer s3cret-t0ken") {
      reply.status = 401;
    } else if (request.header("if-none-match") == tag) {
      reply.status = 304;
    } else {
      reply.body = accounts(reserves_);
    }
    return reply;
  }};
  MadeUpTrust trust_{2};
};

constexpr const char* unchanged = "2 0 nothing has changed since the last pull; 1 document was";

TEST_F(Fetching, WhatHasNotChangedWakesNoPlugin) {
  add_remote();
  const Ended first = kpid({"--once"});
  ASSERT_EQ(first.status, 0) << first.output << first.errors;
  EXPECT_THAT(last_run("remote"), HasSubstr("1 1 "));
  EXPECT_THAT(value("SELECT origin FROM document WHERE source = 'remote'"),
              HasSubstr("?key={{secret:token}}"));
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("remote"), HasSubstr(unchanged));
  EXPECT_THAT(last_run("finance"), HasSubstr(unchanged)) << "a file as well";
  EXPECT_EQ(server_.requests().size(), 2U);
  EXPECT_EQ(server_.requests()[1].header("if-none-match"), "\"9000\"");
  EXPECT_EQ(server_.requests()[1].target, "/accounts.csv?key=s3cret-t0ken");
  reserves_ = 8000;
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("remote"), HasSubstr("1 1 "));
  EXPECT_EQ(server_.requests().size(), 3U) << "what had come beforehand was read";
  EXPECT_EQ(value("SELECT value FROM measurement m JOIN series s ON s.id = m.series WHERE "
                  "s.source = 'remote' AND s.measure = 'finance.reserves' ORDER BY revision "
                  "DESC LIMIT 1"),
            "800000.0");
}

TEST_F(Fetching, WhatElseTheFiguresDependOnWakesThePlugin) {
  add_remote();
  ASSERT_EQ(kpid({"--once"}).status, 0);
  trust_.extra += "[[school]]\nurn = 900777\nname = \"Another\"\n";
  trust_.write_config();
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("remote"), Not(HasSubstr(unchanged))) << "a row may now have an owner";
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("remote"), HasSubstr(unchanged));
}

TEST_F(Fetching, NoSecretIsKeptOrTold) {
  add_remote();
  Ended ended = kpid({"--once"});
  ASSERT_EQ(ended.status, 0) << ended.errors;
  write_file(trust_.folder() / "token", "wr0ng-t0ken\n");
  reserves_ = 7000;
  ended = kpid({"--once"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(last_run("remote"), HasSubstr("the server wants to know who asks (401)"));
  for (const std::string& text :
       {ended.output, ended.errors, read_file(trust_.folder() / "state/kpid.sqlite"),
        read_file(trust_.folder() / "state/kpid.sqlite-wal")}) {
    EXPECT_EQ(text.find("s3cret-t0ken"), std::string::npos);
    EXPECT_EQ(text.find("wr0ng-t0ken"), std::string::npos);
  }
}

TEST_F(Fetching, WhatASourceFetchesCanBeRecorded) {
  add_remote();
  const std::string folder = (trust_.folder() / "recording").string();
  const Ended ended = kpid({"--record", folder, "--source", "remote", "--mask", "Staff costs"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output,
              HasSubstr(folder + ": 1 document recorded, from which the plugin made"));
  const std::string list = read_file(trust_.folder() / "recording/recording.json");
  EXPECT_THAT(list, HasSubstr("accounts.csv?key={{secret:token}}"));
  EXPECT_EQ(list.find("s3cret"), std::string::npos);
  const std::string content = read_file(trust_.folder() / "recording/001-accounts.csv");
  EXPECT_THAT(content, HasSubstr("900001,2025/26,\"£100,000\",\"£99,000\",person-1,£9000\r\n"));
  EXPECT_FALSE(std::filesystem::exists(trust_.database())) << "nothing is stored";
  EXPECT_EQ(kpid({"--record", folder, "--source", "remote"}).status, 78) << "it is not empty";
  EXPECT_EQ(kpid({"--record", folder + "2", "--source", "remot"}).status, 78);
}

TEST_F(Fetching, CheckSaysWhereASourceMayFetchFrom) {
  add_remote("allowed_hosts = [\"data.example.org\"]\n");
  const Ended ended = kpid({"--check"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.output,
              HasSubstr("source \"remote\" may fetch from data.example.org, 127.0.0.1"));
}

TEST_F(Fetching, ADropFolderIsReadOnceAndEmptied) {
  trust_.extra = R"([[source]]
name = "dropped"
plugin = "finance"
schedule = "every 1 h"
[source.drop]
complete_after = "0 s"
move_to = "done"
[source.settings]
path = "drop/*.csv"
)";
  std::filesystem::create_directories(trust_.folder() / "drop");
  std::filesystem::create_directories(trust_.folder() / "done");
  trust_.write_config();
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("dropped"), HasSubstr("2 0 there is no new file in the drop folder"));
  write_file(trust_.folder() / "drop/march.csv", accounts(5000));
  sleep_for(std::chrono::milliseconds{5});
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("dropped"), HasSubstr("1 1 "));
  EXPECT_TRUE(std::filesystem::exists(trust_.folder() / "done/march.csv"));
  EXPECT_FALSE(std::filesystem::exists(trust_.folder() / "drop/march.csv"));
  EXPECT_EQ(value("SELECT name FROM file_read WHERE source = 'dropped'"), "march.csv");
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("dropped"), HasSubstr("2 0 there is no new file in the drop folder"));
  // The same file once more is not read again, but cleared away.
  std::filesystem::copy_file(trust_.folder() / "done/march.csv",
                             trust_.folder() / "drop/march.csv");
  sleep_for(std::chrono::milliseconds{5});
  ASSERT_EQ(kpid({"--once"}).status, 0);
  EXPECT_THAT(last_run("dropped"), HasSubstr("2 0 there is no new file in the drop folder"));
  EXPECT_TRUE(std::filesystem::exists(trust_.folder() / "done/march-2.csv"));
}

TEST_F(Fetching, AFileThatCannotBeReadStaysToBeReadAgain) {
  trust_.extra = R"([[source]]
name = "dropped"
plugin = "finance"
schedule = "every 1 h"
[source.drop]
complete_after = "0 s"
move_to = "done"
[source.settings]
path = "drop/*.csv"
)";
  std::filesystem::create_directories(trust_.folder() / "drop");
  std::filesystem::create_directories(trust_.folder() / "done");
  trust_.write_config();
  write_file(trust_.folder() / "drop/broken.csv", "this is no table of accounts\n");
  sleep_for(std::chrono::milliseconds{5});
  EXPECT_EQ(kpid({"--once"}).status, 3);
  EXPECT_TRUE(std::filesystem::exists(trust_.folder() / "drop/broken.csv"));
  EXPECT_EQ(value("SELECT count(*) FROM file_read"), "0");
}

}  // namespace
}  // namespace kpid::testing
