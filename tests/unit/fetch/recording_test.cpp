// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: a recording plays again what a plugin got, without the network, and without a person or a
// secret in it.

#include "fetch/recording.hpp"

#include <sstream>

#include "support/receiver.hpp"
#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;
using ::testing::HasSubstr;
using ::testing::Not;

std::string masks(const std::string& text, const Masking& masking = {}) {
  const auto done = masked(text, masking);
  return done ? *done : "(" + done.error().sentence + ")";
}

TEST(Masking, PeopleInATableBecomeNumbersAndTheirRowsStillBelongTogether) {
  EXPECT_EQ(masks("URN,School name,Pupil ID,Forename,Year,Mark\n"
                  "900001,Ash,77,Ada,4,/\n900001,Ash,78,\"Lovelace, B.\",4,N\n"
                  "900001,Ash,77,Ada,4,\\\n"),
            "URN,School name,Pupil ID,Forename,Year,Mark\n"
            "900001,Ash,person-1,person-2,4,/\n900001,Ash,person-3,person-4,4,N\n"
            "900001,Ash,person-1,person-2,4,\\\n");
}

TEST(Masking, PreamblesTabsMarksAndLineEndsAreKept) {
  EXPECT_EQ(masks("\xEF\xBB\xBFReport of 1 May;\r\nURN;UPN;Sessions\r\n900001;A123456789012;5\r\n"),
            "\xEF\xBB\xBFReport of 1 May;\r\nURN;UPN;Sessions\r\n900001;person-1;5\r\n");
  EXPECT_EQ(masks("URN\tE-mail\n1\tab\n"), "URN\tE-mail\n1\tperson-1\n");
}

TEST(Masking, WhatLooksLikeAPersonIsEmptiedWhereverItStands) {
  EXPECT_EQ(masks("A,B\nada@example.org,x A123456789012 y\n1,GU1 2AB\n2,3\n"), "A,B\n,\n1,\n2,3\n");
  EXPECT_EQ(masks("Contact: ada@example.org,\nA,B,C\n1,2,3,Ada\n"), ",\nA,B,C\n1,2,3,Ada\n")
      << "the widest row with names is the header";
}

TEST(Masking, JsonByItsMembers) {
  EXPECT_EQ(masks(R"({"data":[{"id":"p1","forename":"Ada","year":4,"school":{"urn":900001}},)"
                  R"({"id":"p2","forename":"","year":5,"upn":null,"pupil_id":12}]})"),
            R"({"data":[{"id":"person-1","forename":"person-2","year":4,"school":{"urn":900001}},)"
            R"({"id":"person-3","forename":"","year":5,"upn":null,"pupil_id":4}]})");
  EXPECT_EQ(masks(R"([{"parent":{"first":"A","tel":5}}])"),
            R"([{"parent":{"first":"person-1","tel":2}}])")
      << "all that stands under a person is one's";
}

TEST(Masking, MoreNamesAndSecrets) {
  Masking masking;
  masking.more_names = {"Home Group"};
  masking.secrets.emplace("token", Secret{"s3cret"});
  EXPECT_EQ(masks("URN,home_group,Link\n1,4B,https://x/?k=s3cret\n", masking),
            "URN,home_group,Link\n1,person-1,https://x/?k=***\n");
}

TEST(Masking, WhatIsNotUnderstoodIsRefused) {
  EXPECT_THAT(masks(std::string("PK\x03\x04", 4)), HasSubstr("neither CSV nor JSON"));
  EXPECT_THAT(masks("<html><p>Ada</p></html>"), HasSubstr("XML and HTML cannot be masked"));
  EXPECT_THAT(masks("{\"name\": \"Ada\""), HasSubstr("the JSON cannot be read"));
  EXPECT_THAT(masks("Ada Lovelace is here\n"), HasSubstr("no row of column names"));
  EXPECT_EQ(masks(""), "");
}

class Recording : public RemoteFetch {
 protected:
  Recording() {
    policy_.http.secrets_over_http = true;
    policy_.secrets.emplace("token", Secret{"s3cret"});
  }
  std::string recorded() const {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "recording")) {
      std::ifstream stream(file.path());
      std::ostringstream text;
      text << file.path().filename().string() << "\n" << stream.rdbuf();
      all += text.str();
    }
    return all;
  }
};

TEST_F(Recording, PlaysAgainWhatAServerSaidPageByPage) {
  Receiver server([](const ReceivedRequest& request, std::size_t number) {
    Reply reply;
    reply.headers = {{"ETag", "\"e\""}};
    reply.body = number == 0 ? R"({"data":[{"forename":"Ada","token":"s3cret"}],"next":true})"
                             : R"({"data":[{"year":)" + std::to_string(number) + "}]}";
    if (request.target.starts_with("/bad")) reply.status = 500;
    return reply;
  });
  const std::string first = server.url("/students?key={{secret:token}}");
  const std::string bad = server.url("/bad");
  write("book.xlsx", std::string("PK\x03\x04\x00", 5));
  auto made = Recorder::make(make_fetcher(policy_), folder_ / "recording", {{}, policy_.secrets});
  ASSERT_TRUE(made) << made.error().text();
  Recorder& recorder = **made;
  fetcher_ = std::move(*made);
  FetchRequest question = at(server.url("/q"));
  question.body = "which?";
  ASSERT_TRUE(fetch_again(at(first)));
  ASSERT_TRUE(fetch_again(at(first)));
  ASSERT_TRUE(fetch_again(question));
  ASSERT_FALSE(fetch_again(at(bad)));
  ASSERT_TRUE(fetch_again(at("book.xlsx")));
  const auto summary = recorder.finish();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->documents, 3U);
  ASSERT_EQ(summary->left_out.size(), 1U);
  EXPECT_THAT(summary->left_out[0].text(), HasSubstr("book.xlsx: the document is neither CSV"));
  EXPECT_THAT(recorded(), Not(HasSubstr("s3cret")));
  EXPECT_THAT(recorded(), Not(HasSubstr("Ada")));

  server.stop();
  auto replay = make_replay(folder_ / "recording", policy_);
  ASSERT_TRUE(replay) << replay.error().text();
  fetcher_ = std::move(*replay);
  const auto page = fetch_again(at(first));
  EXPECT_EQ(told(page), R"({"data":[{"forename":"person-1","token":"***"}],"next":true})");
  EXPECT_EQ(page->front().etag, "\"e\"");
  EXPECT_EQ(page->front().document.origin, first);
  EXPECT_EQ(told(fetch_again(at(first))), R"({"data":[{"year":1}]})");
  EXPECT_EQ(told(fetch_again(at(first))), R"({"data":[{"year":1}]})") << "the last one for good";
  EXPECT_EQ(told(fetch_again(question)), R"({"data":[{"year":2}]})");
  const auto failed = fetch_again(at(bad));
  EXPECT_EQ(failed.error(), (Error{ErrorKind::transient, "the server failed (500)", bad}));
  EXPECT_THAT(told(fetch_again(at("book.xlsx"))), HasSubstr("was left out of the recording"));
  EXPECT_THAT(told(fetch_again(at("other.csv"))), HasSubstr("this was not recorded"));
}

TEST_F(Recording, FoldersThatCannotServe) {
  write("full.txt", "x");
  EXPECT_FALSE(Recorder::make(make_fetcher(policy_), folder_.path(), {}));
  EXPECT_FALSE(make_replay(folder_ / "absent", policy_));
  write("recording.json", "[]");
  EXPECT_FALSE(make_replay(folder_.path(), policy_));
}

}  // namespace
}  // namespace kpid::fetch
