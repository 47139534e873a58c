// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "cli/audit.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

std::string came_to(const json::value& told, const Screen& screen) {
  const std::string state = text_at(told, "/state");
  const std::string error = text_at(told, "/error");
  const std::int64_t status = count_at(told, "/status");
  std::string text;
  if (state == "delivered") {
    text = "accepted" + (status == 0 ? std::string() : ": " + std::to_string(status)) + " in " +
           std::to_string(count_at(told, "/latency_ms")) + " ms";
  } else if (state == "off") {
    text = "switched off: " + error;
  } else if (state == "untried") {
    text = "not tried yet; `kpictl deliveries` shows what becomes of it";
  } else {
    text = "NOT accepted: " + error;
    if (state == "pending")
      text += "; tried again " + when(member(told, "/next_attempt_at"), screen);
  }
  const std::string wait = text_at(told, "/would_wait_for");
  if (!wait.empty()) {
    text += "; a real one would wait until " + when(member(told, "/would_wait_until"), screen) +
            " (" + wait + ")";
  }
  return text;
}

}  // namespace

std::string drill_text(const json::value& drill, const Screen& screen) {
  std::string text = text_at(drill, "/type");
  const std::string severity = text_at(drill, "/severity");
  if (severity != "none") text += ", " + severity;
  const std::string rule = text_at(drill, "/rule");
  if (!rule.empty()) text += ", rule " + rule + ", " + text_at(drill, "/organisation_name");
  text += "\n" + wrapped(text_at(drill, "/sentence"), 2, screen);
  const json::value& silence = member(drill, "/silence");
  if (silence.is_object()) {
    text += "\nIt ends here: the silence " + std::to_string(count_at(silence, "/id")) + " of " +
            text_at(silence, "/by") + " (" + text_at(silence, "/what") + ": \"" +
            text_at(silence, "/why") + "\") holds it back until " +
            when(member(silence, "/until"), screen) + ". Nobody was told.\n";
  } else if (list_at(drill, "/told").empty()) {
    text += "\nNo destination would be told.\n";
  } else {
    std::vector<Row> table{{{"DESTINATION"}, {"FORMAT"}, {"CAME TO"}}};
    for (const json::value& told : list_at(drill, "/told")) {
      const bool well = text_at(told, "/state") == "delivered";
      table.push_back({{text_at(told, "/destination")},
                       {text_at(told, "/format")},
                       {came_to(told, screen), well ? Paint::green : Paint::red}});
    }
    text += "\n" + table_text(table, screen.colour);
  }
  if (list_at(drill, "/not_told").empty()) return text;
  std::vector<Row> table{{{"NOT TOLD"}, {"FORMAT"}, {"WHY"}}};
  for (const json::value& one : list_at(drill, "/not_told")) {
    table.push_back(
        {{text_at(one, "/destination")}, {text_at(one, "/format")}, {text_at(one, "/why")}});
  }
  return text + "\n" + table_text(table, screen.colour);
}

int run_drill(const std::filesystem::path& socket, const DrillCommand& drill,
              const Terminal& terminal) {
  json::object body;
  const auto add = [&body](const char* key, const std::string& value) {
    if (!value.empty()) body[key] = value;
  };
  add("rule", drill.rule);
  add("organisation", drill.organisation);
  add("event", drill.event);
  add("severity", drill.severity);
  Command command;
  command.question.post = true;
  command.question.target = "/api/v1/drill";
  command.question.body = json::serialize(body);
  command.question.limit = std::chrono::hours{1};
  command.waiting_for = "sending a test through the whole route";
  command.show = drill_text;
  command.went_well = [](const json::value& answer) {
    return member(answer, "/accepted") == json::value(true);
  };
  return run_command(socket, command, terminal);
}

}  // namespace kpid::cli
