// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/switched_off.hpp"

#include <gtest/gtest.h>

#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

class SwitchedOff : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    config_->destinations.resize(2);
    config_->destinations[1].name = "admin";
    config_->destinations[1].operational = true;
  }
  void switch_off(const std::string& name, Timestamp failing_since) {
    store::DestinationState state;
    state.name = name;
    state.disabled = true;
    state.disabled_reason = "410: gone";
    state.failing_since = failing_since;
    ASSERT_TRUE(database_->begin());
    ASSERT_TRUE(writer().save_destination_state(state));
    ASSERT_TRUE(database_->commit());
  }
  std::vector<Delivery> tell(Result<std::vector<Delivery>> (*how)(store::Writer&,
                                                                  const EvaluationContext&)) {
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    auto told = how(writer(), context);
    EXPECT_TRUE(told) << (told ? "" : told.error().text());
    EXPECT_TRUE(database_->commit());
    return std::move(told).value_or(std::vector<Delivery>{});
  }
};

TEST_F(SwitchedOff, WhatACrashKeptFromBeingToldIsToldAtTheNextStartAndOnce) {
  EXPECT_TRUE(tell(tell_all_switched_off).empty());
  switch_off("team", now_);
  now_ += std::chrono::minutes{1};
  const auto told = tell(tell_all_switched_off);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].destination, "admin");
  EXPECT_NE(told[0].body.find("410: gone"), std::string::npos) << told[0].body;
  open();  // the next start
  EXPECT_TRUE(tell(tell_all_switched_off).empty());

  // An admin switches it on; it fails anew, and so it is told anew.
  now_ += std::chrono::hours{1};
  switch_off("team", now_);
  EXPECT_EQ(tell(tell_all_switched_off).size(), 1U);
}

TEST_F(SwitchedOff, WhatWasToldInTimeIsNotToldAgain) {
  switch_off("team", now_);
  const auto told = tell([](store::Writer& writer, const EvaluationContext& context) {
    return tell_switched_off(writer, context, "team", "410: gone");
  });
  EXPECT_EQ(told.size(), 1U);
  EXPECT_TRUE(tell(tell_all_switched_off).empty());
}

TEST_F(SwitchedOff, OfOneThatLeftTheConfigNothingIsSaid) {
  switch_off("old", now_);
  EXPECT_TRUE(tell(tell_all_switched_off).empty());
}

}  // namespace
}  // namespace kpid::ingest
