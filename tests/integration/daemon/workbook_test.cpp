// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An Excel workbook through a plugin in its sandbox, where no file may be opened: unpacking and
// parsing must live from memory alone.

#include "unit/readers/workbook.hpp"

#include <filesystem>

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

std::string cells(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += "<c t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
  }
  return out;
}

TEST(Workbook, APluginReadsItInItsSandbox) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "state");
  std::filesystem::create_directories(folder / "in");
  std::string rows = "<row r=\"1\">" + cells({"Exported by hand"}) + "</row><row r=\"3\">" +
                     cells({"URN", "Financial year", "Total income", "Reserves"}) + "</row>";
  for (int school = 0; school < 500; ++school) {  // enough to be packed
    rows += fmt::format("<row><c><v>{}</v></c>{}<c><v>1000000</v></c><c><v>{}</v></c></row>",
                        900'000 + school, cells({"2024/25"}), school < 3 ? 49'999.99 : 50'000.0);
  }
  write_file(folder / "in/ledger.xlsx",
             readers::testing::bytes_of({{{"Ledger", rows}}, {"<t>shared</t>"}}));
  std::string schools;
  for (int school = 0; school < 500; ++school) {
    schools += fmt::format("[[school]]\nurn = {0}\nname = \"School {0}\"\n", 900'000 + school);
  }
  const std::string config = (folder / "kpid.toml").string();
  write_file(config, fmt::format(R"([trust]
name = "Made-up Trust"
[daemon]
database = "state/kpid.sqlite"
socket = "state/kpid.sock"
plugin_directories = ["{}/plugins"]
{}
[[source]]
name = "finance"
plugin = "finance"
schedule = "daily 06:30"
[source.settings]
path = "in/*.xlsx"
[[rule]]
name = "reserves"
kpi = "finance.reserves_percent"
red = "< 5"
owner = "finance"
)",
                                 kpid::testing::binary_folder(), schools));
  const Ended once = run_command({kpid_program(), "--config", config, "--once", "--json"});
  ASSERT_EQ(once.status, 0) << once.output << once.errors;
  // Three schools are a penny under 5 %; the trust as a whole is under it too.
  EXPECT_EQ(json::parse(once.output).at("alerts").at("opened").to_number<int>(), 4) << once.output;
}

}  // namespace
}  // namespace kpid::testing
