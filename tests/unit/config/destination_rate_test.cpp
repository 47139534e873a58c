// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How fast a destination is sent to: what is written, what the formats have of their own.

#include "config/destination_rate.hpp"

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DestinationRates : public ConfigTest {
 protected:
  // The head ends with line 8; what is appended stands on line 13.
  [[nodiscard]] LoadedConfig destination(const std::string& format, const std::string& line) const {
    return load(std::string{head} + "[[destination]]\nname = \"team\"\nformat = \"" + format +
                "\"\nurl = \"https://hooks.example.org/x\"\n" + line + "\n");
  }
  [[nodiscard]] std::vector<RateLimit> rates(const std::string& format,
                                             const std::string& line = {}) const {
    const auto loaded = destination(format, line);
    EXPECT_THAT(texts_of(loaded), IsEmpty());
    return loaded.config ? loaded.config->destinations.at(0).rates : std::vector<RateLimit>{};
  }
};

TEST_F(DestinationRates, EachFormatHasItsOwn) {
  EXPECT_THAT(rates("slack"), ElementsAre(RateLimit{1, 1s}));
  EXPECT_THAT(rates("google-chat"), ElementsAre(RateLimit{1, 1s}));
  EXPECT_THAT(rates("teams"), ElementsAre(RateLimit{4, 1s}, RateLimit{25, 5min}));
  for (const char* format : {"discord", "alertmanager"}) {
    EXPECT_THAT(rates(format), IsEmpty());
  }
}

TEST_F(DestinationRates, WhatIsWrittenTakesTheirPlace) {
  EXPECT_THAT(rates("slack", "rate = \"25 per 5 min\""), ElementsAre(RateLimit{25, 5min}));
  EXPECT_THAT(rates("alertmanager", "rate = [\"2 per s\", \"100 per h\"]"),
              ElementsAre(RateLimit{2, 1s}, RateLimit{100, 1h}));
  EXPECT_THAT(rates("teams", "rate = \"none\""), IsEmpty());
}

TEST_F(DestinationRates, WhatIsNoRateIsToldWithItsPlace) {
  for (const char* wrong : {"fast", "1 per", "1 per ", "per s", "-1 per s", "1.5 per s", "1 pers",
                            "1 per 0 s", "1 per fortnight", "1  per s", "1 per 5 min "}) {
    const auto faults = texts_of(destination("slack", "rate = \"" + std::string{wrong} + "\""));
    ASSERT_EQ(faults.size(), 1U) << wrong;
    EXPECT_THAT(faults[0], HasSubstr("kpid.toml:13:8: "));
    EXPECT_THAT(faults[0], HasSubstr("is no rate; write it as \"1 per s\"")) << wrong;
  }
  for (const char* wrong : {"0 per s", "1001 per s", "1 per 2 d"}) {
    const auto faults = texts_of(destination("slack", "rate = \"" + std::string{wrong} + "\""));
    ASSERT_EQ(faults.size(), 1U) << wrong;
    EXPECT_THAT(faults[0], HasSubstr("is no rate that can be kept")) << wrong;
  }
  EXPECT_THAT(texts_of(destination("slack", "rate = [\"none\", \"1 per s\"]")),
              ElementsAre(HasSubstr("\"none\" is no rate")));
  EXPECT_THAT(texts_of(destination("slack",
                                   "rate = [\"1 per s\", \"2 per s\", \"3 per s\", \"4 per s\", "
                                   "\"5 per s\"]")),
              ElementsAre(HasSubstr("more than 4 limits")));
}

}  // namespace
}  // namespace kpid
