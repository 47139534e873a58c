// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// `kpictl rules test`: local, without the daemon, its database or its secrets.

#include <cstdio>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "config/load.hpp"
#include "config/shipped_catalogue.hpp"
#include "replay/rule_test.hpp"
#include "webhooks/render.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;
using replay::TestedEvent;
using replay::TestOutcome;

std::string word_of(EventType type) {
  std::string word{to_string(type)};
  return word.substr(word.find_last_of('.') + 1);
}

// "2025-10-06  firing, amber  900001  attendance-low (year_group=4)"
std::string event_line(Date day, EventType type, const std::optional<Severity>& severity,
                       const std::string& organisation, const std::string& rule,
                       const std::string& subgroup) {
  std::string text =
      fmt::format("{}  {}{}  {}  {}", format_date(day), word_of(type),
                  severity ? ", " + std::string(to_string(*severity)) : "", organisation, rule);
  if (!subgroup.empty()) text += " (" + subgroup + ")";
  return printable(text);
}

std::string told_line(const replay::Told& told) {
  return event_line(told.day, told.event.type, told.event.severity, told.alert.organisation,
                    told.alert.rule, told.alert.subgroup);
}

std::string expected_line(const replay::ExpectedEvent& expected) {
  return event_line(expected.on, expected.type, expected.severity, expected.organisation,
                    expected.rule, expected.subgroup.value_or(""));
}

// As a diff: "-" was expected and did not come, "+" came and was not expected, "!" came otherwise.
std::string difference_text(const TestedEvent& one, const Screen& screen) {
  const auto line = [&](const std::string& text, Paint paint) {
    return "  " + painted(text, paint, screen) + "\n";
  };
  if (one.fault.empty()) return line("  " + told_line(*one.told), Paint::none);
  if (!one.told) {
    return line("- " + expected_line(*one.expected) + "  expected at " + one.expected->place,
                Paint::red);
  }
  const std::string sentence = "      " + printable(one.told->sentence) + "\n";
  if (!one.expected) return line("+ " + told_line(*one.told), Paint::amber) + sentence;
  return line("! " + told_line(*one.told) + "  " + printable(one.fault) + " (expected at " +
                  one.expected->place + ")",
              Paint::amber) +
         sentence;
}

std::string outcome_text(const TestOutcome& outcome, const Screen& screen) {
  if (outcome.passed()) {
    return painted("ok", Paint::green, screen) + "    " + printable(outcome.name) + "\n";
  }
  std::string text = painted("FAIL", Paint::red, screen) + "  " + printable(outcome.name) + "  " +
                     printable(outcome.place) + "\n";
  for (const TestedEvent& one : outcome.events) text += difference_text(one, screen);
  return text;
}

json::value event_json(const TestedEvent& one) {
  json::object event{
      {"fault", one.fault}, {"expected_at", nullptr}, {"expected", nullptr}, {"told", nullptr}};
  if (one.expected) {
    event["expected_at"] = one.expected->place;
    event["expected"] = expected_line(*one.expected);
  }
  if (one.told) {
    json::array to;
    for (const std::string& name : one.told->destinations) to.push_back(json::string(name));
    event["told"] = json::object{{"day", format_date(one.told->day)},
                                 {"type", to_string(one.told->event.type)},
                                 {"severity", to_string(one.told->event.severity)},
                                 {"rule", one.told->alert.rule},
                                 {"organisation", one.told->alert.organisation},
                                 {"subgroup", one.told->alert.subgroup},
                                 {"sentence", one.told->sentence},
                                 {"to", std::move(to)}};
  }
  return event;
}

json::object outcome_json(const TestOutcome& outcome) {
  json::array events;
  for (const TestedEvent& one : outcome.events) events.push_back(event_json(one));
  return {{"name", outcome.name},
          {"place", outcome.place},
          {"passed", outcome.passed()},
          {"events", std::move(events)}};
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int report_faults(const std::vector<ConfigFault>& faults, int code, const Terminal& terminal) {
  if (terminal.json) {
    json::array all;
    for (const ConfigFault& fault : faults) {
      all.push_back(json::object{{"file", fault.file},
                                 {"line", fault.line},
                                 {"column", fault.column},
                                 {"sentence", fault.sentence}});
    }
    print(json::serialize(json::object{{"faults", std::move(all)}}) + "\n");
    return code;
  }
  for (const ConfigFault& fault : faults) fmt::print(stderr, "{}\n", fault.text());
  return code;
}

}  // namespace

int run_rules_test(const RulesTestCommand& command, const Terminal& terminal) {
  LoadOptions options;
  options.catalogue_directory = shipped_catalogue();
  options.without_secrets = true;
  const LoadedConfig loaded = load_config(command.config, options);
  if (!loaded.config) return report_faults(loaded.faults, exit_code::config, terminal);
  const ingest::Render render = [instance = loaded.config->instance](
                                    const DestinationConfig& destination,
                                    const Event& event) -> Result<ingest::RenderedBody> {
    auto rendered = webhooks::render(destination, event, instance);
    if (!rendered) return tl::unexpected<Error>(std::move(rendered.error()));
    return ingest::RenderedBody{std::move(rendered->content_type), std::move(rendered->body)};
  };
  const Screen screen{terminal.colour, loaded.config->timezone, terminal.width};
  json::array outcomes;
  std::size_t count = 0;
  std::size_t failed = 0;
  for (const std::filesystem::path& file : command.files) {
    const replay::RuleTests read = replay::read_rule_tests(file, loaded.config);
    if (!read.faults.empty()) return report_faults(read.faults, exit_code::refused, terminal);
    for (const replay::RuleTest& test : read.tests) {
      if (terminal.progress) fmt::print(stderr, "\r\x1b[K{}", printable(test.name));
      auto outcome = replay::run_rule_test(test, render);
      if (terminal.progress) fmt::print(stderr, "\r\x1b[K");
      if (!outcome) return report(outcome.error(), exit_code::broken, terminal);
      ++count;
      failed += outcome->passed() ? 0 : 1;
      if (terminal.json) {
        outcomes.push_back(outcome_json(*outcome));
      } else {
        print(outcome_text(*outcome, screen));
      }
    }
  }
  if (terminal.json) {
    print(json::serialize(json::object{{"tests", std::move(outcomes)}, {"failed", failed}}) + "\n");
  } else {
    print(failed == 0
              ? plural(static_cast<std::int64_t>(count), "test", "tests") + " passed\n"
              : std::to_string(failed) + " of " +
                    plural(static_cast<std::int64_t>(count), "test", "tests") + " failed\n");
  }
  return failed == 0 ? exit_code::success : exit_code::refused;
}

}  // namespace kpid::cli
