// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The same files in any order, and any of them twice, give the same figures; where they contradict
// each other, the one that states it later counts.

#include <algorithm>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "unit/plugins/estates_fixture.hpp"

namespace kpid::plugins::estates {
namespace {

struct File {
  std::string name;
  std::string bytes;
};

// Files of readings that overlap: each half hour of two weeks stands in some of them, actual or
// estimated, now and then with another value.
std::vector<File> made_up(std::mt19937& random) {
  std::vector<File> out;
  for (int n = 0; n < 5; ++n) {
    std::string bytes = "MPR,ReadDatetime,kWh,ReadType\n";
    for (int of_month = 1; of_month <= 14; ++of_month) {
      for (int half_hour = 0; half_hour < 48; ++half_hour) {
        if (random() % 5 == 0) continue;
        bytes += fmt::format("M1,2025-09-{:02} {:02}:{:02}", of_month, half_hour / 2,
                             half_hour % 2 * 30) +
                 (random() % 50 == 0 ? ",2," : ",1,") +
                 (random() % 10 == 0 ? "Estimated\n" : "Actual\n");
      }
    }
    // Two of the files are of one day.
    out.push_back({"f" + std::to_string(n) + "_2025-09-" + std::to_string(15 + n / 2) + ".csv",
                   std::move(bytes)});
  }
  return out;
}

// Without the numbers of documents, which are those of the order of reading.
std::string figures(const std::vector<File>& files, const Settings& settings) {
  Files documents;
  for (const File& file : files) documents.add(file.name, file.bytes);
  const auto reading = read_estate(documents.documents(), settings);
  if (!reading) return reading.error().sentence;
  std::string out;
  for (const Observation& one : reading->observations) {
    out += std::string(one.measure) + " " + day_text(one.period_start) + " " +
           std::to_string(one.value) + " " + documents.documents()[one.document - 1].name + ":" +
           std::to_string(one.row) + " " + day_text(one.stated_on) + "\n";
  }
  return out;
}

TEST(EstatesOrder, OfFilesDoesNotMatterNorHowOftenTheyAreRead) {
  Settings settings = with_meter("M1");
  settings.labels = Labels::start;
  settings.gaps_allowed_percent = 10;
  constexpr unsigned kSeeds = 4;
  unsigned whole = 0;
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937 random(seed);
    std::vector<File> files = made_up(random);
    const std::string expected = figures(files, settings);
    whole += expected.empty() ? 0 : 1;
    for (int shuffle = 0; shuffle < 6; ++shuffle) {
      std::shuffle(files.begin(), files.end(), random);
      std::vector<File> again = files;
      if (shuffle % 2 == 1) again.push_back(files[random() % files.size()]);
      ASSERT_EQ(figures(again, settings), expected) << "seed " << seed;
    }
  }
  EXPECT_EQ(whole, kSeeds);  // the weeks did give figures, so the test has compared something
}

}  // namespace
}  // namespace kpid::plugins::estates
