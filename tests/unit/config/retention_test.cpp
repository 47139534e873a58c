// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;

std::string after_head(std::string_view rest) { return std::string{head}.append(rest); }

class RetentionConfig : public ConfigTest {};

TEST_F(RetentionConfig, OfItselfKeepsFiguresForEverAndRunsForThreeYears) {
  const auto loaded = load(head);
  ASSERT_TRUE(loaded.config);
  const Retention& kept = loaded.config->retention;
  EXPECT_EQ(kept.runs, (Span{3, Span::Unit::years}));
  EXPECT_EQ(kept.deliveries, (Span{3, Span::Unit::years}));
  EXPECT_EQ(kept.superseded, std::nullopt);
  EXPECT_EQ(kept.daily, std::nullopt);
}

TEST_F(RetentionConfig, TakesSpansAndForEver) {
  const auto loaded = load(after_head(R"([retention]
runs = "for ever"
deliveries = "400 d"
superseded = "18 months"
daily = "2 years"
)"));
  ASSERT_TRUE(loaded.config) << texts_of(loaded).front();
  const Retention& kept = loaded.config->retention;
  EXPECT_EQ(kept.runs, std::nullopt);
  EXPECT_EQ(kept.deliveries, (Span{400, Span::Unit::days}));
  EXPECT_EQ(kept.superseded, (Span{18, Span::Unit::months}));
  EXPECT_EQ(kept.daily, (Span{2, Span::Unit::years}));
}

TEST_F(RetentionConfig, RefusesWhatWouldLoseTooMuch) {
  EXPECT_THAT(
      faults_of(after_head(R"([retention]
runs = "3 decades"
deliveries = "7 d"
superseded = 3
daily = "1 year"
weekly = "1 year"
)")),
      ElementsAre(
          "kpid.toml:10:8: error: \"3 decades\" is no time to keep something; write it as \"3 "
          "years\", \"18 months\", \"400 d\" or \"for ever\"",
          "kpid.toml:11:14: error: \"deliveries\" in [retention] must be at least 1 month: a fault "
          "is looked for in what was done lately",
          "kpid.toml:12:14: error: \"superseded\" in [retention] must be a string, not an integer",
          "kpid.toml:13:9: error: \"daily\" in [retention] must be at least 2 years: this year's "
          "days are compared with those of last year",
          "kpid.toml:14:1: error: unknown key \"weekly\"; [retention] knows \"runs\", "
          "\"deliveries\", \"superseded\" and \"daily\""));
}

TEST_F(RetentionConfig, ASourcesSilenceIsCountedInDays) {
  const std::string source = R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "daily 06:30"
)";
  const auto loaded = load(after_head(source + "stale_after = \"10 school days\"\n"));
  ASSERT_TRUE(loaded.config) << texts_of(loaded).front();
  EXPECT_EQ(loaded.config->sources[0].stale_after, (Span{10, Span::Unit::school_days}));
  for (const char* wrong : {"6 h", "0 d", "soon"}) {
    EXPECT_THAT(faults_of(after_head(source + "stale_after = \"" + wrong + "\"\n")),
                ElementsAre("kpid.toml:13:15: error: \"" + std::string(wrong) +
                            "\" is no stretch of days; write it as \"40 d\", \"10 school days\", "
                            "\"2 school weeks\", \"1 half-term\", \"1 term\", \"3 months\" or \"1 "
                            "year\""));
  }
}

}  // namespace
}  // namespace kpid
