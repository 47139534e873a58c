// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The 23 published versions of attendance, through the plugin in its sandbox and the store: read
// one after the other as they were published, and again in another order, they end in the same
// figures.

#include <algorithm>
#include <filesystem>
#include <random>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;

const std::filesystem::path published =
    std::filesystem::path(kpid::testing::source_folder()) / "../shared/data/attendance-ytd";

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

std::string config_text() {
  return fmt::format(R"([trust]
name = "A trust to compare"
[daemon]
database = "state/kpid.sqlite"
socket = "state/kpid.sock"
plugin_directories = ["{}/plugins"]
[[school]]
urn = 900001
name = "A school without figures"
[[comparator]]
code = "E92000001"
name = "England"
[[comparator]]
code = "E08000010"
name = "Wigan"
[[comparator]]
code = "E10000017"
name = "Lancashire"
[[source]]
name = "published"
plugin = "attendance"
schedule = "daily 06:30"
[source.settings]
path = "in/*.csv"
only = ["E92000001", "E08000010", "E10000017"]
[[rule]]
name = "below-95"
kpi = "attendance.attendance_percent"
subgroup = "phase=primary"
organisations = ["E92000001", "E08000010", "E10000017"]
red = "< 95"
owner = "attendance"
)",
                     kpid::testing::binary_folder());
}

// Reads one version after the other, each in a run of its own, and asks a daemon what is known
// then: the text of every KPI's series.
class Readings {
 public:
  explicit Readings(const std::vector<std::filesystem::path>& files) {
    std::filesystem::create_directories(folder_ / "state");
    std::filesystem::create_directories(folder_ / "in");
    write_file(config_, config_text());
    for (const auto& file : files) {
      std::filesystem::remove_all(folder_ / "in");
      std::filesystem::create_directories(folder_ / "in");
      std::filesystem::copy_file(file, folder_ / "in" / file.filename());
      const Ended once = run_command({kpid_program(), "--config", config_, "--once", "--json"});
      EXPECT_EQ(once.status, 0) << once.output << once.errors;
    }
    daemon_.emplace(std::vector<std::string>{kpid_program(), "--config", config_}, folder_ / "out",
                    folder_ / "log");
    EXPECT_TRUE(eventually([&] { return ask({"status"}).status == 0; })) << daemon_->errors();
  }

  Ended ask(std::vector<std::string> words) const {
    std::vector<std::string> command{kpictl_program(), "--config", config_};
    command.insert(command.end(), words.begin(), words.end());
    command.emplace_back("--json");
    return run_command(command);
  }

  // "first day: value of parts" of each academic year.
  std::string series(const std::string& place) const {
    const Ended ended = ask(
        {"kpi", "attendance.attendance_percent", "--org", place, "--subgroup", "phase=primary"});
    EXPECT_EQ(ended.status, 0) << ended.errors;
    const json::value said = json::parse(ended.output);
    std::string out;
    for (const auto& value : said.at("values").as_array()) {
      out += fmt::format("{}: {:.4f} = {}/{}\n", value.at("period").at("start").as_string().c_str(),
                         value.at("value").to_number<double>(),
                         value.at("numerator").to_number<double>(),
                         value.at("denominator").to_number<double>());
    }
    return out;
  }

  std::size_t firing() const {
    return json::parse(ask({"alerts"}).output).at("alerts").as_array().size();
  }

 private:
  TemporaryFolder folder_;
  std::string config_ = (folder_ / "kpid.toml").string();
  std::optional<Process> daemon_;
};

TEST(Attendance, EndsWithThePublishedFiguresInWhateverOrderTheyWereRead) {
  auto files = versions();
  if (files.empty()) GTEST_SKIP() << "there is no ../shared/data/attendance-ytd here";
  ASSERT_EQ(files.size(), 23U);
  std::string known;
  for (const bool shuffled : {false, true}) {
    if (shuffled) std::shuffle(files.begin(), files.end(), std::mt19937(4));
    const Readings readings(files);
    const std::string england = readings.series("E92000001");
    const std::string wigan = readings.series("E08000010");
    const std::string lancashire = readings.series("E10000017");
    EXPECT_NE(england.find("2024-09-01: 94.7527 = 1277606504/1348359082\n"), std::string::npos)
        << england;
    EXPECT_NE(wigan.find("2024-09-01: 94.8412 = 7832245/8258269\n"), std::string::npos) << wigan;
    EXPECT_NE(lancashire.find("2024-09-01: 94.8967 = 28826698/30376910\n"), std::string::npos)
        << lancashire;
    EXPECT_NE(england.find("2022-09-01: 94.0265"), std::string::npos) << england;
    EXPECT_NE(wigan.find("2023-09-01: 94.3072"), std::string::npos) << wigan;
    EXPECT_EQ(readings.firing(), 3U);  // all three are below 95
    const std::string all = england + wigan + lancashire;
    EXPECT_TRUE(!shuffled || all == known) << all << "instead of\n" << known;
    known = all;
  }
}

}  // namespace
}  // namespace kpid::testing
