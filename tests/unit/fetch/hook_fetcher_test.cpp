// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What is pushed is a document like any other: unlinked, read-only, hashed, and known by where it
// came from.

#include "fetch/hook_fetcher.hpp"

#include <fcntl.h>

#include "fetch/recall.hpp"
#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

class PushedDocuments : public RemoteFetch {
 protected:
  Documents fetch_pushed(FetchRequest request, const std::string& body) {
    auto pushed = std::make_shared<const PushedContent>(PushedContent{body, "pushed to kpid at X"});
    fetcher_ = make_hook_fetcher(policy_, std::move(pushed));
    return fetch_again(std::move(request));
  }
};

TEST_F(PushedDocuments, AreReadLikeAFile) {
  const auto got = fetch_pushed(at("hook:"), "a,b\n1,2\n");
  ASSERT_TRUE(got);
  EXPECT_EQ(told(got), "a,b\n1,2\n");
  const Fetched& one = got->front();
  EXPECT_EQ(one.document.origin, "pushed to kpid at X");
  EXPECT_EQ(one.document.sha256,
            "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470");
  EXPECT_GT(one.document.modified_at_ms, 0) << "the day of the push";
  EXPECT_EQ(::fcntl(one.content.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << "no name leads to it";
}

TEST_F(PushedDocuments, MayBeEmpty) {
  const auto got = fetch_pushed(at("hook:", FetchRequest::Select::newest), "");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->front().document.size, 0U);
}

TEST_F(PushedDocuments, DoNotTakeThePlaceOfOtherLocations) {
  write("other.csv", "x");
  EXPECT_EQ(told(fetch_pushed(at("other.csv"), "pushed")), "x");
}

TEST_F(PushedDocuments, AreAskedNothing) {
  FetchRequest request = at("hook:");
  request.body = "SELECT";
  EXPECT_FALSE(fetch_pushed(std::move(request), "pushed"));
}

TEST_F(PushedDocuments, AreMissedWhereNothingWasPushed) {
  EXPECT_EQ(told(fetch("hook:")),
            "hook:: this stands for what is pushed to the source, and nothing was; it is read when "
            "somebody posts to /hooks/test");
}

}  // namespace
}  // namespace kpid::fetch
