// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what the operator and the log are given is a sentence, whatever the plugin did or said.

#include <csignal>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin_host/clean_text.hpp"
#include "plugin_host/death_sentence.hpp"
#include "plugin_host/output_lines.hpp"
#include "plugin_host/status.hpp"

namespace kpid::plugin_host {
namespace {

using ::testing::ElementsAre;

TEST(CleanText, LeavesTextAndTakesControlsAway) {
  EXPECT_EQ(clean_text("£ 12 – naïve 🙂", 100), "£ 12 – naïve 🙂");
  EXPECT_EQ(clean_text("a\nb\tc\x1b[0m\x7f", 100), "a b c [0m ");
  EXPECT_EQ(clean_text("a\nb\tc", 100, Lines::many), "a\nb c");
  EXPECT_EQ(clean_text("csi \xC2\x9B end", 100), "csi   end");
  EXPECT_EQ(clean_text("a\xFFz", 100), "a\xEF\xBF\xBDz");
  EXPECT_EQ(clean_text("cut \xE2\x82", 100), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
}
TEST(CleanText, CutsBetweenCharacters) {
  EXPECT_EQ(clean_text("ab£", 3), "ab");
  EXPECT_EQ(clean_text("ab£", 4), "ab£");
  EXPECT_EQ(clean_text("abc", 0), "");
}

TEST(DeathSentence, SaysWhatHappened) {
  const auto of = [](int signal, LastMoments moments) {
    return *death_sentence({true, signal}, moments);
  };
  const LastMoments running{true, false, false, 0, std::nullopt};
  EXPECT_EQ(of(SIGBUS, running), "the plugin crashed (bus error)");
  EXPECT_EQ(of(SIGFPE, running), "the plugin crashed (arithmetic fault)");
  EXPECT_EQ(of(SIGILL, running), "the plugin crashed (illegal instruction)");
  EXPECT_EQ(of(SIGXCPU, running), "the plugin used up its processor time and was stopped");
  EXPECT_EQ(of(SIGKILL, running),
            "the plugin was killed from outside kpid; perhaps the machine ran out of memory");
  EXPECT_EQ(of(SIGSEGV, {true, false, false, 1234567, std::nullopt}),
            "the plugin crashed (segmentation fault) after 1,234,567 rows");
  EXPECT_EQ(of(SIGSEGV, {true, true, false, 1, std::nullopt}),
            "the plugin crashed (segmentation fault) after it had given its result");
  EXPECT_EQ(of(SIGSYS, {true, false, false, 0, 999'999}),
            "the plugin was stopped: it tried something that plugins may not do (system call "
            "number 999999)");
  EXPECT_EQ(of(SIGSYS, running),
            "the plugin was stopped: it tried something that plugins may not do");
  EXPECT_EQ(death_sentence({false, 0}, {true, true, false, 0, std::nullopt}), std::nullopt);
}

TEST(Status, AnInstantThatCannotBeIsNone) {
  EXPECT_EQ(instant_of(0), std::nullopt);
  EXPECT_EQ(instant_of(-1), std::nullopt);
  EXPECT_EQ(instant_of(std::numeric_limits<std::int64_t>::max()), std::nullopt);
  EXPECT_EQ(instant_of(1), timestamp_from_milliseconds(1));
}

class Output : public ::testing::Test {
 protected:
  OutputLines lines(std::uint64_t allowed) {
    allowance_ = LineAllowance(allowed);
    return OutputLines(allowance_, [this](std::string line) { written_.push_back(line); });
  }
  LineAllowance allowance_{0};
  std::vector<std::string> written_;
};

TEST_F(Output, PiecesBecomeLines) {
  auto out = lines(10);
  EXPECT_TRUE(out.feed("on"));
  EXPECT_TRUE(out.feed("e\ntwo\n\nthr"));
  out.finish();
  EXPECT_THAT(written_, ElementsAre("one", "two", "", "thr"));
}
TEST_F(Output, AnEndlessLineIsCut) {
  auto out = lines(10);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(out.feed(std::string(1000, 'x')));
  EXPECT_TRUE(out.feed("\nnext\n"));
  EXPECT_THAT(written_, ElementsAre(std::string(1000, 'x'), "next"));
}
TEST_F(Output, TooMuchIsSaidOnce) {
  auto out = lines(2);
  EXPECT_FALSE(out.feed("1\n2\n3\n4\n"));
  EXPECT_FALSE(out.feed("5\n"));
  EXPECT_THAT(written_, ElementsAre("1", "2", left_out));
}

}  // namespace
}  // namespace kpid::plugin_host
