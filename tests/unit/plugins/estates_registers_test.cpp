// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Statutory checks, defects and bids, as of the day that a register states.

#include "estates/registers.hpp"
#include "unit/plugins/estates_fixture.hpp"

namespace kpid::plugins::estates {
namespace {

const std::string kChecks = "School,Check,Due,Done\n";
const std::string kDefects = "School,Reported,Closed,Priority\n";
const std::string kBids = "School,Fund,Amount,Awarded,Submitted,Outcome,Decided\n";

Settings of_schools(const std::vector<std::string>& codes) {
  Settings out;
  for (const std::string& code : codes) out.schools.push_back({code, std::nullopt, {true, true}});
  return out;
}

TEST(EstatesChecks, AreOverdueTheDayAfterTheyFellDue) {
  const std::string rows =
      "1,Fire alarm test,30/01/2026,\n"  // overdue
      "1,Legionella,31/01/2026,\n"       // due on the day itself
      "1,Gas safety,02/03/2026,\n"       // in 30 days
      "1,Asbestos,03/03/2026,\n"         // later
      "1,Lift,01/12/2025,15/12/2025\n"   // done, if late
      "2,Lift,01/12/2025,15/12/2025\n"
      "2,PAT,01/12/2025,01/02/2026\n";  // done tomorrow
  EXPECT_EQ(shown(read_checks(Files().add("checks_2026-01-31.csv", kChecks + rows).documents(),
                              of_schools({"1", "2", "3"}))),
            "estates.checks_due 1 2026-01-31..2026-01-31 2 @1:3\n"
            "estates.checks_overdue 1 2026-01-31..2026-01-31 1 @1:2\n"
            "estates.checks_due 2 2026-01-31..2026-01-31 0 @1:7\n"
            "estates.checks_overdue 2 2026-01-31..2026-01-31 1 @1:8\n"
            "warning checks_2026-01-31.csv, row 8, column Done: The check is done on 2026-02-01, "
            "after the day of the file; it counts as not done.\n"
            "warning checks_2026-01-31.csv: The register has no check of the school 3; that is not "
            "taken for none overdue.\n");
}

TEST(EstatesChecks, CountAsNotDoneWhereARegisterContradictsItself) {
  const std::string rows = "1,Lift,01/12/2025,15/12/2025\n1,Lift,01/12/2025,\n";
  const std::string expected =
      "estates.checks_due 1 2026-01-31..2026-01-31 0 @1:2\n"
      "estates.checks_overdue 1 2026-01-31..2026-01-31 1 @1:2\n"
      "warning c_2026-01-31.csv, row 3: The check \"Lift\" of 1 due on 2025-12-01 stands twice, "
      "done and not done; it counts as not done.\n";
  EXPECT_EQ(shown(read_checks(Files().add("c_2026-01-31.csv", kChecks + rows).documents(), {})),
            expected);
}

TEST(EstatesChecks, AreCountedOnTheDayOfEachFile) {
  Files files;
  files.add("c_2026-02-28.csv", kChecks + "1,Lift,01/02/2026,10/02/2026\n")
      .add("c_2026-02-05.csv", kChecks + "1,Lift,01/02/2026,\n");
  EXPECT_EQ(shown(read_checks(files.documents(), {})),
            "estates.checks_due 1 2026-02-05..2026-02-05 0 @2:2\n"
            "estates.checks_overdue 1 2026-02-05..2026-02-05 1 @2:2\n"
            "estates.checks_due 1 2026-02-28..2026-02-28 0 @1:2\n"
            "estates.checks_overdue 1 2026-02-28..2026-02-28 0 @1:2\n");
}

TEST(EstatesRegisters, OfADayThatCannotBeAreRefused) {
  const std::string bytes = kChecks + "1,Lift,01/02/2026,\n";
  const std::vector<Document> documents{{1, "c.csv", bytes, 1}};  // changed in 1970
  EXPECT_EQ(shown(read_checks(documents, {})),
            "error c.csv: It is not known on which day the file states this; put the day into its "
            "name, as register_2026-01-31.csv.\n");
}

TEST(EstatesDefects, AreCountedByAgeAndPriority) {
  const std::string rows =
      "1,02/01/2026,,High\n"            // 29 days
      "1,01/01/2026,,Low\n"             // 30
      "1,02/11/2025,,High\n"            // 90
      "1,01/11/2025,,\n"                // 91
      "1,01/10/2025,30/01/2026,High\n"  // closed
      "1,01/10/2025,01/02/2026,Low\n";  // closed after the day of the file
  EXPECT_EQ(shown(read_defects(Files().add("d_20260131.csv", kDefects + rows).documents(),
                               of_schools({"2"}))),
            "estates.defects_open 1 2026-01-31..2026-01-31 5 @1:7\n"
            "estates.defects_open 1 [age_band=under_30_days] 2026-01-31..2026-01-31 1 @1:2\n"
            "estates.defects_open 1 [age_band=30_to_90] 2026-01-31..2026-01-31 2 @1:4\n"
            "estates.defects_open 1 [age_band=over_90] 2026-01-31..2026-01-31 2 @1:7\n"
            "estates.defects_open 1 [priority=high] 2026-01-31..2026-01-31 2 @1:4\n"
            "estates.defects_open 1 [priority=low] 2026-01-31..2026-01-31 2 @1:7\n"
            "estates.defects_open 2 2026-01-31..2026-01-31 0 @1:0\n"
            "estates.defects_open 2 [age_band=under_30_days] 2026-01-31..2026-01-31 0 @1:0\n"
            "estates.defects_open 2 [age_band=30_to_90] 2026-01-31..2026-01-31 0 @1:0\n"
            "estates.defects_open 2 [age_band=over_90] 2026-01-31..2026-01-31 0 @1:0\n"
            "estates.defects_open 2 [priority=high] 2026-01-31..2026-01-31 0 @1:0\n"
            "estates.defects_open 2 [priority=low] 2026-01-31..2026-01-31 0 @1:0\n");
}

TEST(EstatesBids, CountWhenTheyWereMadeAndWhenTheyWereWon) {
  const std::string rows =
      "1,CIF,\"\u00A3100,000\",\"\u00A380,000.50\",01/08/2025,Successful,01/10/2025\n"
      "1,SCA,2000,,02/09/2025,Won,03/10/2025\n"
      "1,Other,500,,03/09/2025,Pending,\n"
      "1,Other,700,,04/09/2025,unsuccessful,05/11/2025\n";
  EXPECT_EQ(shown(read_bids(Files().add("bids_2026-01-31.csv", kBids + rows).documents(),
                            of_schools({"2"}))),
            "estates.bids_made 1 2024-09-01..2025-08-31 1 @1:2\n"
            "estates.bids_won 1 2024-09-01..2025-08-31 0 @1:0\n"
            "estates.bids_made_value 1 2024-09-01..2025-08-31 10000000 @1:2\n"
            "estates.bids_won_value 1 2024-09-01..2025-08-31 0 @1:0\n"
            "estates.bids_made 1 2025-09-01..2026-08-31 3 @1:5\n"
            "estates.bids_won 1 2025-09-01..2026-08-31 2 @1:3\n"
            "estates.bids_made_value 1 2025-09-01..2026-08-31 320000 @1:5\n"
            "estates.bids_won_value 1 2025-09-01..2026-08-31 8200050 @1:3\n"
            "estates.bids_made 2 2024-09-01..2025-08-31 0 @1:0\n"
            "estates.bids_won 2 2024-09-01..2025-08-31 0 @1:0\n"
            "estates.bids_made_value 2 2024-09-01..2025-08-31 0 @1:0\n"
            "estates.bids_won_value 2 2024-09-01..2025-08-31 0 @1:0\n"
            "estates.bids_made 2 2025-09-01..2026-08-31 0 @1:0\n"
            "estates.bids_won 2 2025-09-01..2026-08-31 0 @1:0\n"
            "estates.bids_made_value 2 2025-09-01..2026-08-31 0 @1:0\n"
            "estates.bids_won_value 2 2025-09-01..2026-08-31 0 @1:0\n");
}

TEST(EstatesBids, HaveNoPoundsOfAYearInWhichAnAmountIsNotKnown) {
  EXPECT_EQ(
      shown(read_bids(Files()
                          .add("bids_2026-01-31.csv", kBids + "1,CIF,,,02/09/2025,Pending,\n"
                                                              "1,SCA,5,,02/09/2025,Pending,\n")
                          .documents(),
                      {})),
      "estates.bids_made 1 2025-09-01..2026-08-31 2 @1:3\n"
      "estates.bids_won 1 2025-09-01..2026-08-31 0 @1:0\n"
      "estates.bids_won_value 1 2025-09-01..2026-08-31 0 @1:0\n"
      "warning 1: A bid of the year from 2025-09-01 has no amount, so the pounds of that "
      "year's bids were left out.\n");
}

TEST(EstatesBids, OfTheLatestFileAloneCount) {
  Files files;
  files.add("bids_2026-02-28.csv", kBids + "1,CIF,5,,02/09/2025,Pending,\n")
      .add("bids_2026-01-31.csv", kBids +
                                      "1,CIF,5,,02/09/2025,Pending,\n"
                                      "1,SCA,7,,02/09/2025,Pending,\n");
  EXPECT_TRUE(shown(read_bids(files.documents(), {}))
                  .starts_with("estates.bids_made 1 2025-09-01..2026-08-31 1 @1:2\n"));
}

}  // namespace
}  // namespace kpid::plugins::estates
