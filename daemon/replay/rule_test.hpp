// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Rules tested like code: a TOML file of made-up figures, with the days on which each became known,
// and of the events that the rules must then raise. README.md explains the file.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/load.hpp"
#include "replay/replay.hpp"

namespace kpid::replay {

struct ExpectedEvent {
  std::string place;  // file:line:column
  Date on{};
  EventType type = EventType::alert_firing;
  std::string organisation;                    // canonical code
  std::string rule;                            // never empty
  std::optional<Severity> severity;            // none: any
  std::optional<std::string> subgroup;         // canonical; none: any
  std::vector<std::string> says;               // that the sentence must contain
  std::optional<std::vector<std::string>> to;  // the destinations, in any order; none: any
};

struct KnownFact {
  Date known{};
  Fact fact;
};

struct RuleTest {
  std::string name;
  std::string place;
  std::shared_ptr<const Config> config;  // the daemon's, with the rules under test alone
  Date from{};                           // the days that are lived through
  Date to{};
  std::vector<KnownFact> facts;  // in order of the day on which they became known
  std::vector<ExpectedEvent> expected;
};

struct RuleTests {
  std::vector<RuleTest> tests;  // empty where there are faults
  std::vector<ConfigFault> faults;
};
[[nodiscard]] RuleTests read_rule_tests(const std::filesystem::path& file,
                                        const std::shared_ptr<const Config>& config);

// What came of a test, in order of day: an event that was expected and came, came otherwise
// (`fault` says how), was expected and did not come, or came and was not expected.
struct TestedEvent {
  std::optional<ExpectedEvent> expected;
  std::optional<Told> told;
  std::string fault;  // empty: as expected
};
struct TestOutcome {
  std::string name;
  std::string place;
  std::vector<TestedEvent> events;
  [[nodiscard]] bool passed() const;
};
[[nodiscard]] Result<TestOutcome> run_rule_test(const RuleTest& test, const ingest::Render& render);

}  // namespace kpid::replay
