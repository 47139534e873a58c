// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What the demo trust shows of accounts and pupils: their files read, their rules judged, and the
// alerts that follow. The story that script/run tells rests on these figures; what follows from the
// other sources, tests/integration/install holds to, with the plugins themselves.

#include <iterator>

#include "kpis/kpi_values.hpp"
#include "readers/cell.hpp"
#include "readers/csv.hpp"
#include "rules/evaluate.hpp"
#include "support/memory_reader.hpp"
#include "support/places.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::filesystem::path demo =
    std::filesystem::path{kpid::testing::source_folder()} / "config/demo";

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
  auto reader = readers::CsvReader::open(bytes).value();
  Rows rows;
  while (reader.next().value()) rows.emplace_back(reader.fields().begin(), reader.fields().end());
  return rows;
}

std::size_t column(const Rows& rows, std::string_view name) {
  const auto found = std::find(rows.front().begin(), rows.front().end(), name);
  EXPECT_NE(found, rows.front().end()) << name;
  return static_cast<std::size_t>(found - rows.front().begin());
}

void put_finance(testing::MemoryReader& reader, const Organisations& organisations) {
  const Rows rows = rows_of(demo / "in/finance/summary.csv");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const int year = std::stoi(rows[i].at(column(rows, "Financial year")).substr(0, 4));
    const std::string code = organisations.find(rows[i].at(column(rows, "School")))->code;
    const Period period = academic_year_of(make_date(year, 9, 1));
    std::int64_t balance = 0;
    for (const auto& [name, measure] : {std::pair{"Income", "finance.income"},
                                        {"Expenditure", "finance.expenditure"},
                                        {"Staff costs", "finance.staff_costs"},
                                        {"Reserves", "finance.reserves"}}) {
      const auto pence = readers::to_pence(rows[i].at(column(rows, name)));
      reader.put({measure, code, ""}, period, static_cast<double>(pence.value()));
      if (measure == std::string_view("finance.income")) balance += pence.value();
      if (measure == std::string_view("finance.expenditure")) balance -= pence.value();
    }
    reader.put({"finance.in_year_balance", code, ""}, period, static_cast<double>(balance));
  }
}

void put_roll(testing::MemoryReader& reader, const Organisations& organisations,
              const std::string& file) {
  const Rows rows = rows_of(demo / "in/roll" / file);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto* school = organisations.find(rows[i].at(column(rows, "URN")));
    if (school == nullptr) continue;
    EXPECT_EQ(rows[i].at(column(rows, "EstablishmentStatus (name)")), "Open");
    const std::string& day = rows[i].at(column(rows, "CensusDate"));  // DD-MM-YYYY
    const Date date =
        parse_date(day.substr(6) + "-" + day.substr(3, 2) + "-" + day.substr(0, 2)).value();
    reader.put("roll.pupils", school->code, date,
               std::stod(rows[i].at(column(rows, "NumberOfPupils"))));
    reader.put("roll.capacity", school->code, date,
               std::stod(rows[i].at(column(rows, "SchoolCapacity"))));
  }
}

TEST_F(ConfigTest, TheDemoHasGreenAmberAndRed) {
  const auto loaded = load_config(demo / "kpid.toml", options_);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Config& config = *loaded.config;
  testing::MemoryReader reader;
  put_finance(reader, config.organisations);
  put_roll(reader, config.organisations, "20251010_gias.csv");
  put_roll(reader, config.organisations, "20260123_gias.csv");

  std::vector<std::string> alerts;
  std::vector<std::string> pending;
  int green = 0;
  for (const auto& rule : config.rules) {
    if (!rule.kpi.starts_with("finance.") && !rule.kpi.starts_with("roll.")) continue;
    const Kpi& kpi = *config.kpi(rule.kpi);
    for (const auto& organisation : config.organisations.all()) {
      const auto series = kpi_series(kpi, organisation, "", config, reader, {});
      const auto judgement = evaluate({rule,
                                       kpi,
                                       organisation,
                                       config.calendars.of(organisation.code),
                                       *series,
                                       {},
                                       Severity::none,
                                       {}});
      ASSERT_TRUE(judgement) << rule.name << " has no figure for " << organisation.name;
      const std::string text = rule.name + " " + organisation.code + " " +
                               format_value(judgement->value.value, kpi.unit, kpi.decimals) + " ";
      if (judgement->severity != Severity::none) {
        alerts.push_back(text + std::string{to_string(judgement->severity)});
      } else if (judgement->breach != Severity::none) {
        pending.push_back(text + std::string{to_string(judgement->breach)});
      } else {
        ++green;
      }
    }
  }
  EXPECT_THAT(alerts, ElementsAre("reserves-below-policy 900002 4.3 % red",
                                  "reserves-below-policy 900003 5.8 % amber",
                                  "pupils-down-in-year 900002 -7 pupils red",
                                  "over-capacity 900003 102.6 % amber"));
  EXPECT_THAT(pending, ElementsAre("deficit-two-years-running 900002 -£12,300 red"));
  EXPECT_EQ(green, 20);
}

}  // namespace
}  // namespace kpid
