// Runs the plugin on files from memory, held to the contract as kpid holds it.
#include <gtest/gtest.h>
#include <kpid/testing.hpp>

namespace {

using namespace kpid::plugin;

constexpr auto settings = R"({"path": "in/meals/*.csv"})";

TEST(SchoolMeals, EmitsOneObservationARow) {
  FakeHost host(*kpid_plugin_entry_v1());
  host.add_document("in/meals/*.csv", {.bytes = "School,Date,Meals\n100001,01/10/2026,212\n"});
  const Outcome outcome = host.pull(settings);
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  ASSERT_EQ(host.observations().size(), 1U);
  const SeenObservation& row = host.observations().front();
  EXPECT_EQ(row.organisation, "100001");
  EXPECT_EQ(row.period, on(*make_day(2026, 10, 1)));
  EXPECT_EQ(row.value, 212);
  EXPECT_EQ(row.row_first, 2U);
}

TEST(SchoolMeals, LeavesOutWhatItCannotReadAndSaysWhere) {
  FakeHost host(*kpid_plugin_entry_v1());
  host.add_document("in/meals/*.csv",
                    {.bytes = "School,Date,Meals\n100001,yesterday,212\n100002,01/10/2026,9\n",
                     .origin = "in/meals/october.csv"});
  EXPECT_TRUE(host.pull(settings).is_ok());
  EXPECT_EQ(host.observations().size(), 1U);
  ASSERT_EQ(host.notes().size(), 1U);
  EXPECT_EQ(host.notes().front().place, "in/meals/october.csv, row 2");
}

TEST(SchoolMeals, TellsTheOperatorWhenTheFileIsAnother) {
  FakeHost host(*kpid_plugin_entry_v1());
  host.add_document("in/meals/*.csv", {.bytes = "Date,School,Lunches\n", .origin = "lunch.csv"});
  for (const Outcome& outcome : {host.check(settings), host.pull(settings)}) {
    EXPECT_EQ(outcome.status, KPID_SOURCE);
    EXPECT_EQ(outcome.operator_text,
              "lunch.csv, row 1: the columns must be School, Date and Meals; export the file anew");
  }
}

TEST(SchoolMeals, PassesTheHostsRefusalOn) {
  FakeHost host(*kpid_plugin_entry_v1());
  host.fail_fetch("in/meals/*.csv", transient_error("The file server does not answer."));
  const Outcome outcome = host.pull(settings);
  EXPECT_EQ(outcome.status, KPID_TRANSIENT);
  EXPECT_EQ(outcome.operator_text, "The file server does not answer.");
}

}  // namespace
