// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

std::string with_subgroup(std::string text, const json::value& row) {
  const std::string subgroup = text_at(row, "/subgroup");
  return subgroup.empty() ? text : text + " (" + subgroup + ")";
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    widest = std::max(widest, display_width(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return widest;
}

// The table's rows, with the organisations headed by the member that is named.
std::string wide_table(const json::array& kpis, std::string_view heading, bool colour) {
  json::array rows;
  for (const json::value& kpi : kpis) {
    rows.push_back(json::object{{"kpi", with_subgroup(text_at(kpi, "/kpi"), kpi)},
                                {"organisation", text_at(kpi, heading)},
                                {"value", text_at(kpi, "/text")},
                                {"severity", text_at(kpi, "/severity")}});
  }
  return kpi_table_text(rows, colour);
}

bool is_true(const json::value& value) { return value.is_bool() && value.get_bool(); }

// Of which somebody has a figure, or at which a rule looks: there "no data" says something. The
// others are only named, so that they do not crowd these out.
struct Divided {
  json::array shown;
  std::vector<std::string> named;
};

Divided divide(const json::array& kpis) {
  std::map<std::string, bool> counts;
  for (const json::value& kpi : kpis) {
    bool& known = counts[with_subgroup(text_at(kpi, "/kpi"), kpi)];
    known = known || is_true(member(kpi, "/ruled")) || !text_at(kpi, "/text").empty();
  }
  Divided divided;
  for (const json::value& kpi : kpis) {
    if (counts[with_subgroup(text_at(kpi, "/kpi"), kpi)]) divided.shown.push_back(kpi);
  }
  for (const auto& [name, known] : counts) {
    if (!known) divided.named.push_back(name);
  }
  return divided;
}

// "No data and no rule: a, b and c." in lines of the screen's width.
std::string without_data(const std::vector<std::string>& names, std::size_t width) {
  constexpr std::size_t usual_width = 100;
  constexpr std::size_t most = 24;  // more of them would be the half of the screen
  if (names.empty()) return {};
  if (names.size() > most) {
    return "\nNo data and no rule: " + std::to_string(names.size()) +
           " KPIs of the catalogue; --json names them.\n";
  }
  std::string text = "No data and no rule:";
  std::size_t column = text.size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string word = names[i] + (i + 1 < names.size() ? "," : "");
    if (column + 1 + word.size() > (width == 0 ? usual_width : width)) {
      text += "\n ";
      column = 1;
    }
    text += " " + word;
    column += 1 + word.size();
  }
  return "\n" + text + "\n";
}

std::string incomplete(const json::array& kpis) {
  std::string text;
  for (const json::value& kpi : kpis) {
    const std::int64_t have = count_at(kpi, "/completeness/have");
    const std::int64_t of = count_at(kpi, "/completeness/of");
    if (text_at(kpi, "/organisation_kind") != "trust" || have == of) continue;
    text += with_subgroup(text_at(kpi, "/kpi"), kpi) + ": the trust's figure is from " +
            std::to_string(have) + " of " + plural(of, "school", "schools") + "\n";
  }
  return text.empty() ? text : "\n" + text;
}

std::string rows_text(const json::value& document) {
  const std::int64_t first = count_at(document, "/row_first");
  const std::int64_t last = count_at(document, "/row_last");
  if (first == 0) return {};
  if (last <= first) return ", row " + std::to_string(first);
  return ", rows " + std::to_string(first) + " to " + std::to_string(last);
}

std::string provenance(const json::value& value) {
  const json::array& inputs = list_at(value, "/inputs");
  for (const json::value& input : inputs) {
    const json::value& document = member(input, "/document");
    if (!document.is_object()) continue;
    std::string text =
        text_at(document, "/source") + ": " + text_at(document, "/origin") + rows_text(document);
    if (inputs.size() > 1) text += " and " + std::to_string(inputs.size() - 1) + " more";
    return text;
  }
  return {};
}

// "finance.reserves for 2025/26 was 300 …, is 400 since …".
std::string corrections(const json::value& value, const Screen& screen) {
  std::string text;
  for (const json::value& input : list_at(value, "/inputs")) {
    const json::array& revisions = list_at(input, "/revisions");
    if (revisions.size() < 2) continue;
    const std::string organisation = text_at(input, "/organisation");
    text += text_at(input, "/measure") + " of " + organisation + " for " +
            text_at(input, "/period/label") + ": ";
    for (std::size_t i = 0; i < revisions.size(); ++i) {
      text += (i == 0 ? "" : ", then ") + text_at(revisions[i], "/text") + " (known " +
              when(member(revisions[i], "/known_at"), screen) + ", run " +
              std::to_string(count_at(revisions[i], "/run")) + ")";
    }
    text += "\n";
  }
  return text;
}

std::string completeness(const json::value& value) {
  const std::int64_t have = count_at(value, "/completeness/have");
  const std::int64_t of = count_at(value, "/completeness/of");
  if (of <= 1) return {};
  return std::to_string(have) + " of " + plural(of, "school", "schools");
}

}  // namespace

std::string kpis_text(const json::value& kpis, const Screen& screen) {
  const json::array& all = list_at(kpis, "/kpis");
  if (all.empty()) return "No KPI has a value, and none is configured to have one.\n";
  const auto [list, named_only] = divide(all);
  const std::string below = incomplete(list) + without_data(named_only, screen.width);
  if (list.empty()) return below.substr(1);
  const std::string named = wide_table(list, "/organisation_name", false);
  if (screen.width == 0 || widest_line(named) <= screen.width) {
    return wide_table(list, "/organisation_name", screen.colour) + below;
  }
  // Too wide with the names: the codes head the columns, and the names stand below.
  std::map<std::string, std::string> names;
  std::vector<Row> legend;
  for (const json::value& kpi : list) {
    names[text_at(kpi, "/organisation")] = text_at(kpi, "/organisation_name");
  }
  std::string text = wide_table(list, "/organisation", screen.colour) + "\n";
  for (const auto& [code, name] : names) legend.push_back({{code}, {name}});
  return text + table_text(legend, false) + below;
}

std::string kpi_text(const json::value& kpi, const Screen& screen) {
  const json::value& organisation = member(kpi, "/organisation");
  std::string text = text_at(organisation, "/name") + ": " +
                     with_subgroup(text_at(kpi, "/kpi/title"), kpi) + " (" +
                     text_at(kpi, "/kpi/id");
  const std::string plan = text_at(kpi, "/kpi/plan");
  if (!plan.empty()) text += ", plan " + plan;
  text += ")";
  if (member(kpi, "/as_of").is_string()) {
    text += ", as it was known on " + when(member(kpi, "/as_of"), screen);
  }
  text += "\n";
  const json::array& values = list_at(kpi, "/values");
  if (values.empty()) {
    return text + (member(kpi, "/as_of").is_string() ? "No data: no figure was known then.\n"
                                                     : "No data: no source has given a figure.\n");
  }
  std::vector<Row> table{
      {{"PERIOD"}, {"VALUE"}, {"PARTS"}, {"SCHOOLS"}, {"KNOWN SINCE"}, {"FROM"}}};
  std::string corrected;
  for (const json::value& value : values) {
    const json::value& mark = member(value, "/corrected");
    const bool was_corrected = mark.is_bool() && mark.get_bool();
    table.push_back({{text_at(value, "/period/label")},
                     {text_at(value, "/text") + (was_corrected ? " *" : "")},
                     {text_at(value, "/parts")},
                     {completeness(value)},
                     {when(member(value, "/known_at"), screen)},
                     {provenance(value)}});
    corrected += corrections(value, screen);
  }
  text += full_columns(std::move(table), screen.colour);
  const std::int64_t left_out = count_at(kpi, "/left_out");
  if (left_out > 0) text += plural(left_out, "earlier period", "earlier periods") + " left out\n";
  return corrected.empty() ? text : text + "\n* corrected after it was first known:\n" + corrected;
}

}  // namespace kpid::cli
