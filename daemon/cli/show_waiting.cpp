// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

std::string waiting_text(const json::value& waiting, const Screen& screen) {
  const json::array& list = list_at(waiting, "/waiting");
  if (list.empty()) return "Nothing waits.\n";
  std::vector<Row> table{{{"DESTINATION"}, {"UNTIL"}, {"WHY"}, {"EVENT"}, {"SUBJECT"}, {"SINCE"}}};
  for (const json::value& one : list) {
    table.push_back({{text_at(one, "/destination")},
                     {text_at(one, "/until")},
                     {text_at(one, "/why")},
                     {text_at(one, "/type"), paint_of_severity(text_at(one, "/severity"))},
                     {text_at(one, "/subject")},
                     {when(member(one, "/since"), screen)}});
  }
  return table_text(table, screen.colour);
}

std::string waits_words(const json::value& event) {
  std::string text;
  for (const json::value& one : list_at(event, "/waiting")) {
    text += (text.empty() ? "waits for " : "; for ") + text_at(one, "/destination") + " until " +
            text_at(one, "/until") + ", " + text_at(one, "/why");
  }
  return text;
}

}  // namespace kpid::cli
