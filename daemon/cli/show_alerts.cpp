// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

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

std::string delivered_to(const json::value& delivery) {
  const std::string instead_of = text_at(delivery, "/instead_of");
  const std::string destination = text_at(delivery, "/destination");
  return instead_of.empty() ? destination : destination + " instead of " + instead_of;
}

Paint paint_of_delivery(const json::value& delivery) {
  const std::string state = text_at(delivery, "/state");
  if (state == "delivered") return Paint::green;
  return state == "dead" ? Paint::red : Paint::amber;
}

std::string alerts_text(const json::value& alerts, const Screen& screen) {
  const json::array& list = list_at(alerts, "/alerts");
  const bool past = member(alerts, "/as_of").is_string();
  if (list.empty()) return past ? "No alert was open then.\n" : "No alert is open.\n";
  std::vector<Row> table{
      {{"ALERT"}, {"SEVERITY"}, {"STATE"}, {"ORGANISATION"}, {"KPI"}, {"VALUE"}, {"PERIOD"}}};
  for (const json::value& alert : list) {
    const std::string severity = text_at(alert, "/severity");
    const std::string subgroup = text_at(alert, "/subgroup_text");
    const bool over = text_at(alert, "/state") == "resolved";
    table.push_back(
        {{text_at(alert, "/id")},
         {severity == "none" ? "" : severity, over ? Paint::none : paint_of_severity(severity)},
         {text_at(alert, "/state") + (member(alert, "/silence").is_object() ? ", silenced" : "")},
         {text_at(alert, "/organisation_name")},
         {text_at(alert, "/title") + (subgroup.empty() ? "" : " (" + subgroup + ")")},
         {text_at(alert, "/text")},
         {text_at(alert, "/period/label")}});
  }
  return table_text(table, screen.colour);
}

std::string deliveries_text(const json::value& deliveries, const Screen& screen) {
  const json::array& list = list_at(deliveries, "/deliveries");
  if (list.empty()) return "There is none.\n";
  std::vector<Row> table{{{"ID"}, {"CREATED"}, {"EVENT"}, {"DESTINATION"}, {"SUBJECT"}, {"STATE"}}};
  for (const json::value& delivery : list) {
    table.push_back({{std::to_string(count_at(delivery, "/id"))},
                     {when(member(delivery, "/created_at"), screen)},
                     {text_at(delivery, "/type")},
                     {delivered_to(delivery)},
                     {text_at(delivery, "/subject")},
                     {delivery_state(delivery, screen), paint_of_delivery(delivery)}});
  }
  return table_text(table, screen.colour);
}

}  // namespace kpid::cli
