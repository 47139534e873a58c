// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "integration/plugins/order_scenarios.hpp"

namespace kpid::testing {
namespace {

Scenario gias() {
  const std::string header =
      "URN,EstablishmentStatus "
      "(name),SchoolCapacity,CensusDate,NumberOfPupils\n";
  return {"GIAS extracts of three years",
          "pupil_roll",
          R"({"path": "f", "select": "all", "format": "gias"})",
          {{"gias_20230420.csv",
            header + "900001,Open,210,19-01-2023,205\n900002,Open,90,19-01-2023,\n"},
           {"gias_20220420.csv",
            header + "900001,Open,210,20-01-2022,198\n900002,Open,95,20-01-2022,94\n"},
           // Published again, with the census before restated.
           {"gias_20220701.csv",
            header + "900001,Open,215,20-01-2022,199\n900002,Closed,95,20-01-2022,94\n"},
           {"gias_20210420.csv", header + "900001,Open,180,21-01-2021,190\n"}},
          true,
          {"roll.pupils 900001  2022-01-20 199", "roll.capacity 900001  2022-01-20 215",
           "roll.pupils 900002  2022-01-20 94", "roll.pupils 900001  2023-01-19 205",
           "roll.pupils 900001  2021-01-21 190"}};
}

Scenario roll_counts() {
  const std::string header = "School,Date,Pupils,Capacity\n";
  return {"tables of pupils on roll",
          "pupil_roll",
          R"({"path": "f", "select": "all", "format": "counts"})",
          {{"roll 2024-01-31.csv", header + "900001,18/01/2024,203,210\n900002,18/01/2024,187,\n"},
           {"roll 2024-02-29.csv", header + "900001,18/01/2024,204,210\n900001,15/02/2024,206,\n"},
           // The date in its name is later than its last change says.
           {"roll 2024-03-28.csv", header + "900002,15/02/2024,188,190\n", 1'000'000}},
          true,
          {"roll.pupils 900001  2024-01-18 204", "roll.pupils 900002  2024-01-18 187",
           "roll.pupils 900002  2024-02-15 188"}};
}

Scenario parent_view() {
  const std::string old_header =
      "URN,Submissions,Q1 Strongly Agree,Q1 Agree,Q1 Disagree,Q1 Strongly "
      "Disagree,Q14 Yes,Q14 No\n";
  const std::string new_header =
      "URN,Submissions,Q1 Strongly agree,Q1 Agree,Q1 Disagree,Q1 Strongly "
      "disagree,Q10 Yes,Q10 No\n";
  return {"Parent View as it grows over two years",
          "parental_survey",
          R"({"path": "f", "select": "all", "format": "parent_view"})",
          {{"as_at_7_April_2025.csv", old_header + "900001,20,50%,40%,5%,5%,90%,10%\n"},
           {"as_at_1_September_2025.csv", old_header +
                                              "900001,40,50%,35%,10%,5%,80%,20%\n900002,10,50%,50%,"
                                              "0%,0%,100%,0%\n"},
           {"as_at_5_January_2026.csv", new_header + "900001,12,50%,50%,0%,0%,100%,0%\n"},
           {"as_at_6_January_2025.csv", old_header + "900001,10,90%,10%,0%,0%,100%,0%\n"}},
          true,
          {"parent_view.responses 900001  2024-09-01 40",
           "parent_view.positive 900001 question=happy 2024-09-01 85",
           "parent_view.positive 900001 question=recommend 2024-09-01 80",
           "parent_view.responses 900002  2024-09-01 10",
           "parent_view.responses 900001  2025-09-01 12"}};
}

Scenario forms() {
  // Each export holds what the one before held, and one answer sheet was
  // withdrawn.
  const auto rows = [](int first, int last, const std::string& answer) {
    std::string out = "ID,Completion time,School,My child is happy at this school\n";
    for (int day = first; day <= last; ++day) {
      out += std::to_string(day) + ",10/" + std::to_string(day) + "/2025 9:00,900001," +
             (day % 3 == 0 ? "Disagree" : answer) + "\n";
    }
    return out;
  };
  return {"a survey exported as it fills",
          "parental_survey",
          R"({"path": "f", "select": "all", "format": "forms"})",
          {{"c.csv", rows(11, 17, "Agree")},
           {"b.csv", rows(10, 22, "Agree")},
           {"a.csv", rows(12, 28, "Agree")}},
          true,
          {"parents.responses 900001  2025-09-01 17",
           "parents.answers 900001 question=happy 2025-09-01 17",
           "parents.positive_answers 900001 question=happy 2025-09-01 11"}};
}

Scenario complaints() {
  const std::string header = "School,Date received,Stage,Outcome\n";
  const std::string autumn = "900001,14/10/2025,Stage 1,Upheld\n900002,05/11/2025,Informal,\n";
  return {"a log of complaints",
          "parental_survey",
          R"({"path": "f", "select": "all", "format": "complaints",
              "schools": ["900001", "900002"]})",
          {{"log 2025-12-01.csv", header + autumn},
           {"log 2026-03-20.csv", header + autumn + "900001,02/03/2026,Stage 2,Open\n"},
           // One was struck off, another got its outcome.
           {"log 2026-06-20.csv", header + "900001,14/10/2025,Stage "
                                           "1,Upheld\n900001,02/03/2026,Stage 2,Not upheld\n"}},
          true,
          {"parents.complaints 900001  2025-09-01 2", "parents.complaints 900002  2025-09-01 0",
           "parents.complaints 900001 outcome=not_upheld 2025-09-01 1"}};
}

Scenario accounts() {
  const std::string header = "School,Financial year,Income,Expenditure,Staff costs,Reserves\n";
  return {
      "summary accounts, restated",
      "finance",
      R"({"path": "f", "select": "all"})",
      {{"accounts 2024-12-31.csv",
        header + "900001,2023/24,1000,900,800,100\n900002,2023/24,500,500,400,-5\n"},
       {"accounts 2025-01-31.csv", header + "900001,2023/24,1000,950,800,50\n"},
       {"accounts 2025-12-31.csv",
        header + "900001,2024/25,1100,1000,850,150\n900002,2024/25,,,,7\n"}},
      true,
      {"finance.expenditure 900001  2023-09-01 95000", "finance.reserves 900001  2023-09-01 5000",
       "finance.reserves 900002  2023-09-01 -500", "finance.reserves 900002  2024-09-01 700"}};
}

Scenario bids() {
  const std::string header = "School,Fund,Amount,Awarded,Submitted,Outcome,Decided\n";
  return {"a register of bids",
          "estates",
          R"({"path": "f", "select": "all", "format": "bids",
              "schools": [{"school": "900001"}, {"school": "900002"}]})",
          {{"bids_2025-06-30.csv", header + "900001,Fund,\"£240,000\",\"£200,000\",12/12/2024,"
                                            "Successful,29/05/2025\n"},
           // The award was corrected.
           {"bids_2025-07-31.csv", header + "900001,Fund,\"£240,000\",\"£228,500\",12/12/2024,"
                                            "Successful,29/05/2025\n"},
           // Withdrawn since, so that the later registers do not have it.
           {"bids_2024-12-31.csv", header + "900001,Fund,\"£240,000\",,12/12/2024,Pending,\n"
                                            "900002,Fund,\"£1,000\",,13/12/2024,Pending,\n"}},
          true,
          {"estates.bids_won_value 900001  2024-09-01 22850000",
           "estates.bids_made_value 900002  2024-09-01 0"}};
}

Scenario defects() {
  const std::string header = "School,Reported,Closed,Priority\n";
  return {
      "a register of defects",
      "estates",
      R"({"path": "f", "select": "all", "format": "defects"})",
      {{"defects_2026-01-31.csv",
        header + "900001,20/01/2026,,Urgent\n900001,03/11/2025,,Routine\n"},
       {"defects_2026-02-28.csv", header + "900001,20/01/2026,02/02/2026,Urgent\n"
                                           "900001,03/11/2025,,Routine\n"}},
      true,
      {"estates.defects_open 900001  2026-01-31 2", "estates.defects_open 900001  2026-02-28 1"}};
}

// Two weeks of a meter in files that overlap by a day; the later one corrects it.
Scenario meter() {
  const auto days = [](int first, int last, const std::string& amount) {
    std::string out = "Site Id,Meter Number,Reading Date";
    for (int half = 0; half < 48; ++half) {
      const int hour = half / 2;
      out += std::string(",") + (hour < 10 ? "0" : "") + std::to_string(hour) +
             (half % 2 == 0 ? ":00" : ":30");
    }
    out += "\n";
    for (int day = first; day <= last; ++day) {
      out +=
          "1,2000000000011," + std::string(day < 10 ? "0" : "") + std::to_string(day) + "/09/2025";
      for (int half = 0; half < 48; ++half) out += "," + amount;
      out += "\n";
    }
    return out;
  };
  return {"half hours of a meter in files that overlap",
          "estates",
          R"({"path": "f", "select": "all", "format": "half_hourly", "meters":
              [{"meter": "2000000000011", "school": "900001", "fuel": "electricity"}],
              "schools": [{"school": "900001", "fuels": ["electricity"]}]})",
          {{"energy_2025-09-08.csv", days(1, 7, "1")},
           {"energy_2025-09-15.csv", days(7, 14, "2")},
           {"energy_2025-09-22.csv", days(15, 21, "1")}},
          false,
          {"estates.electricity_kwh_week 900001  2025-09-01 384",
           "estates.electricity_kwh_week 900001  2025-09-08 672",
           "estates.electricity_kwh_week 900001  2025-09-15 336"}};
}

// A register that grows by a week and restates a mark of the week before.
Scenario marks() {
  const auto week = [](int monday, const std::string& first_mark) {
    std::string out;
    for (int pupil = 0; pupil < 6; ++pupil) {
      for (int day = monday; day < monday + 5; ++day) {
        for (const std::string session : {"AM", "PM"}) {
          const bool first = pupil == 0 && day == monday && session == "AM";
          out += "900001,p" + std::to_string(pupil) + ",4,0,N,2025-09-" + (day < 10 ? "0" : "") +
                 std::to_string(day) + "," + session + "," +
                 (first             ? first_mark
                  : session == "AM" ? "/"
                                    : "\\") +
                 "\n";
        }
      }
    }
    return out;
  };
  const std::string header = "urn,pupil_id,year_group,pupil_premium,sen,date,session,mark\n";
  return {"marks of pupils that are restated",
          "attendance",
          R"({"path": "f", "select": "all", "format": "marks"})",
          {{"marks_2025-09-12.csv", header + week(8, "N")},
           {"marks_2025-09-19.csv", header + week(8, "L") + week(15, "/")},
           {"marks_2025-09-26.csv", header + week(8, "L") + week(15, "I") + week(22, "/")}},
          true,
          {"attendance.sessions_possible 900001  2025-09-01 180",
           "attendance.sessions_absent 900001  2025-09-01 1",
           "attendance.week.sessions_absent 900001  2025-09-08 0",
           "attendance.week.sessions_absent 900001  2025-09-15 1"}};
}

Scenario absence_of_schools() {
  const std::string header = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n";
  return {"absence of schools, published twice",
          "attendance",
          R"({"path": "f", "select": "all", "format": "school_absence", "academic_year": "2018/19",
              "only": ["900001", "900002"]})",
          {{"abs_2020-03-01.csv", header + "359,3357,900001,3.5,5.5\n359,3358,900002,4,SUPP\n"},
           {"abs_2020-09-01.csv", header + "359,3357,900001,3.6,5.5\n"}},
          true,
          {"attendance.published_attendance_percent 900001  2018-09-01 96.4",
           "attendance.published_attendance_percent 900002  2018-09-01 96"}};
}
}  // namespace

std::vector<Scenario> order_scenarios() {
  return {gias(), roll_counts(), accounts(), marks(),       absence_of_schools(), meter(),
          bids(), defects(),     forms(),    parent_view(), complaints()};
}

}  // namespace kpid::testing
