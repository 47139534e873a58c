// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "unit/plugins/hostile.hpp"

namespace kpid::plugins {

HostileSuite hostile_pupil_roll() {
  const std::string counts = R"({"path": "f.csv", "format": "counts"})";
  const std::string header = "School,Date,Pupils,Capacity\n";
  return {"pupil_roll",
          told_by("pupil_roll"),
          {{"empty file", "", "", "f.csv: The file is empty; export it again.", 0},
           {"day that the calendar lacks", counts,
            header + "100001,31/02/2024,90,\n100002,18/01/2024,9,\n",
            "skipped f.csv, row 2, column Date: \"31/02/2024\" is not a date such as 2026-01-21 "
            "or 21/01/2026. The row was left out.\n",
            1},
           {"no row that gives a figure", counts, header + "100001,spring,90,\n",
            "skipped f.csv, row 2, column Date: \"spring\" is not a date such as 2026-01-21 or "
            "21/01/2026. The row was left out.\n"
            "None of the 1 row gave a figure; the notes of this run say why.",
            0}}};
}

}  // namespace kpid::plugins
