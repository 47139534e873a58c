// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "integration/plugins/order_scenarios.hpp"

namespace kpid::testing {
namespace {

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

}  // namespace

std::vector<Scenario> order_scenarios() { return {parent_view(), forms(), complaints()}; }

}  // namespace kpid::testing
