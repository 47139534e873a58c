// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

// "removed by A. Jones", "live", "coming", "over"
std::string state_words(const json::value& silence) {
  const std::string state = text_at(silence, "/state");
  return state == "removed" ? "removed by " + text_at(silence, "/removed_by") : state;
}

std::string ends(const json::value& silence) {
  return text_at(silence, "/state") == "removed" ? "/removed_at" : "/until";
}

}  // namespace

std::string silences_text(const json::value& silences, const Screen& screen) {
  const json::array& list = list_at(silences, "/silences");
  if (list.empty()) return "Nothing is silenced.\n";
  std::vector<Row> table{{{"ID"}, {"STATE"}, {"FROM"}, {"UNTIL"}, {"WHAT"}, {"BY"}, {"WHY"}}};
  for (const json::value& silence : list) {
    const bool live = text_at(silence, "/state") == "live";
    table.push_back({{std::to_string(count_at(silence, "/id"))},
                     {state_words(silence), live ? Paint::amber : Paint::none},
                     {when(member(silence, "/from"), screen)},
                     {when(member(silence, ends(silence)), screen)},
                     {text_at(silence, "/what")},
                     {text_at(silence, "/by")},
                     {text_at(silence, "/why")}});
  }
  return table_text(table, screen.colour);
}

std::string silence_text(const json::value& silence, const Screen& screen) {
  const std::string id = std::to_string(count_at(silence, "/id"));
  if (text_at(silence, "/state") == "removed") {
    return "the silence " + id + " is removed; what it held back and still holds is told now\n";
  }
  return "silence " + id + ": " + text_at(silence, "/what") + ", from " +
         when(member(silence, "/from"), screen) + " until " +
         when(member(silence, "/until"), screen) + "\n";
}

std::string held_words(const json::value& event, const Screen& screen) {
  const json::value& held = member(event, "/held");
  if (!held.is_object()) return {};
  std::string text = "held back by the silence " + std::to_string(count_at(held, "/silence/id")) +
                     " of " + text_at(held, "/silence/by") + " (\"" +
                     text_at(held, "/silence/why") + "\")";
  const json::value& settled = member(held, "/settled_at");
  if (!settled.is_string()) return text + " until " + when(member(held, "/silence/until"), screen);
  const json::value& told = member(held, "/told");
  if (told.is_bool() && told.get_bool()) return text + ", told " + when(settled, screen);
  return text + ", and never told";
}

}  // namespace kpid::cli
