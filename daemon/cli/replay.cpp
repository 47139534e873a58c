// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <fmt/core.h>
#include <unistd.h>

#include "cli/audit.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours long_wait{1};

std::string target_of(const ReplayCommand& command, bool dry_run) {
  if (!command.id.empty()) return "/api/v1/deliveries/" + percent_encoded(command.id) + "/replay";
  std::string target = "/api/v1/deliveries/replay?since=" + percent_encoded(command.since);
  const auto add = [&target](std::string_view key, const std::string& value) {
    if (!value.empty()) target += "&" + std::string(key) + "=" + percent_encoded(value);
  };
  add("until", command.until);
  add("destination", command.destination);
  add("missed_by", command.missed_by);
  if (command.all) target += "&all=1";
  if (dry_run) target += "&dry_run=1";
  return target;
}

// "2 alerts are over by now" and the like, of what was not sent.
void add_rest(std::string& text, const json::value& one) {
  const auto add = [&](std::string_view key, std::string_view single, std::string_view many) {
    const std::int64_t count = count_at(one, "/" + std::string(key));
    if (count > 0) text += "; " + plural(count, single, many);
  };
  add("under_way", "is still under way and is tried again by itself",
      "are still under way and are tried again by themselves");
  add("waiting", "waits for its hours or its digest", "wait for its hours or its digest");
  add("over", "is over by now, and it never heard that it began",
      "are over by now, and it never heard that they began");
  add("newer", "is out of date by now", "are out of date by now");
  add("silenced", "is silenced", "are silenced");
  add("tests", "was a test, which is not repeated", "were tests, which are not repeated");
  if (member(one, "/switched_off") == json::value(true)) {
    text += "; it is switched off, so they wait until `kpictl destination enable` switches it on";
  }
  if (member(one, "/in_config") == json::value(false)) {
    text += "; it is no longer in the config, so they will be given up";
  }
}

std::string sent_text(const json::value& sent, const Screen& screen, bool missed) {
  const bool dry_run = member(sent, "/dry_run") == json::value(true);
  const json::array& destinations = list_at(sent, "/destinations");
  std::string text;
  for (const json::value& one : destinations) {
    const std::int64_t count = count_at(one, "/replayed");
    text += text_at(one, "/destination") + ": ";
    if (missed && count == 0) {
      text += "it has missed nothing that it need be told";
    } else if (missed) {
      text += plural(count, "event that it missed", "events that it missed") +
              (dry_run      ? " would go out"
               : count == 1 ? " goes out"
                            : " go out") +
              ", under the ids of then";
    } else {
      text += plural(count, "delivery ", "deliveries ") +
              (dry_run      ? "would go out again"
               : count == 1 ? "goes out again"
                            : "go out again") +
              ", under the same id" + (count == 1 ? "" : "s");
    }
    add_rest(text, one);
    text += "\n";
  }
  if (destinations.empty()) text = "nothing was given up in that time\n";
  if (!dry_run || list_at(sent, "/shown").empty()) return text;
  std::vector<Row> table{{{"AT"}, {"EVENT"}, {"DESTINATION"}, {"WHAT"}}};
  for (const json::value& one : list_at(sent, "/shown")) {
    table.push_back({{when(member(one, "/at"), screen)},
                     {text_at(one, "/type")},
                     {text_at(one, "/destination")},
                     {text_at(one, "/sentence")}});
  }
  text += "\n" + table_text(table, screen.colour);
  const std::int64_t more =
      count_at(sent, "/replayed") - static_cast<std::int64_t>(list_at(sent, "/shown").size());
  if (more > 0) text += "and " + plural(more, "more", "more") + "\n";
  return text;
}

// What was delivered is sent a second time only where somebody says so.
bool agreed(const std::filesystem::path& socket, const ReplayCommand& command, int& code,
            const Terminal& terminal) {
  if (command.yes || command.dry_run || !command.all || !command.missed_by.empty() ||
      !command.id.empty()) {
    return true;
  }
  if (::isatty(STDIN_FILENO) == 0) {
    code = report({ErrorKind::config,
                   "--all sends again what has arrived, too: look with --dry-run, then say --yes",
                   {}},
                  exit_code::usage, terminal);
    return false;
  }
  Question question;
  question.post = true;
  question.target = target_of(command, true);
  question.limit = long_wait;
  auto reply = ask(socket, question);
  if (!reply || !reply->ok()) return true;  // the question itself will say what is wrong
  fmt::print(stderr, "{} Send {} again, what has arrived too? [y/N] ",
             sent_text(reply->body, {false, reply->timezone, terminal.width}, false),
             plural(count_at(reply->body, "/replayed"), "delivery", "deliveries"));
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return true;
  code = report({ErrorKind::config, "nothing was sent", {}}, exit_code::refused, terminal);
  return false;
}

}  // namespace

int run_replay(const std::filesystem::path& socket, const ReplayCommand& command,
               const Terminal& terminal) {
  int code = exit_code::success;
  if (!agreed(socket, command, code, terminal)) return code;
  Command question;
  question.question.post = true;
  question.question.target = target_of(command, command.dry_run);
  question.question.limit = long_wait;
  question.waiting_for = "going through the record";
  const bool missed = !command.missed_by.empty();
  if (command.id.empty()) {
    question.show = [missed](const json::value& answer, const Screen& screen) {
      return sent_text(answer, screen, missed);
    };
  } else {
    question.show = [](const json::value&, const Screen&) {
      return std::string("1 delivery goes out again, under the same id\n");
    };
  }
  return run_command(socket, question, terminal);
}

}  // namespace kpid::cli
