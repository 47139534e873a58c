// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// `kpictl plugin check` and `plugin describe`: what an admin sees before the first pull.

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/places.hpp"
#include "support/process.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

class PluginCheck : public ::testing::Test {
 protected:
  void SetUp() override {
    // The pull at the start finds no file, and the next one is far off.
    trust_.schedule = "0 3 29 2 *";
    trust_.write_config();
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{kpid_program(), "--config", trust_.config()},
        trust_.folder() / "out", trust_.folder() / "log");
    ASSERT_TRUE(eventually([&] { return failures() == 1; })) << daemon_->errors();
    trust_.write_accounts({9000, 9000});
  }
  Ended kpictl(std::vector<std::string> words) {
    words.insert(words.begin(), {kpictl_program(), "--config", trust_.config()});
    return run_command(words);
  }
  std::int64_t failures() {
    const Ended sources = kpictl({"sources", "--json"});
    if (sources.status != 0) return -1;
    return json::parse(sources.output).at("sources").at(0).at("failures_in_a_row").as_int64();
  }
  void write(const std::string& text) { write_file(trust_.folder() / "in/finance.csv", text); }

  MadeUpTrust trust_{2};
  std::unique_ptr<Process> daemon_;
};

TEST_F(PluginCheck, SaysWhatAPullWouldGiveAndStoresNothing) {
  const Ended ended = kpictl({"plugin", "check", "finance"});
  EXPECT_EQ(ended.status, 0) << ended.output << ended.errors;
  EXPECT_THAT(ended.output, HasSubstr("in/finance.csv"));
  EXPECT_THAT(ended.output, HasSubstr("900001  School 1  5"));
  EXPECT_THAT(ended.output, HasSubstr("£100,000"));
  EXPECT_THAT(ended.output, HasSubstr("finance.csv: Columns read: \"Income\", "));
  EXPECT_THAT(ended.output, HasSubstr("from 1 September 2025 to 31 August 2026; nothing was "
                                      "stored.\nfinance can be pulled.\n"));
  const auto kpis = json::parse(kpictl({"kpi", "finance.reserves", "--json"}).output);
  EXPECT_TRUE(kpis.at("values").as_array().empty());
}

TEST_F(PluginCheck, NamesSchoolsWithoutFiguresAndCodesThatNobodyKnows) {
  write(
      "School,Financial year,Income,Expenditure,Staff costs,Reserves\n"
      "900001,2025/26,100000,90000,80000,9000\n"
      "900777,2025/26,100000,90000,80000,9000\n");
  const auto report = json::parse(kpictl({"plugin", "check", "finance", "--json"}).output);
  EXPECT_EQ(report.at("schools").as_array().size(), 1U);
  EXPECT_EQ(report.at("schools").at(0).at("code"), "900001");
  EXPECT_EQ(report.at("schools_without").at(0).at("code"), "900002");
  EXPECT_EQ(report.at("unknown").at(0).at("code"), "900777");
  EXPECT_EQ(report.at("unknown_total"), 1);
  EXPECT_TRUE(report.at("error").is_null());
}

TEST_F(PluginCheck, ASourceOfOtherSchoolsOnlyCannotBePulled) {
  write(
      "School,Financial year,Income,Expenditure,Staff costs,Reserves\n"
      "900777,2025/26,100000,90000,80000,9000\n");
  const Ended ended = kpictl({"plugin", "check", "finance"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.output, HasSubstr("Not in the config, and left out: 900777"));
  EXPECT_THAT(ended.output, HasSubstr("finance gives no figure of any organisation in the config"));
}

TEST_F(PluginCheck, AFaultySourceIsToldWithItsPlace) {
  write("School,Financial year,Expenditure\n");
  Ended ended = kpictl({"plugin", "check", "finance"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.output, HasSubstr("finance cannot be pulled: "));
  EXPECT_THAT(ended.output, HasSubstr("finance.csv"));
  std::filesystem::remove(trust_.folder() / "in/finance.csv");
  ended = kpictl({"plugin", "check", "finance"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.output, HasSubstr("finance cannot be pulled: "));
  EXPECT_EQ(failures(), 1) << "a check is no run";
}

TEST_F(PluginCheck, ASourceThatIsNotThereIsRefused) {
  const Ended ended = kpictl({"plugin", "check", "ledger"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.errors, HasSubstr("there is no source \"ledger\""));
}

TEST(PluginDescribe, ReadsAFileWithoutADaemon) {
  const std::string library = kpid::testing::binary_folder() + "/plugins/finance.so";
  const Ended text = run_command({kpictl_program(), "plugin", "describe", library});
  EXPECT_EQ(text.status, 0) << text.errors;
  EXPECT_THAT(text.output, HasSubstr("finance.reserves"));
  EXPECT_THAT(text.output, HasSubstr("required"));
  const Ended ended = run_command({kpictl_program(), "--json", "plugin", "describe", library});
  const auto manifest = json::parse(ended.output);
  EXPECT_EQ(manifest.at("id"), "finance");
  EXPECT_EQ(manifest.at("measures").at(0).at("unit"), "pence");
  const Ended refused = run_command({kpictl_program(), "plugin", "describe", "/bin/true"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("this is a program, not a shared library"));
}

}  // namespace
}  // namespace kpid::testing
