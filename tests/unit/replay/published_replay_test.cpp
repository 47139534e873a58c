// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The published versions of attendance, three years in the order in which they came, through the
// real plugin and the street: what "< 95" would have told of Wigan's and Lancashire's primary
// schools, whose year so far begins above it each September and hovers about it each winter.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <kpid/testing.hpp>

#include "replay/backtest.hpp"
#include "support/live_street.hpp"
#include "support/places.hpp"
#include "unit/replay/demo_config.hpp"

namespace kpid::replay {
namespace {

using kpid::testing::LiveStreet;
using kpid::testing::StreetRow;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;

const std::filesystem::path published =
    std::filesystem::path(kpid::testing::source_folder()) / "../shared/data/attendance-ytd";
constexpr const char* wigan = "E08000010";
constexpr const char* lancashire = "E10000017";

std::vector<std::filesystem::path> versions() {
  std::vector<std::filesystem::path> out;
  std::error_code error;
  for (std::filesystem::directory_iterator at(published, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().filename().string().starts_with("20")) out.push_back(at->path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::shared_ptr<const Config> config_of(const std::string& rules) {
  const kpid::testing::TemporaryFolder folder;
  std::ofstream{folder / "kpid.toml"} << R"([trust]
name = "A trust to compare"
[[school]]
urn = 900001
name = "A school without figures"
[[comparator]]
code = "E08000010"
name = "Wigan"
[[comparator]]
code = "E10000017"
name = "Lancashire"
)" << rules;
  LoadOptions options;
  options.catalogue_directory =
      std::filesystem::path{kpid::testing::source_folder()} / "config/catalogue";
  const LoadedConfig loaded = load_config(folder / "kpid.toml", options);
  for (const ConfigFault& fault : loaded.faults) ADD_FAILURE() << fault.text();
  return loaded.config;
}

std::string rule(const std::string& name, const std::string& keys) {
  return "[[rule]]\nname = \"" + name +
         "\"\nkpi = \"attendance.attendance_percent\"\nsubgroup = \"phase=primary\"\n"
         "organisations = [\"E08000010\", \"E10000017\"]\nowner = \"attendance\"\n" +
         keys;
}

Date date_of(const plugin::Day& day) {
  return Date{std::chrono::days{plugin::days_since_epoch(day)}};
}

// What the real plugin makes of one version.
std::vector<StreetRow> rows_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  plugin::FakeHost host(
      plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/attendance.so"));
  host.add_document("in/*.csv", {.bytes = bytes, .origin = "in/" + file.filename().string()});
  const auto outcome = host.pull(R"({"path": "in/*.csv", "only": ["E08000010", "E10000017"]})");
  EXPECT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  std::vector<StreetRow> rows;
  for (const plugin::SeenObservation& one : host.committed()) {
    StreetRow row{one.measure,
                  one.organisation,
                  {date_of(one.period.first), date_of(one.period.last)},
                  one.value.value_or(0),
                  one.subgroup};
    row.numerator = one.numerator;
    row.denominator = one.denominator;
    if (one.stated_on) row.stated_on = date_of(*one.stated_on);
    rows.push_back(std::move(row));
  }
  return rows;
}

// Three years, day by day.
class Replayed {
 public:
  explicit Replayed(const std::string& rules) : street(config_of(rules)) {
    std::map<Date, std::filesystem::path> files;
    for (const auto& file : versions()) files[*parse_date(file.stem().string())] = file;
    first = files.begin()->first;
    last = make_date(2025, 10, 1);
    for (Date day = first; day <= last; day += std::chrono::days{1}) {
      street.look_at_day(daily_look(day, "Europe/London"));
      const auto file = files.find(day);
      if (file == files.end()) continue;
      auto measures = kpid::testing::measures_of(*street.config());
      const auto rows = rows_of(file->second);
      for (const StreetRow& row : rows) {
        const bool declared = std::any_of(measures.begin(), measures.end(),
                                          [&](const Measure& m) { return m.id == row.measure; });
        if (!declared) {
          Measure measure;
          measure.id = row.measure;
          measures.push_back(measure);
        }
      }
      street.pull_batches("published", at_local(day, 9h + 30min, "Europe/London"),
                          {kpid::testing::batch_of(rows)}, measures,
                          "in/" + file->second.filename().string());
    }
  }

  // "2022-12-22 firing": the events of one rule and place, in order.
  std::vector<std::string> of(const std::string& rule, const std::string& place) {
    std::vector<std::string> events;
    for (const auto& one : street.told()) {
      if (one.text.find(" " + place + " " + rule + " ") == std::string::npos) continue;
      const std::string type = one.text.substr(25, one.text.find(' ', 25) - 25);
      events.push_back(one.text.substr(0, 10) + " " + type.substr(type.find_last_of('.') + 1));
    }
    return events;
  }

  LiveStreet street;
  Date first{};
  Date last{};
};

int openings_in(const std::vector<std::string>& events, int year) {
  const std::string from = std::to_string(year) + "-09-01";
  const std::string to = std::to_string(year + 1) + "-09-01";
  return static_cast<int>(std::count_if(events.begin(), events.end(), [&](const std::string& one) {
    return one >= from && one < to && one.ends_with(" firing");
  }));
}

const std::string with_margin = rule("below-95", "red = \"< 95\"\nclear_margin = 0.25\n");
const std::string late = rule("late", "compare = \"stale\"\n");
// Figures of the new year come at the end of September: ten school days are too few for them.
const std::string impatient =
    rule("impatient", "compare = \"stale\"\nstale_after = \"10 school days\"\n");

TEST(PublishedReplay, OpensOnceAYearWithTheMarginAndResolvesWithTheNewYearsFirstFile) {
  if (versions().empty()) GTEST_SKIP() << "there is no ../shared/data/attendance-ytd here";
  Replayed replayed(with_margin + late + impatient);
  for (const char* place : {wigan, lancashire}) {
    const auto events = replayed.of("below-95", place);
    for (const int year : {2022, 2023, 2024}) {
      EXPECT_EQ(openings_in(events, year), 1) << place << " in " << year << "/" << year + 1;
    }
    EXPECT_THAT(events, Contains("2023-09-28 resolved")) << place;
    EXPECT_THAT(events, Contains("2024-09-26 resolved")) << place;
    EXPECT_EQ(events.size(), 5U) << "opened thrice, resolved twice: the last file is of August";
    EXPECT_THAT(replayed.of("late", place), IsEmpty());
    const auto impatience = replayed.of("impatient", place);
    EXPECT_THAT(impatience, Not(IsEmpty())) << "the rule can fire at all";
    for (const std::string& one : impatience) {
      EXPECT_NE(one.substr(5, 2), "08") << "nobody waits for figures in August: " << one;
    }
  }
  const auto found = backtest(replayed.street.writer(), replayed.street.config(),
                              {replayed.first, replayed.last, ""}, plain_render(), {});
  ASSERT_TRUE(found) << found.error().text();
  std::vector<kpid::testing::ToldLine> lines;
  for (const Told& one : found->told) lines.push_back(kpid::testing::told_line(one));
  std::sort(lines.begin(), lines.end());
  EXPECT_THAT(lines, ElementsAreArray(replayed.street.told()));
  EXPECT_THAT(lines, Not(IsEmpty()));
}

TEST(PublishedReplay, OpensTwiceWithoutTheMarginWhereItHovers) {
  if (versions().empty()) GTEST_SKIP() << "there is no ../shared/data/attendance-ytd here";
  Replayed replayed(rule("below-95", "red = \"< 95\"\n"));
  const auto events = replayed.of("below-95", wigan);
  EXPECT_EQ(openings_in(events, 2024), 2) << ::testing::PrintToString(events);
  EXPECT_THAT(events, Contains("2025-05-29 resolved")) << "it stood at 95.02 in May";
  const auto found = backtest(replayed.street.writer(), replayed.street.config(),
                              {replayed.first, replayed.last, "below-95"}, plain_render(), {});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->told.size(), replayed.street.told().size());
}

}  // namespace
}  // namespace kpid::replay
