// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The catalogue that comes with kpid, held against the strategic plan and against the manifests of
// the plugins that are to feed it.

#include <iterator>
#include <set>

#include <boost/json.hpp>

#include "support/places.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::IsEmpty;

namespace json = boost::json;

std::vector<Measure> measures_of(const std::filesystem::path& manifest) {
  std::ifstream stream{manifest};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  std::vector<Measure> measures;
  const json::value parsed = json::parse(text);
  for (const json::value& one : parsed.at("measures").as_array()) {
    Measure measure;
    measure.id = one.at("id").as_string().c_str();
    measure.unit = parse_unit(one.at("unit").as_string().c_str()).value();
    measure.calendar = parse_calendar(one.at("calendar").as_string().c_str()).value();
    for (const json::value& name : one.at("dimensions").as_array()) {
      measure.dimensions.emplace_back(name.as_string().c_str());
    }
    measures.push_back(std::move(measure));
  }
  return measures;
}

class ShippedCatalogue : public ConfigTest {
 protected:
  // A config with a source for each plugin, whose manifests are the real ones.
  ShippedCatalogue() {
    const std::filesystem::path plugins =
        std::filesystem::path{kpid::testing::source_folder()} / "plugins";
    std::string text{head};
    text += "[funding]\nper_pupil = 5000\n";
    for (const auto& entry : std::filesystem::directory_iterator{plugins}) {
      if (!std::filesystem::exists(entry.path() / "manifest.json")) continue;
      const std::string name = entry.path().filename().string();
      text += "[[source]]\nname = \"" + name + "\"\nplugin = \"" + name +
              "\"\nschedule = \"on change\"\n";
      for (const Measure& measure : measures_of(entry.path() / "manifest.json")) {
        measures_.emplace(measure.id, measure);
      }
    }
    options_.plugin_directories = {plugins};
    options_.check_settings = [plugins](const std::filesystem::path& library, std::string_view) {
      LoadOptions::PluginSettings settings;
      settings.json = "{}";
      settings.described = measures_of(plugins / library.stem() / "manifest.json");
      for (const Measure& measure : settings.described) settings.measures.push_back(measure.id);
      return Result<LoadOptions::PluginSettings>{settings};
    };
    loaded_ = load(text);
  }

  const Kpi& kpi(const std::string& id) {
    const Kpi* found = loaded_.config->kpi(id);
    EXPECT_NE(found, nullptr) << id;
    static const Kpi none;
    return found == nullptr ? none : *found;
  }

  LoadedConfig loaded_;
  std::map<std::string, Measure> measures_;
};

TEST_F(ShippedCatalogue, GoesTogetherWithEveryPluginsUnitsAndCalendars) {
  ASSERT_THAT(texts_of(loaded_), IsEmpty());
  EXPECT_GT(measures_.size(), 80U);
  EXPECT_GT(loaded_.config->kpis.size(), 90U);
}

TEST_F(ShippedCatalogue, EveryMeasureIsInSomePluginsManifestWithItsDimensions) {
  ASSERT_THAT(texts_of(loaded_), IsEmpty());
  // Judgements that people make and date: for a plugin of the trust's own.
  const std::set<std::string> awaited{"scrutiny.reports", "scrutiny.actions_overdue"};
  std::set<std::string> missed;
  for (const Kpi& kpi : loaded_.config->kpis) {
    EXPECT_FALSE(kpi.inputs.empty()) << kpi.id;
    for (const MeasureInput& input : kpi.inputs) {
      const auto measure = measures_.find(input.measure);
      if (measure == measures_.end()) {
        missed.insert(input.measure);
        continue;
      }
      const std::string subgroup = input.subgroup.value_or("");
      if (subgroup.empty()) continue;
      const std::string dimension = subgroup.substr(0, subgroup.find('='));
      EXPECT_THAT(measure->second.dimensions, ::testing::Contains(dimension))
          << kpi.id << " asks for " << input.measure << " by " << subgroup;
    }
  }
  EXPECT_EQ(missed, awaited);
}

TEST_F(ShippedCatalogue, EveryKpiIsWhole) {
  ASSERT_THAT(texts_of(loaded_), IsEmpty());
  for (const Kpi& kpi : loaded_.config->kpis) {
    EXPECT_FALSE(kpi.title.empty()) << kpi.id;
    EXPECT_FALSE(kpi.owner.empty()) << kpi.id;
    EXPECT_TRUE(!kpi.plan.empty() || kpi.id.starts_with("attendance.")) << kpi.id;
    // Who receives what, by the plan's own table.
    const std::string owner = kpi.id.starts_with("attendance.")        ? "attendance"
                              : kpi.plan == "5.4" || kpi.plan == "5.6" ? "estates"
                              : kpi.plan.starts_with("3.4")            ? "school_leaders"
                                                                       : "finance";
    EXPECT_EQ(kpi.owner, owner) << kpi.id;
  }
}

struct Row {
  std::string plan;
  std::vector<std::string> kpis;  // one for each thing that the plan's row measures
};

// The plan's objective 5, actions 3.4a to 3.4c, 3.6 as far as attendance goes, and
// attendance itself.
TEST_F(ShippedCatalogue, EveryRowOfThePlanHasItsKpis) {
  ASSERT_THAT(texts_of(loaded_), IsEmpty());
  const std::vector<Row> rows{
      {"3.4a",
       {"parents.response_rate", "parent_view.response_rate", "parents.evening_attendance"}},
      {"3.4b",
       {"parents.positive", "parent_view.positive", "parents.complaints",
        "parents.complaints_per_100_pupils"}},
      {"3.4c", {"parents.shared_ambition", "parent_view.shared_ambition"}},
      {"3.6",
       {"attendance.gap_send", "attendance.gap_disadvantaged",
        "attendance.persistent_absence_gap_send",
        "attendance.persistent_absence_gap_disadvantaged"}},
      {"5.1",
       {"roll.change_in_year", "roll.change_on_year", "roll.capacity_used_percent",
        "roll.change_in_year_worth", "roll.change_on_year_worth"}},
      {"5.2", {"finance.reserves_percent", "finance.months_until_policy"}},
      {"5.3",
       {"finance.in_year_balance", "finance.staff_costs_percent",
        "finance.spend_against_budget_percent"}},
      {"5.4",
       {"estates.bids_made", "estates.bids_won", "estates.bids_made_value",
        "estates.bids_won_value", "estates.checks_overdue", "estates.defects_open",
        "estates.defects_over_90_days"}},
      {"5.5", {"scrutiny.reports", "scrutiny.actions_overdue"}},
      {"5.6",
       {"estates.energy_kwh_per_pupil", "estates.energy_kwh_per_m2", "estates.kgco2e",
        "estates.energy_per_pupil_week_on_year_percent",
        "estates.energy_per_m2_week_on_year_percent", "estates.kgco2e_week_on_year_percent"}},
      {"",
       {"attendance.attendance_percent", "attendance.authorised_absence_percent",
        "attendance.unauthorised_absence_percent", "attendance.persistent_absence_percent",
        "attendance.severe_absence_percent"}}};
  for (const Row& row : rows) {
    for (const std::string& id : row.kpis) EXPECT_EQ(kpi(id).plan, row.plan) << id;
  }
}

TEST_F(ShippedCatalogue, HasThePlansTargets) {
  ASSERT_THAT(texts_of(loaded_), IsEmpty());
  for (const auto& [id, target] : std::vector<std::pair<std::string, double>>{
           {"parents.positive", 90},
           {"parent_view.positive", 90},
           {"parents.shared_ambition", 90},
           {"parent_view.shared_ambition", 90},
           {"roll.change_in_year", 0},
           {"roll.change_on_year", 0},
           {"roll.change_in_year_worth", 0},
           {"finance.reserves_percent", 5},
           {"finance.in_year_balance", 0},
           {"finance.staff_costs_percent", 80},
           {"finance.spend_against_budget_percent", 100},
           {"estates.checks_overdue", 0},
           {"estates.defects_over_90_days", 0},
           {"scrutiny.reports", 1},
           {"scrutiny.actions_overdue", 0},
           {"estates.energy_per_pupil_week_on_year_percent", 0}}) {
    EXPECT_EQ(kpi(id).target, target) << id;
  }
}

// A figure that comes once a term or once a year is not missed after a week; what only follows from
// others is not missed a second time.
TEST_F(ShippedCatalogue, SaysHowLongEachMayBeSilent) {
  ASSERT_THAT(texts_of(loaded_), IsEmpty());
  for (const char* id : {"roll.pupils", "roll.capacity", "estates.checks_overdue",
                         "parent_view.positive", "finance.spend_against_budget_percent",
                         "attendance.attendance_percent", "scrutiny.reports"}) {
    EXPECT_TRUE(kpi(id).stale_after) << id;
    EXPECT_TRUE(kpi(id).watched) << id;
  }
  for (const Kpi& one : loaded_.config->kpis) {
    const bool derived = std::holds_alternative<Formula>(one.definition) ||
                         std::holds_alternative<MonthsUntil>(one.definition);
    EXPECT_FALSE(derived && one.watched) << one.id;
  }
  EXPECT_TRUE(kpi("estates.energy_kwh_per_m2_month").watched);
}

}  // namespace
}  // namespace kpid
