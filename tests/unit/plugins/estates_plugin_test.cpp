// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The built plugin "estates", loaded as the daemon's child process loads it, on its own fixtures.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "support/places.hpp"

namespace kpid::plugin {
namespace {

const std::filesystem::path kFolder =
    std::filesystem::path{kpid::testing::source_folder()} / "plugins/estates";
const std::filesystem::path kReal =
    std::filesystem::path{kpid::testing::source_folder()} / "../shared/data";

const kpid_plugin_v1& estates() {
  static const kpid_plugin_v1& plugin =
      load_plugin(kpid::testing::binary_folder() + "/plugins/estates.so");
  return plugin;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

void add_file(FakeHost& host, const std::string& location, const std::filesystem::path& path) {
  FakeDocument document;
  document.bytes = bytes_of(path);
  document.origin = path.string();
  host.add_document(location, document);
}

// "measure organisation [subgroup] first value document:row", a line each.
std::string shown(const std::vector<SeenObservation>& observations) {
  std::string out;
  for (const auto& one : observations) {
    const std::chrono::year_month_day first{one.period.first};
    char value[32];
    std::snprintf(value, sizeof(value), "%.8g", one.value.value_or(-1));
    out += one.measure.substr(8) + " " + one.organisation + " " +
           (one.subgroup.empty() ? "" : "[" + one.subgroup + "] ") +
           std::to_string(static_cast<int>(first.year())) + "-" +
           std::to_string(static_cast<unsigned>(first.month())) + "-" +
           std::to_string(static_cast<unsigned>(first.day())) + " " + value + " " +
           std::to_string(one.document) + ":" + std::to_string(one.row_first) + "\n";
  }
  return out;
}

std::string shown(const std::vector<SeenNote>& notes) {
  std::string out;
  for (const auto& note : notes) {
    out += std::to_string(note.level) + " " + note.place + ": " + note.sentence + "\n";
  }
  return out;
}

constexpr const char* kMeters = R"({"path": "in/energy/*.csv",
  "meters": [{"meter": "2000000000011", "school": "900001", "fuel": "electricity"},
             {"meter": "3000000022", "school": "900001", "fuel": "gas"}],
  "schools": [{"school": "900001", "floor_area_m2": 1250}]})";

TEST(EstatesPlugin, PullsTheReadingsOfItsFixturesUnderOneCheckpoint) {
  FakeHost host(estates());
  add_file(host, "in/energy/*.csv", kFolder / "fixtures/banes_2025-09-08.csv");
  add_file(host, "in/energy/*.csv", kFolder / "fixtures/gas_2025-09-08.csv");
  const auto outcome = host.pull(kMeters);
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()),
            "electricity_kwh_week 900001 2025-9-1 1931.9 1:2\n"
            "electricity_kgco2e_week 900001 2025-9-1 341.9463 1:2\n"
            "gas_kwh_week 900001 2025-9-1 420 2:3\n"
            "gas_kgco2e_week 900001 2025-9-1 76.8432 2:3\n"
            "energy_kwh_week 900001 2025-9-1 2351.9 2:3\n"
            "kgco2e_week 900001 2025-9-1 418.7895 2:3\n"
            "floor_area_week 900001 2025-9-1 1250 2:3\n");
  EXPECT_EQ(
      shown(host.notes()),
      "0 900001, electricity: 1 month was left out, because the readings do not cover all of it: "
      "2025-09-01: 336 of 1440 half hours.\n"
      "0 900001, gas: 1 month was left out, because the readings do not cover all of it: "
      "2025-09-01: 336 of 1440 half hours.\n"
      "0 900001, electricity: 1 academic year was left out, because the readings do not cover all "
      "of it: 2025-09-01: 336 of 17520 half hours.\n"
      "0 900001, gas: 1 academic year was left out, because the readings do not cover all of it: "
      "2025-09-01: 336 of 17520 half hours.\n"
      "0 meter 3000000022: 48 of 336 half hours are estimates; they count like the others.\n");
  EXPECT_EQ(host.rows_read(), 7U + 336U);
  EXPECT_EQ(host.checkpoints().size(), 1U);
  EXPECT_TRUE(host.violations().empty());
  EXPECT_EQ(host.unreleased_documents(), 0U);
  const auto first = host.observations();
  ASSERT_TRUE(host.pull(kMeters).is_ok());
  EXPECT_EQ(host.observations(), first);
}

TEST(EstatesPlugin, PullsItsOtherFixtures) {
  FakeHost host(estates());
  add_file(host, "b.csv", kFolder / "fixtures/bills.csv");
  auto outcome = host.pull(R"({"path": "b.csv", "format": "bills", "meters":
      [{"meter": "3000000022", "school": "900001", "fuel": "gas"}],
      "schools": [{"school": "900001", "fuels": ["gas"]}]})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host.committed()),
            "gas_cost_month 900001 2025-7-1 19044 1:2\n"
            "gas_billed_kwh_month 900001 2025-7-1 2344.0045 1:2\n"
            "gas_cost_month 900001 2025-8-1 9300 1:3\n"
            "gas_billed_kwh_month 900001 2025-8-1 1550 1:3\n"
            "gas_cost_month 900001 2025-9-1 13500 1:4\n"
            "gas_billed_kwh_month 900001 2025-9-1 2250 1:4\n"
            "energy_cost_month 900001 2025-7-1 19044 1:2\n"
            "energy_cost_month 900001 2025-8-1 9300 1:3\n"
            "energy_cost_month 900001 2025-9-1 13500 1:4\n");
  EXPECT_EQ(
      shown(host.notes()),
      "0 900001, gas: 1 bill covers parts of several months and was shared out over its days.\n");
  add_file(host, "c.csv", kFolder / "fixtures/compliance_2026-01-31.csv");
  outcome = host.pull(R"({"path": "c.csv", "format": "compliance"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host.committed()),
            "checks_due 900001 2026-1-31 1 1:4\n"
            "checks_overdue 900001 2026-1-31 1 1:3\n"
            "checks_due 900002 2026-1-31 0 1:5\n"
            "checks_overdue 900002 2026-1-31 0 1:5\n");
  add_file(host, "d.csv", kFolder / "fixtures/defects_2026-01-31.csv");
  outcome = host.pull(R"({"path": "d.csv", "format": "defects"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host.committed()),
            "defects_open 900001 2026-1-31 2 1:4\n"
            "defects_open 900001 [age_band=under_30_days] 2026-1-31 1 1:2\n"
            "defects_open 900001 [age_band=30_to_90] 2026-1-31 1 1:3\n"
            "defects_open 900001 [age_band=over_90] 2026-1-31 0 1:0\n"
            "defects_open 900001 [priority=routine] 2026-1-31 1 1:3\n"
            "defects_open 900001 [priority=urgent] 2026-1-31 1 1:2\n"
            "defects_open 900002 2026-1-31 1 1:5\n"
            "defects_open 900002 [age_band=under_30_days] 2026-1-31 0 1:0\n"
            "defects_open 900002 [age_band=30_to_90] 2026-1-31 0 1:0\n"
            "defects_open 900002 [age_band=over_90] 2026-1-31 1 1:5\n"
            "defects_open 900002 [priority=routine] 2026-1-31 1 1:5\n"
            "defects_open 900002 [priority=urgent] 2026-1-31 0 1:0\n");
  add_file(host, "f.csv", kFolder / "fixtures/bids_2026-01-31.csv");
  outcome = host.pull(R"({"path": "f.csv", "format": "bids"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host.committed()),
            "bids_made 900001 2024-9-1 1 1:2\n"
            "bids_won 900001 2024-9-1 1 1:2\n"
            "bids_made_value 900001 2024-9-1 24000000 1:2\n"
            "bids_won_value 900001 2024-9-1 22850000 1:2\n"
            "bids_made 900001 2025-9-1 1 1:3\n"
            "bids_won 900001 2025-9-1 0 1:0\n"
            "bids_made_value 900001 2025-9-1 9500000 1:3\n"
            "bids_won_value 900001 2025-9-1 0 1:0\n"
            "bids_made 900002 2024-9-1 1 1:4\n"
            "bids_won 900002 2024-9-1 0 1:0\n"
            "bids_made_value 900002 2024-9-1 18000000 1:4\n"
            "bids_won_value 900002 2024-9-1 0 1:0\n"
            "bids_made 900002 2025-9-1 0 1:0\n"
            "bids_won 900002 2025-9-1 0 1:0\n"
            "bids_made_value 900002 2025-9-1 0 1:0\n"
            "bids_won_value 900002 2025-9-1 0 1:0\n");
  EXPECT_TRUE(host.violations().empty());
}

TEST(EstatesPlugin, ChecksWithoutEmitting) {
  FakeHost host(estates());
  add_file(host, "in/energy/*.csv", kFolder / "fixtures/gas_2025-09-08.csv");
  ASSERT_TRUE(host.check(kMeters).is_ok());
  EXPECT_TRUE(host.observations().empty());
  EXPECT_EQ(
      shown(host.notes()),
      "0 gas_2025-09-08.csv: Columns read: \"MPR\", \"ReadDatetime\", \"kWh\", \"ReadType\".\n"
      "1 setting meters: No file has a row of the meter 2000000000011; correct its number, or say "
      "until when it was in use.\n"
      "0 900001, gas: 1 month was left out, because the readings do not cover all of it: "
      "2025-09-01: 336 of 1440 half hours.\n"
      "0 900001, gas: 1 academic year was left out, because the readings do not cover all of it: "
      "2025-09-01: 336 of 17520 half hours.\n"
      "0 meter 3000000022: 48 of 336 half hours are estimates; they count like the others.\n"
      "0 in/energy/*.csv: 336 rows of 1 file give 3 figures of 1 school: estates.floor_area_week "
      "1, estates.gas_kgco2e_week 1, estates.gas_kwh_week 1; from 2025-09-01 to 2025-09-07.\n");
}

TEST(EstatesPlugin, RefusesSettingsThatCannotBeMeant) {
  FakeHost host(estates());
  const std::string meter = R"({"meter": "1", "school": "9", "fuel": "gas")";
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"path": "f"})",
       "The settings name no meter: add [[source.settings.meters]] with meter, school and fuel for "
       "each."},
      {R"({"path": "f", "meters": [)" + meter + "}, " + meter + "}]}",
       "The meter 1 stands twice under meters; remove one of them."},
      {R"({"path": "f", "meters": [)" + meter + R"(, "from": "2025-02-30"}]})",
       "The setting from of a meter is not a day between 1996-01-01 and 2099-12-31, as YYYY-MM-DD: "
       "\"2025-02-30\"."},
      {R"({"path": "f", "meters": [)" + meter + R"(, "from": "2025-02-01", "to": "2025-01-01"}]})",
       "The meter 1 is in use until a day before its first; correct from or to."},
      {R"({"path": "f", "meters": [{"meter": "1", "school": "9", "fuel": "electricity",
           "unit": "m3"}]})",
       "The meter 1 counts electricity, which is not measured in m3."},
      {R"({"path": "f", "format": "bids", "schools": [{"school": "9"}, {"school": "9"}]})",
       "The school 9 stands twice under schools; remove one of them."},
      {R"({"path": "f", "format": "parking"})",
       "The setting format is \"parking\", which kpid does not know."}};
  for (const auto& [settings, sentence] : cases) {
    const auto outcome = host.pull(settings);
    EXPECT_EQ(outcome.status, KPID_CONFIG) << settings;
    EXPECT_EQ(outcome.operator_text, sentence);
  }
}

TEST(EstatesPlugin, FetchesTheYearsFactorsThatTheSettingsNameAndLetsTheSettingsCountFirst) {
  const std::string header =
      "Scope,Level 1,Level 2,Level 3,UOM,GHG/Unit,GHG Conversion Factor 2025\n";
  const std::string rows =
      "Scope 1,Fuels,Gaseous fuels,Natural gas,kWh (Gross CV),kg CO2e,2\n"
      "Scope 2,UK electricity,Electricity generated,Electricity: UK,kWh,kg CO2e,3\n";
  const std::string week = R"({"path": "in/energy/*.csv", "factors_path": "flat.csv",
      "meters": [{"meter": "3000000022", "school": "900001", "fuel": "gas"}])";
  const auto carbon = [&](const std::string& settings) {
    FakeHost host(estates());
    add_file(host, "in/energy/*.csv", kFolder / "fixtures/gas_2025-09-08.csv");
    host.add_document("flat.csv", {.bytes = header + rows});
    const auto outcome = host.pull(settings);
    EXPECT_TRUE(outcome.is_ok()) << outcome.operator_text;
    double kilowatt_hours = 0;
    double kilograms = 0;
    for (const auto& one : host.committed()) {
      if (one.measure == "estates.gas_kwh_week") kilowatt_hours = *one.value;
      if (one.measure == "estates.gas_kgco2e_week") kilograms = *one.value;
    }
    return kilograms / kilowatt_hours;
  };
  EXPECT_DOUBLE_EQ(carbon(week + "}"), 2);
  EXPECT_DOUBLE_EQ(
      carbon(week + R"(, "factors": [{"year": 2025, "fuel": "gas", "kgco2e_per_kwh": 0.5}]})"),
      0.5);
  FakeHost host(estates());
  host.add_document("flat.csv", {.bytes = header});
  const auto outcome = host.pull(week + "}");
  EXPECT_EQ(outcome.status, KPID_SOURCE);
  EXPECT_EQ(outcome.operator_text,
            "flat.csv: The file has no factor for electricity generated in the UK by kWh; use the "
            "official flat file of conversion factors.");
}

TEST(EstatesPlugin, ReadsTheSameDayFromAWorkbookAsFromCsv) {
  const auto folder = kReal / "energy";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the real energy files are absent";
  const std::string settings = R"({"path": "f", "meters": [
      {"meter": "2200012767323", "school": "1", "fuel": "electricity"},
      {"meter": "2200040922992", "school": "2", "fuel": "electricity"}]})";
  std::vector<std::string> told;
  for (const char* name : {"amr_upload_data_files__banes-example-file.csv",
                           "amr_upload_data_files__banes-example-file.xlsx"}) {
    FakeHost host(estates());
    FakeDocument document;
    document.bytes = bytes_of(folder / name);
    document.origin = "f";
    host.add_document("f", document);
    // A day alone makes no week: what was read of it stands in the notes.
    EXPECT_EQ(host.pull(settings).status, KPID_SOURCE);
    told.push_back(shown(host.notes()));
    EXPECT_EQ(host.rows_read(), 5U);
  }
  EXPECT_EQ(told[0], told[1]);
}

// Every measure that the shipped KPIs read is one that the plugin declares.
TEST(EstatesPlugin, FeedsEveryKpiOfItsCatalogue) {
  const std::string manifest = bytes_of(kFolder / "manifest.json");
  const std::string catalogue = bytes_of(std::filesystem::path{kpid::testing::source_folder()} /
                                         "config/catalogue/estates.toml");
  const std::regex line{"(?:measure|ratio) = (.*)"};
  const std::regex measure{"\"(estates\\.[a-z0-9_]+)\""};
  std::set<std::string> read;
  for (std::sregex_iterator at{catalogue.begin(), catalogue.end(), line}, end; at != end; ++at) {
    const std::string names = (*at)[1];
    for (std::sregex_iterator one{names.begin(), names.end(), measure}; one != end; ++one) {
      read.insert((*one)[1]);
    }
  }
  EXPECT_GE(read.size(), 18U);
  for (const std::string& id : read) {
    EXPECT_NE(manifest.find("\"id\": \"" + id + "\""), std::string::npos) << id;
  }
}

}  // namespace
}  // namespace kpid::plugin
