// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <cctype>
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string operator_words(std::string_view sign) {
  if (sign == "<") return "below";
  if (sign == "<=") return "at or below";
  if (sign == ">") return "above";
  return sign == ">=" ? "at or above" : std::string(sign);
}

std::string threshold_words(const json::value& threshold) {
  return operator_words(text_at(threshold, "/operator")) + " " + text_at(threshold, "/text");
}

std::string headline(const json::value& alert, const Screen& screen) {
  const std::string state = text_at(alert, "/state");
  const std::string severity = text_at(alert, "/severity");
  const std::string subgroup = text_at(alert, "/subgroup");
  std::string text = (severity == "none" ? upper(state) : upper(severity)) + "  " +
                     text_at(alert, "/organisation_name") + ": " + text_at(alert, "/title");
  if (!subgroup.empty()) text += " (" + subgroup + ")";
  const Paint paint = state == "resolved" ? Paint::green : paint_of_severity(severity);
  text = painted(text, paint, screen) + "\n" + text_at(alert, "/id") + ", " + state;
  const std::string by = text_at(alert, "/acknowledged_by");
  const std::string note = text_at(alert, "/note");
  if (!by.empty()) text += ", noted by " + by + (note.empty() ? "" : " (\"" + note + "\")");
  if (state == "resolved") {
    const std::string how = text_at(alert, "/resolution");
    text += how == "corrected"      ? ", for the source corrected its figure"
            : how == "rule_removed" ? ", for its rule was removed"
                                    : ", for the figure recovered";
  }
  return text + "\n";
}

std::string rule_words(const json::value& story) {
  const json::value& rule = member(story, "/rule");
  if (!rule.is_object()) {
    return "Its rule, \"" + text_at(story, "/alert/rule") + "\", is no longer in the config.\n";
  }
  const std::string compare = text_at(rule, "/compare");
  std::string text = "The rule \"" + text_at(rule, "/name") + "\"";
  const std::string owner = text_at(rule, "/owner");
  if (!owner.empty()) text += ", owned by " + owner + ",";
  text += " looks at ";
  text += compare == "target"          ? "the difference to the target"
          : compare == "period_before" ? "the change since the period before"
          : compare == "year_before"   ? "the change since a year before"
                                       : "the figure itself";
  const bool amber = member(rule, "/amber").is_object();
  const bool red = member(rule, "/red").is_object();
  if (amber) text += ": amber " + threshold_words(member(rule, "/amber"));
  if (red) text += std::string(amber ? "," : ":") + " red " + threshold_words(member(rule, "/red"));
  const std::int64_t periods = count_at(rule, "/for_periods");
  if (periods > 1) text += ", " + std::to_string(periods) + " periods in a row";
  return text + ".\n";
}

std::string judged_words(const json::value& story, const Screen& screen) {
  const json::value& judged = member(story, "/judged");
  if (!judged.is_object()) return {};
  std::string text = "Last judged on " + when(member(story, "/alert/changed_at"), screen) + ": " +
                     text_at(judged, "/text") + " for " + text_at(judged, "/period/label");
  const json::value& breached = member(judged, "/breached");
  if (breached.is_bool() && breached.get_bool()) {
    text += ", " + threshold_words(member(judged, "/threshold"));
  }
  if (member(judged, "/reference").is_object()) {
    text += ", against " + text_at(judged, "/reference/text") + " for " +
            text_at(judged, "/reference/period/label");
  }
  const std::int64_t have = count_at(judged, "/completeness/have");
  const std::int64_t of = count_at(judged, "/completeness/of");
  if (have != of) {
    text += ", from " + std::to_string(have) + " of " + plural(of, "school", "schools");
  }
  text += ".\n";
  const json::value& now = member(story, "/value_now");
  if (now.is_object() && member(now, "/value") != member(judged, "/value")) {
    text += "The source has since corrected the figure: it is " + text_at(now, "/text") +
            ", known since " + when(member(now, "/known_at"), screen) + ".\n";
  }
  return text;
}

std::string history_words(const json::value& story, const Screen& screen) {
  std::vector<Row> table;
  const json::value& alert = member(story, "/alert");
  table.push_back({{"  " + when(member(alert, "/opened_at"), screen)}, {"opened"}});
  for (const json::value& event : list_at(story, "/history")) {
    std::string type = text_at(event, "/type");
    type.erase(0, type.find_last_of('.') + 1);
    const std::string severity = text_at(event, "/severity");
    if (type == "changed") type += " to " + severity;
    if (type == "firing") type += ", " + severity;
    table.push_back({{"  " + when(member(event, "/at"), screen)},
                     {type, paint_of_severity(type == "resolved" ? "none" : severity)}});
  }
  return "\nWhat happened\n" + table_text(table, screen.colour);
}

std::string measurement_words(const json::value& row, const Screen& screen) {
  std::string text = "  " + text_at(row, "/measure") + " of " + text_at(row, "/organisation") +
                     ": " + text_at(row, "/text") + " for " + text_at(row, "/period/label") +
                     ", revision " + std::to_string(count_at(row, "/revision")) + ", known since " +
                     when(member(row, "/known_at"), screen) + ", run " +
                     std::to_string(count_at(row, "/run")) + "\n";
  const json::array& revisions = list_at(row, "/revisions");
  for (std::size_t i = 0; i + 1 < revisions.size(); ++i) {
    text += "    before: " + text_at(revisions[i], "/text") + ", known since " +
            when(member(revisions[i], "/known_at"), screen) + "\n";
  }
  const json::value& document = member(row, "/document");
  if (!document.is_object()) return text;
  const std::int64_t first = count_at(document, "/row_first");
  const std::int64_t last = count_at(document, "/row_last");
  text += "    " + text_at(document, "/source") + ": " + text_at(document, "/origin");
  if (first > 0) text += last > first ? ", rows " : ", row ";
  if (first > 0) text += std::to_string(first);
  if (first > 0 && last > first) text += " to " + std::to_string(last);
  text += ", fetched " + when(member(document, "/fetched_at"), screen) + "\n    sha256 " +
          text_at(document, "/sha256") + "\n";
  return text;
}

std::string delivery_state(const json::value& delivery, const Screen& screen) {
  const std::string state = text_at(delivery, "/state");
  const std::string error = text_at(delivery, "/last_error");
  const std::int64_t attempts = count_at(delivery, "/attempts");
  if (state == "delivered") {
    std::string text = "told " + when(member(delivery, "/finished_at"), screen);
    const std::int64_t status = count_at(delivery, "/last_status");
    if (status > 0) text += " (HTTP " + std::to_string(status) + ")";
    return attempts > 1 ? text + " at attempt " + std::to_string(attempts) : text;
  }
  if (state == "dead") return "NOT told, given up: " + error;
  std::string text = "not told yet";
  if (!error.empty()) text += " (" + error + ")";
  return text + ", next attempt " + when(member(delivery, "/next_attempt_at"), screen);
}

Paint paint_of_delivery(const json::value& delivery) {
  const std::string state = text_at(delivery, "/state");
  if (state == "delivered") return Paint::green;
  return state == "dead" ? Paint::red : Paint::amber;
}

std::string told_words(const json::value& story, const Screen& screen) {
  const json::array& told = list_at(story, "/told");
  if (told.empty()) return "\nWho was told\n  nobody\n";
  std::vector<Row> table;
  for (const json::value& delivery : told) {
    std::string type = text_at(delivery, "/type");
    type.erase(0, type.find_last_of('.') + 1);
    table.push_back({{"  " + text_at(delivery, "/destination")},
                     {type},
                     {delivery_state(delivery, screen), paint_of_delivery(delivery)}});
  }
  return "\nWho was told\n" + table_text(table, screen.colour);
}

}  // namespace

std::string alerts_text(const json::value& alerts, const Screen& screen) {
  const json::array& list = list_at(alerts, "/alerts");
  const bool past = member(alerts, "/as_of").is_string();
  if (list.empty()) return past ? "No alert was open then.\n" : "No alert is open.\n";
  std::vector<Row> table{
      {{"ALERT"}, {"SEVERITY"}, {"STATE"}, {"ORGANISATION"}, {"KPI"}, {"VALUE"}, {"PERIOD"}}};
  for (const json::value& alert : list) {
    const std::string severity = text_at(alert, "/severity");
    const std::string subgroup = text_at(alert, "/subgroup");
    const bool over = text_at(alert, "/state") == "resolved";
    table.push_back(
        {{text_at(alert, "/id")},
         {severity == "none" ? "" : severity, over ? Paint::none : paint_of_severity(severity)},
         {text_at(alert, "/state")},
         {text_at(alert, "/organisation_name")},
         {text_at(alert, "/title") + (subgroup.empty() ? "" : " (" + subgroup + ")")},
         {text_at(alert, "/text")},
         {text_at(alert, "/period/label")}});
  }
  return table_text(table, screen.colour);
}

std::string story_text(const json::value& story, const Screen& screen) {
  std::string text = headline(member(story, "/alert"), screen) + "\n";
  const std::string explanation = text_at(story, "/explanation");
  if (!explanation.empty()) text += explanation + "\n";
  text += rule_words(story) + judged_words(story, screen);
  const std::string runbook = text_at(story, "/rule/runbook");
  if (!runbook.empty()) text += "What to do: " + runbook + "\n";
  text += history_words(story, screen);
  const json::array& measurements = list_at(story, "/measurements");
  if (!measurements.empty()) {
    text += "\nWhat it rests on\n";
    for (const json::value& row : measurements) text += measurement_words(row, screen);
  }
  return text + told_words(story, screen);
}

std::string deliveries_text(const json::value& deliveries, const Screen& screen) {
  const json::array& list = list_at(deliveries, "/deliveries");
  if (list.empty()) return "There is none.\n";
  std::vector<Row> table{{{"ID"}, {"CREATED"}, {"EVENT"}, {"DESTINATION"}, {"SUBJECT"}, {"STATE"}}};
  for (const json::value& delivery : list) {
    table.push_back({{std::to_string(count_at(delivery, "/id"))},
                     {when(member(delivery, "/created_at"), screen)},
                     {text_at(delivery, "/type")},
                     {text_at(delivery, "/destination")},
                     {text_at(delivery, "/subject")},
                     {delivery_state(delivery, screen), paint_of_delivery(delivery)}});
  }
  return table_text(table, screen.colour);
}

}  // namespace kpid::cli
