// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A real extract of the schools' register (GIAS), through the plugin in its sandbox, the store and
// the roll-up: every open school of the extract is a school of the trust.

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "readers/csv.hpp"
#include "support/made_up_trust.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;

const std::filesystem::path extract =
    std::filesystem::path(kpid::testing::source_folder()) / "../shared/data/gias/20220420_gias.csv";

std::string open_schools_as_config() {
  const std::string text = read_file(extract);
  auto reader = readers::CsvReader::open(text).value();
  EXPECT_TRUE(reader.next().value());
  const auto column = [&](const std::string& name) {
    const auto& fields = reader.fields();
    return static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) - fields.begin());
  };
  const std::size_t urn = column("URN");
  const std::size_t status = column("EstablishmentStatus (name)");
  std::string config;
  while (reader.next().value()) {
    if (!reader.fields()[status].starts_with("Open")) continue;
    config += fmt::format("[[school]]\nurn = {0}\nname = \"School {0}\"\n", reader.fields()[urn]);
  }
  return config;
}

TEST(Gias, TheRealExtractGivesTheFiguresCountedByHand) {
  if (!std::filesystem::exists(extract)) GTEST_SKIP() << "there is no ../shared/data/gias here";
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "state");
  std::filesystem::create_directories(folder / "in");
  std::filesystem::copy_file(extract, folder / "in/20220420_gias.csv");
  const std::string config = (folder / "kpid.toml").string();
  write_file(config, fmt::format(R"([trust]
name = "All of the extract"
[daemon]
database = "state/kpid.sqlite"
socket = "state/kpid.sock"
watch_missing_figures = false
plugin_directories = ["{}/plugins"]
{}
[[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "daily 06:30"
[source.settings]
format = "gias"
path = "in/*.csv"
[[rule]]
name = "over"
kpi = "roll.capacity_used_percent"
red = "> 100"
owner = "estates"
)",
                                 kpid::testing::binary_folder(), open_schools_as_config()));
  const Ended once = run_command({kpid_program(), "--config", config, "--once", "--json"});
  ASSERT_EQ(once.status, 0) << once.output << once.errors;
  // 135 schools are over capacity; the trust of all of them, at 93.31 %, is not.
  EXPECT_EQ(json::parse(once.output).at("alerts").at("opened").to_number<int>(), 135);

  Process daemon({kpid_program(), "--config", config}, folder / "out", folder / "log");
  const std::vector<std::string> ask{
      kpictl_program(), "--config", config,  "kpi", "roll.capacity_used_percent",
      "--org",          "trust",    "--json"};
  ASSERT_TRUE(eventually([&] { return run_command(ask).status == 0; })) << daemon.errors();
  const auto said = json::parse(run_command(ask).output);
  const auto& value = said.at("values").as_array().back();
  EXPECT_EQ(value.at("numerator").to_number<double>(), 201'202);
  EXPECT_EQ(value.at("denominator").to_number<double>(), 215'636);
  EXPECT_NEAR(value.at("value").to_number<double>(), 93.31, 0.005);
  EXPECT_EQ(value.at("completeness").at("have").to_number<int>(), 717);
}

}  // namespace
}  // namespace kpid::testing
