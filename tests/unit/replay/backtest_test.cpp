// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A backtest must tell what the live run told, event by event: the same instants, words and
// destinations.

#include "replay/backtest.hpp"

#include <random>

#include <gmock/gmock.h>

#include "support/live_street.hpp"
#include "unit/replay/demo_config.hpp"

namespace kpid::replay {
namespace {

using kpid::testing::LiveStreet;
using kpid::testing::StreetRow;
using kpid::testing::ToldLine;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;

const std::vector<std::string> schools{"900001", "900002", "900003", "900004"};

std::vector<ToldLine> lines_of(const std::vector<Told>& told) {
  std::vector<ToldLine> lines;
  for (const Told& one : told) lines.push_back(kpid::testing::told_line(one));
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<ToldLine> between(const std::vector<ToldLine>& lines, Date from, Date to) {
  std::vector<ToldLine> kept;
  for (const ToldLine& one : lines) {
    const Date day = std::chrono::floor<std::chrono::days>(one.at);
    if (from <= day && day <= to) kept.push_back(one);
  }
  return kept;
}

// The demo's rules, and one of each other kind: what is late, what flaps, what is compared with a
// target, a week before, another school and the future.
std::shared_ptr<const Config> config_with_more_rules() {
  auto config = std::make_shared<Config>(*demo_config());
  Rule late;
  late.name = "electricity-late";
  late.kpi = "estates.electricity_kwh_week";
  late.compare = Comparison::stale;
  late.stale_after = Span{7, Span::Unit::school_days};
  late.owner = "estates";
  Rule flaps;
  flaps.name = "electricity-high";
  flaps.kpi = late.kpi;
  flaps.red = Threshold{Threshold::Operator::above, 1050};
  flaps.flapping = Flapping{Span{30, Span::Unit::school_days}, 3, 1};
  flaps.owner = "estates";
  Rule target;
  target.name = "reserves-target";
  target.kpi = "finance.reserves_percent";
  target.compare = Comparison::target;
  target.amber = Threshold{Threshold::Operator::below, 1};
  target.for_periods = 1;
  target.owner = "finance";
  Rule other;
  other.name = "attendance-below-the-trust";
  other.kpi = "attendance.attendance_percent";
  other.compare = Comparison::organisation;
  other.other_organisation = std::string(trust_code);
  other.organisations = {"900001", "900003"};
  other.amber = Threshold{Threshold::Operator::below, -0.5};
  other.owner = "attendance";
  Rule forecast;
  forecast.name = "electricity-will-rise";
  forecast.kpi = late.kpi;
  forecast.compare = Comparison::forecast;
  forecast.forecast.window = 6;
  forecast.amber = Threshold{Threshold::Operator::above, 1100};
  forecast.owner = "estates";
  for (const Rule& rule : {late, flaps, target, other, forecast}) config->rules.push_back(rule);
  return config;
}

// A term of weekly electricity, the year's attendance so far and restated accounts; some come late,
// some not at all, some are corrected. The same seed, the same term.
class SimulatedTerm {
 public:
  SimulatedTerm() {
    for (Date day = first; day <= last; day += std::chrono::days{1}) {
      street.look_at_day(daily_look(day, "Europe/London"));
      live(day);
    }
  }

  static constexpr Date first = Date{std::chrono::days{20332}};  // 1 September 2025
  static constexpr Date last = first + std::chrono::days{120};
  LiveStreet street{config_with_more_rules()};

 private:
  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  double around(double middle, double width) {
    return middle + width * (static_cast<double>(random_() % 2001) / 1000 - 1);
  }
  Timestamp at(Date day, std::chrono::minutes time) { return at_local(day, time, "Europe/London"); }

  void live(Date day) {
    const Period year = academic_year_of(day);
    const unsigned weekday = std::chrono::weekday{day}.iso_encoding();
    if (weekday == 2 && chance(85)) {  // Tuesdays: last week's meters, and now and then one before
      std::vector<StreetRow> rows;
      const Date monday = day - std::chrono::days{8};
      for (const std::string& school : schools) {
        if (chance(15)) continue;
        const Date week = chance(10) ? monday - std::chrono::days{7} : monday;
        rows.push_back({"estates.electricity_kwh_week",
                        school,
                        {week, week + std::chrono::days{6}},
                        std::round(around(1000, 250))});
      }
      street.pull("energy", at(day, 7h), rows, "in/energy/week.csv");
    }
    if (weekday == 3) {
      std::vector<StreetRow> rows;
      for (const std::string& school : schools) {
        if (chance(20)) continue;
        const double possible = 1000.0 * static_cast<double>((day - first).count() + 1);
        rows.push_back({"attendance.sessions_possible", school, year, possible});
        rows.push_back({"attendance.sessions_attended", school, year,
                        std::round(possible * around(0.947, 0.02))});
      }
      street.pull("attendance", at(day, 6h + 30min), rows, "in/attendance/year.csv");
    }
    if (weekday == 4 && chance(30)) {
      std::vector<StreetRow> rows;
      for (const std::string& school : schools) {
        rows.push_back({"finance.income", school, year, 100'000'000});
        rows.push_back({"finance.reserves", school, year, std::round(around(6e6, 2e6))});
      }
      street.pull("finance", at(day, 14h), rows, "in/finance/summary.csv");
    }
  }

  std::mt19937 random_{20250901};
};

class BacktestOfATerm : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { term_ = std::make_unique<SimulatedTerm>(); }
  static void TearDownTestSuite() { term_.reset(); }

  static Result<Backtest> ask(const BacktestQuestion& question, const GoOn& go_on = {}) {
    const auto reader = term_->street.database().reader();
    EXPECT_TRUE(reader);
    return backtest(**reader, term_->street.config(), question, plain_render(), go_on);
  }

  static std::unique_ptr<SimulatedTerm> term_;
};
std::unique_ptr<SimulatedTerm> BacktestOfATerm::term_;

TEST_F(BacktestOfATerm, TellsWhatTheLiveRunTold) {
  const auto live = term_->street.told();
  ASSERT_GT(live.size(), 30U) << "a term in which little happens shows little";
  const auto found = ask({SimulatedTerm::first, SimulatedTerm::last, ""});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_THAT(lines_of(found->told), ElementsAreArray(live));
  for (const char* rule : {"electricity-late", "electricity-high", "reserves-target",
                           "attendance-below-the-trust", "electricity-will-rise"}) {
    EXPECT_THAT(live, ::testing::Contains(::testing::Field(
                          &ToldLine::text, ::testing::HasSubstr(std::string(" ") + rule + " "))));
  }
  EXPECT_THAT(found->open_at_from, IsEmpty());
  EXPECT_GT(found->figures, 150U);
}

TEST_F(BacktestOfATerm, BeginsWithWhatWasOpenThen) {
  const Date from = make_date(2025, 11, 3);
  const Date to = make_date(2025, 11, 30);
  const auto found = ask({from, to, ""});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_THAT(lines_of(found->told), ElementsAreArray(between(term_->street.told(), from, to)));
  EXPECT_THAT(found->told, Not(IsEmpty()));
  store::AlertQuery every;
  every.include_resolved = true;
  const auto alerts = term_->street.writer().alerts(every);
  ASSERT_TRUE(alerts);
  std::vector<std::string> open;
  for (const Alert& one : *alerts) {
    const bool was_open = one.fired_at && *one.fired_at < Timestamp{from} &&
                          (!one.resolved_at || *one.resolved_at >= Timestamp{from});
    if (was_open) open.push_back(one.rule + " " + one.organisation);
  }
  std::vector<std::string> told;
  for (const OpenAlert& one : found->open_at_from) {
    EXPECT_FALSE(one.sentence.empty());
    told.push_back(one.alert.rule + " " + one.alert.organisation);
  }
  EXPECT_THAT(told, ::testing::UnorderedElementsAreArray(open));
  EXPECT_THAT(open, Not(IsEmpty()));
}

TEST_F(BacktestOfATerm, LooksAtOneRuleAlone) {
  const auto found = ask({SimulatedTerm::first, SimulatedTerm::last, "electricity-up"});
  ASSERT_TRUE(found) << found.error().text();
  std::vector<ToldLine> wanted;
  for (const ToldLine& one : term_->street.told()) {
    if (one.text.find(" electricity-up ") != std::string::npos) wanted.push_back(one);
  }
  EXPECT_THAT(lines_of(found->told), ElementsAreArray(wanted));
  EXPECT_THAT(wanted, Not(IsEmpty()));
}

TEST_F(BacktestOfATerm, SaysThatThereIsNoSuchRule) {
  const auto found = ask({SimulatedTerm::first, SimulatedTerm::last, "electricity"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_found);
}

TEST_F(BacktestOfATerm, CanBeCalledOff) {
  int days = 0;
  const auto found =
      ask({SimulatedTerm::first, SimulatedTerm::last, ""}, [&days](Date) { return ++days < 10; });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(days, 10);
}

TEST_F(BacktestOfATerm, LeavesNothingBehind) {
  const kpid::testing::TemporaryFolder folder;
  ASSERT_EQ(::setenv("TMPDIR", folder.path().c_str(), 1), 0);
  bool stood = false;
  const auto found = ask({SimulatedTerm::first, SimulatedTerm::last, "electricity-up"}, [&](Date) {
    stood = stood || !std::filesystem::is_empty(folder.path());
    return true;
  });
  ASSERT_EQ(::unsetenv("TMPDIR"), 0);
  EXPECT_TRUE(found);
  EXPECT_TRUE(stood) << "it stands on a file of its own";
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// What a daemon is still reading is not judged yet, there as here.
TEST(Backtest, PassesOverARunThatIsUnderWay) {
  LiveStreet street(demo_config());
  const Timestamp at{make_date(2025, 12, 1)};
  const auto rows = kpid::testing::batch_of(
      {{"finance.income", "900001", academic_year_of(make_date(2025, 1, 1)), 1000},
       {"finance.reserves", "900001", academic_year_of(make_date(2025, 1, 1)), 1}});
  ASSERT_TRUE(street.database().begin());
  SourceConfig source;
  source.name = "finance";
  ingest::RunSession session(street.config(), source, kpid::testing::measures_of(*street.config()));
  ASSERT_TRUE(session.begin(street.writer(), at));
  ASSERT_TRUE(session.apply(street.writer(), {{rows}, {}, "", false}, at));
  ASSERT_TRUE(street.database().commit());
  const auto found =
      backtest(street.writer(), street.config(),
               {make_date(2025, 11, 1), make_date(2025, 12, 31), ""}, plain_render(), {});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->figures, 0U);
  EXPECT_THAT(found->told, IsEmpty());
}

TEST(Backtest, OfNothingSaysSo) {
  LiveStreet street(demo_config());
  const auto found =
      backtest(street.writer(), street.config(),
               {make_date(2025, 9, 1), make_date(2025, 9, 30), ""}, plain_render(), {});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_FALSE(found->known_from);
  EXPECT_THAT(found->told, IsEmpty());
}

}  // namespace
}  // namespace kpid::replay
