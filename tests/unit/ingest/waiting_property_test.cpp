// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Whatever happens at whatever times: each event is told at each destination exactly once, by
// itself or in one digest, and of no alert the older after the newer.

#include <algorithm>
#include <map>
#include <random>

#include "unit/ingest/waiting_fixture.hpp"

namespace kpid::ingest {
namespace {

class AnyTimes : public Waiting, public ::testing::WithParamInterface<unsigned> {
 protected:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  void make_times(DestinationConfig& destination) {
    destination.quiet = {};
    destination.digest.reset();
    destination.group_by = Grouping::none;
    if (below(3) == 0) {
      const std::optional<unsigned> day =
          below(2) == 0 ? std::optional{1 + below(7)} : std::nullopt;
      destination.digest = DigestTimes{day, std::chrono::minutes{below(24 * 60)}};
    } else {
      if (below(2) == 0) {
        destination.quiet.hours =
            QuietTimes::Hours{std::chrono::minutes{below(1440)}, std::chrono::minutes{below(1440)}};
      }
      destination.quiet.weekends = below(2) == 0;
      destination.quiet.holidays = below(2) == 0;
      destination.group_by = static_cast<Grouping>(below(4));
      destination.group_wait = std::chrono::seconds{1 + below(3600)};
    }
    destination.urgent.reset();
    if (below(2) == 0) destination.urgent = below(2) == 0 ? Severity::red : Severity::amber;
  }

  void step() {
    static constexpr double percents[] = {3, 5.5, 9};
    const char* school = below(2) == 0 ? "900001" : "900002";
    switch (below(6)) {
      case 0:
      case 1:
      case 2:
        comes(school, percents[below(3)]);
        break;
      case 3:
        tell_of_source(below(2) == 0 ? EventType::source_failing : EventType::source_recovered);
        break;
      case 4:
        now_ += std::chrono::minutes{below(60 * 30)};
        break;
      default:
        flush();
        if (below(4) == 0) open();
        break;
    }
    now_ += std::chrono::seconds{1 + below(900)};
  }

  std::vector<store::EventRecord> every_event() {
    std::vector<std::string> subjects{"source:roll"};
    const auto alerts = writer().alerts({true, "", 10'000}).value();
    for (const Alert& alert : alerts) subjects.push_back(alert.id);
    std::vector<store::EventRecord> all;
    for (const std::string& subject : subjects) {
      const auto records = writer().events(subject).value();
      all.insert(all.end(), records.begin(), records.end());
    }
    return all;
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(AnyTimes, EachEventIsToldExactlyOnceAndInItsOrder) {
  config_->destinations.push_back(config_->destinations[0]);
  config_->destinations[1].name = "board";
  for (DestinationConfig& destination : config_->destinations) make_times(destination);
  for (int i = 0; i < 30; ++i) {
    if (below(10) == 0) make_times(config_->destinations[below(2)]);  // the config was changed
    step();
  }
  for (int i = 0; i < 30 && waiting() > 0; ++i) {
    flush();
    now_ += std::chrono::hours{7 * 24 + 5};
  }
  // Where a destination is never told (quiet for ever), only that is left.
  for (DestinationConfig& destination : config_->destinations) destination.quiet = {};
  flush();
  ASSERT_EQ(waiting(), 0U);

  std::map<std::string, std::uint64_t> places;  // of each event within its subject
  std::map<std::string, std::string> subjects;
  const auto events = every_event();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i].event;
    places[event.id] = i;
    subjects[event.id] = event.subject;
    std::map<std::string, int> told;
    for (const Delivery& one : events[i].deliveries) ++told[one.destination];
    const auto digests = writer().digests_of(event.id).value();
    for (const Delivery& one : digests) ++told[one.destination];
    EXPECT_EQ(told["team"], 1) << event.id;
    EXPECT_EQ(told["board"], 1) << event.id;
  }
  auto deliveries = writer().deliveries({}).value();
  std::sort(deliveries.begin(), deliveries.end(),
            [](const Delivery& a, const Delivery& b) { return a.id < b.id; });
  std::map<std::string, std::uint64_t> last;  // told at a destination, by subject
  for (const Delivery& one : deliveries) {
    std::vector<std::string> ids{one.event_id};
    if (one.event_type == EventType::digest) {
      ids = writer().bundled(one.event_id).value();
      const json::object data = json::parse(writer().event(one.event_id).value()->data).as_object();
      std::set<std::string> stated;
      for (const json::value& item : data.at("items").as_array()) stated.insert(text(item, "/id"));
      for (const json::value& id : data.at("also").as_array()) {
        stated.insert(std::string(id.as_string()));
      }
      EXPECT_EQ(stated, std::set<std::string>(ids.begin(), ids.end()));
      EXPECT_EQ(data.at("items").as_array().size() + data.at("also").as_array().size(), ids.size());
    }
    std::map<std::string, std::uint64_t> newest;
    for (const std::string& id : ids) {
      const std::string key = one.destination + " " + subjects.at(id);
      const auto before = last.find(key);
      EXPECT_TRUE(before == last.end() || before->second < places.at(id)) << id;
      newest[key] = std::max(newest[key], places.at(id));
    }
    for (const auto& [key, place] : newest) last[key] = place;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyTimes, ::testing::Range(1U, 25U));

}  // namespace
}  // namespace kpid::ingest
