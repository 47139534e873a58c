// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The demo trust's whole academic year, day by day on a chosen clock: run sessions, rules, alerts,
// rendering and the outbox's rows on a real SQLite file. tests/golden/year_input.txt is what comes
// in, year.txt every event that must come out, each with its reason, checked by hand.

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/live_street.hpp"
#include "support/places.hpp"
#include "unit/replay/demo_config.hpp"
#include "webhooks/render.hpp"

namespace kpid::replay {
namespace {

using kpid::testing::LiveStreet;
using kpid::testing::StreetRow;
using namespace std::chrono_literals;

const std::filesystem::path golden =
    std::filesystem::path{kpid::testing::source_folder()} / "tests/golden";
constexpr std::string_view zone = "Europe/London";
constexpr const char* electricity = "estates.electricity_kwh_week";

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream) << file;
  return {std::istreambuf_iterator<char>{stream}, {}};
}

// The demo's config with what the year adds to it, and this target of attendance.
std::shared_ptr<const Config> config_with_target(const std::string& target) {
  const std::filesystem::path demo =
      std::filesystem::path{kpid::testing::source_folder()} / "config/demo";
  const kpid::testing::TemporaryFolder folder;
  std::filesystem::copy(demo / "calendar", folder / "calendar");
  std::ofstream{folder / "kpid.toml"} << content_of(demo / "kpid.toml")
                                      << content_of(golden / "year_rules.toml");
  std::ofstream{folder / "targets.toml"}
      << "[[kpi]]\nid = \"attendance.attendance_percent\"\ntarget = " << target << "\n";
  LoadOptions options;
  options.catalogue_directory =
      std::filesystem::path{kpid::testing::source_folder()} / "config/catalogue";
  options.without_secrets = true;
  const LoadedConfig loaded = load_config(folder / "kpid.toml", options);
  for (const ConfigFault& fault : loaded.faults) ADD_FAILURE() << fault.text();
  return loaded.config;
}

Period week_of(Date monday) { return {monday, monday + std::chrono::days{6}}; }

Period parse_period(const std::string& text) {
  if (text.starts_with("week:")) return week_of(parse_date(text.substr(5)).value());
  if (text.starts_with("year:")) {
    const int year = std::stoi(text.substr(5));
    return {make_date(year, 9, 1), make_date(year + 1, 8, 31)};
  }
  const Date day = parse_date(text).value();
  return {day, day};
}

Timestamp local(Date day, const std::string& clock) {
  const std::chrono::minutes time{60 * std::stoi(clock.substr(0, 2)) + std::stoi(clock.substr(3))};
  return at_local(day, time, zone);
}

// Everything that comes in: by instant and source, which is one run.
using Arrivals = std::map<Timestamp, std::map<std::string, std::vector<StreetRow>>>;

class Year {
 public:
  Year() : street_(config_with_target("95"), render()) {}

  void live() {
    const Arrivals arrivals = read();
    const Timestamp reload = local(make_date(2026, 3, 16), "12:00");
    for (Date day = make_date(2025, 9, 1); day <= make_date(2026, 8, 31);
         day += std::chrono::days{1}) {
      const Timestamp end = at_local(day + std::chrono::days{1}, 0min, zone);
      street_.look_at_day(daily_look(day, zone));
      auto arrival = arrivals.lower_bound(at_local(day, 0min, zone));
      for (; arrival != arrivals.end() && arrival->first < end; ++arrival) {
        for (const auto& [source, rows] : arrival->second) {
          street_.pull(source, arrival->first, rows, "in/" + source + ".csv");
        }
      }
      if (at_local(day, 0min, zone) < reload && reload < end) {
        street_.reload(config_with_target("96"), reload);
      }
    }
  }

  // Each event as three lines: what, in which words, to whom.
  std::vector<std::string> told() {
    store::AlertQuery every;
    every.include_resolved = true;
    every.limit = 10'000;
    std::vector<std::pair<Timestamp, std::string>> events;
    const auto alerts = street_.writer().alerts(every);
    for (const Alert& alert : *alerts) {
      const auto records = street_.writer().events(alert.id);
      for (const store::EventRecord& record : *records) {
        events.emplace_back(record.event.at, lines_of(record, alert));
      }
    }
    std::sort(events.begin(), events.end());
    std::vector<std::string> lines;
    for (const auto& [at, text] : events) {
      std::istringstream parts(text);
      for (std::string line; std::getline(parts, line);) lines.push_back(line);
    }
    return lines;
  }

 private:
  static ingest::Render render() {
    return [](const DestinationConfig& destination,
              const Event& event) -> Result<ingest::RenderedBody> {
      auto rendered = webhooks::render(destination, event, "demo");
      if (!rendered) return tl::unexpected<Error>(rendered.error());
      return ingest::RenderedBody{rendered->content_type, rendered->body};
    };
  }

  static std::string lines_of(const store::EventRecord& record, const Alert& alert) {
    const std::string type{to_string(record.event.type)};
    const Timestamp midnight = at_local(local_day(record.event.at), 0min, zone);
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(record.event.at - midnight).count();
    std::set<std::string> destinations;
    for (const Delivery& one : record.deliveries) destinations.insert(one.destination);
    return fmt::format("{} {:02}:{:02}  {:<8}  {:<5}  {:<6}  {}\n  {}\n  to {}\n",
                       format_date(local_day(record.event.at)), minutes / 60, minutes % 60,
                       type.substr(type.find_last_of('.') + 1), to_string(record.event.severity),
                       alert.organisation, alert.rule, sentence_of(record.event),
                       fmt::join(destinations, ", "));
  }

  static Date local_day(Timestamp at) {
    Date day = std::chrono::floor<std::chrono::days>(at) - std::chrono::days{1};
    while (at_local(day + std::chrono::days{1}, 0min, zone) <= at) day += std::chrono::days{1};
    return day;
  }

  Arrivals read() const {
    Arrivals arrivals;
    std::set<std::pair<std::string, Date>> given;  // school and week with a reading of their own
    std::istringstream lines(content_of(golden / "year_input.txt"));
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line.starts_with('#')) continue;
      std::istringstream parts(line);
      std::string day, clock, source, school, measure, period, value;
      parts >> day >> clock >> source >> school >> measure >> period >> value;
      const Timestamp at = local(parse_date(day).value(), clock);
      StreetRow row{measure, school, parse_period(period), std::stod(value)};
      if (parse_date(day).value() <= row.period.end) row.stated_on = parse_date(day);
      if (measure == electricity) given.emplace(school, row.period.start);
      arrivals[at][source].push_back(row);
    }
    add_regular_readings(arrivals, given);
    return arrivals;
  }

  void add_regular_readings(Arrivals& arrivals,
                            const std::set<std::pair<std::string, Date>>& given) const {
    const Config& config = *street_.config();
    const Timestamp last_years = local(make_date(2025, 9, 1), "09:00");
    for (Date monday = make_date(2024, 9, 2); monday < make_date(2026, 8, 17);
         monday += std::chrono::days{7}) {
      const Period week = week_of(monday);
      if (monday < make_date(2025, 9, 1)) {
        if (!config.calendars.of("900001").any_school_day(week)) continue;
        arrivals[last_years]["energy"].push_back({electricity, "900001", week, 950});
        continue;
      }
      const Timestamp at = local(monday + std::chrono::days{8}, "09:00");
      for (const Organisation& one : config.organisations.all()) {
        const bool reads = one.kind == OrganisationKind::school && one.member_on(week.end) &&
                           config.calendars.of(one.code).any_school_day(week);
        if (!reads || given.contains({one.code, monday})) continue;
        arrivals[at]["energy"].push_back({electricity, one.code, week, 1000});
      }
    }
  }

  LiveStreet street_;
};

TEST(GoldenYear, TellsWhatWasCheckedByHand) {
  Year year;
  year.live();
  const std::vector<std::string> told = year.told();
  std::vector<std::string> wanted;
  std::istringstream lines(content_of(golden / "year.txt"));
  for (std::string line; std::getline(lines, line);) {
    const bool comment = line.find_first_not_of(' ') != std::string::npos &&
                         line[line.find_first_not_of(' ')] == '#';
    if (!line.empty() && !comment) wanted.push_back(line);
  }
  const std::filesystem::path actual =
      std::filesystem::path{kpid::testing::binary_folder()} / "golden_year.txt";
  std::ofstream out(actual, std::ios::binary);
  for (const std::string& line : told) out << line << '\n';
  EXPECT_THAT(told, ::testing::ElementsAreArray(wanted)) << "what was told stands in " << actual;
}

}  // namespace
}  // namespace kpid::replay
