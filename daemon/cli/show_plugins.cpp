// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

// "12 bytes", "3.4 kB", "1.2 MB": to tell an empty file from a whole one.
std::string size_text(std::int64_t bytes) {
  constexpr std::int64_t kilo = 1000;
  if (bytes < kilo) return plural(bytes, "byte", "bytes");
  const bool mega = bytes >= kilo * kilo;
  const std::int64_t tenths = bytes * 10 / (mega ? kilo * kilo : kilo);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (mega ? " MB" : " kB");
}

std::string documents_text(const json::array& documents, const Screen& screen) {
  std::vector<Row> table{{{"DOCUMENT"}, {"SIZE"}, {"LAST CHANGED"}}};
  for (const json::value& document : documents) {
    const json::value& changed = member(document, "/modified_at");
    table.push_back({{text_at(document, "/origin")},
                     {size_text(count_at(document, "/size"))},
                     {changed.is_string() ? when(changed, screen) : std::string("not known")}});
  }
  return table_text(table, screen.colour) + "\n";
}

std::string schools_text(const json::value& report, const Screen& screen) {
  std::string text;
  std::vector<Row> table{{{"SCHOOL"}, {"NAME"}, {"FIGURES"}}};
  for (const json::value& school : list_at(report, "/schools")) {
    table.push_back({{text_at(school, "/code")},
                     {text_at(school, "/name")},
                     {std::to_string(count_at(school, "/figures"))}});
  }
  for (const json::value& school : list_at(report, "/schools_without")) {
    table.push_back(
        {{text_at(school, "/code")}, {text_at(school, "/name")}, {"none", Paint::amber}});
  }
  if (table.size() > 1) text += table_text(table, screen.colour) + "\n";
  const json::array& unknown = list_at(report, "/unknown");
  if (unknown.empty()) return text;
  text += painted("Not in the config, and left out: ", Paint::amber, screen);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    text += (i == 0 ? "" : ", ") + text_at(unknown[i], "/code");
  }
  const std::int64_t more =
      count_at(report, "/unknown_total") - static_cast<std::int64_t>(unknown.size());
  if (more > 0) text += " and " + std::to_string(more) + " more";
  return text + "\n\n";
}

std::string first_values_text(const json::array& values, const Screen& screen) {
  if (values.empty()) return {};
  std::vector<Row> table{{{"FIRST FIGURES"}, {"ORGANISATION"}, {"VALUE"}, {"PERIOD"}, {"ROW"}}};
  for (const json::value& value : values) {
    const std::int64_t row = count_at(value, "/row");
    table.push_back({{text_at(value, "/title")},
                     {text_at(value, "/organisation")},
                     {text_at(value, "/text")},
                     {text_at(value, "/period")},
                     {row == 0 ? std::string() : std::to_string(row)}});
  }
  return full_columns(std::move(table), screen.colour) + "\n";
}

std::string notes_text(const json::array& notes) {
  std::string text;
  for (const json::value& note : notes) {
    const std::string place = text_at(note, "/place");
    text += "  " + text_at(note, "/level") + ": " + (place.empty() ? "" : place + ": ") +
            text_at(note, "/sentence") + "\n";
  }
  return text;
}

std::string verdict(const json::value& report, const Screen& screen) {
  const std::string source = text_at(report, "/source");
  if (member(report, "/error").is_object()) {
    const std::string place = text_at(report, "/error/place");
    return painted(source + " cannot be pulled: ", Paint::red, screen) +
           text_at(report, "/error/sentence") + (place.empty() ? "" : " (" + place + ")") + "\n";
  }
  if (list_at(report, "/schools").empty()) {
    return painted(source + " gives no figure of any organisation in the config.", Paint::red,
                   screen) +
           "\n";
  }
  return painted(source + " can be pulled.", Paint::green, screen) + "\n";
}

}  // namespace

std::string plugins_text(const json::value& plugins, const Screen& screen) {
  const json::array& list = list_at(plugins, "/plugins");
  if (list.empty()) return "No plugin was found.\n";
  std::vector<Row> table{{{"PLUGIN"}, {"VERSION"}, {"TITLE"}, {"STATE"}, {"FILE"}}};
  for (const json::value& plugin : list) {
    const std::string refused = text_at(plugin, "/refused");
    const json::value& held = member(plugin, "/quarantined");
    Cell state{"ready", Paint::green};
    if (held.is_bool() && held.get_bool()) state = {"quarantined", Paint::red};
    if (!refused.empty()) state = {"refused: " + refused, Paint::red};
    table.push_back({{text_at(plugin, "/id")},
                     {text_at(plugin, "/version")},
                     {text_at(plugin, "/title")},
                     state,
                     {text_at(plugin, "/file")}});
  }
  return table_text(table, screen.colour);
}

std::string check_text(const json::value& report, const Screen& screen) {
  std::string text;
  if (const auto& documents = list_at(report, "/documents"); !documents.empty()) {
    text += documents_text(documents, screen);
  }
  text += schools_text(report, screen);
  std::vector<Row> measures{{{"MEASURE"}, {"TITLE"}, {"FIGURES"}}};
  for (const json::value& measure : list_at(report, "/measures")) {
    measures.push_back({{text_at(measure, "/id")},
                        {text_at(measure, "/title")},
                        {std::to_string(count_at(measure, "/figures"))}});
  }
  if (measures.size() > 1) text += table_text(measures, screen.colour) + "\n";
  text += first_values_text(list_at(report, "/first_values"), screen);
  if (const std::string notes = notes_text(list_at(report, "/notes")); !notes.empty()) {
    text += "Notes\n" + notes + "\n";
  }
  text += plural(count_at(report, "/rows_read"), "row", "rows") + " read, " +
          plural(count_at(report, "/figures"), "figure", "figures");
  if (member(report, "/period").is_object()) {
    const auto day = [&](const char* which) {
      const auto date = parse_date(text_at(report, which));
      return date ? format_date_for_people(*date) : std::string();
    };
    text += ", from " + day("/period/start") + " to " + day("/period/end");
  }
  return text + "; nothing was stored.\n" + verdict(report, screen);
}

std::string manifest_text(const json::value& manifest, const Screen& screen) {
  std::string text = text_at(manifest, "/id") + " " + text_at(manifest, "/version") + ": " +
                     text_at(manifest, "/title") + "\nLicence " + text_at(manifest, "/licence") +
                     "; interface " + text_at(manifest, "/interface") + "\n";
  const auto listed = [&](const char* pointer, const char* what) {
    const json::array& list = list_at(manifest, pointer);
    for (std::size_t i = 0; i < list.size(); ++i) {
      text += (i == 0 ? what : ", ") + text_at(list[i], "");
    }
    if (!list.empty()) text += "\n";
  };
  listed("/requires", "Requires: ");
  listed("/optional", "Can use: ");
  listed("/allowed_hosts", "Fetches from: ");
  std::vector<Row> settings{{{"SETTING"}, {"KIND"}, {"DEFAULT"}, {"WHAT IT IS"}}};
  for (const json::value& setting : list_at(manifest, "/settings")) {
    settings.push_back({{text_at(setting, "/name")},
                        {text_at(setting, "/kind")},
                        {text_at(setting, "/default")},
                        {text_at(setting, "/description")}});
  }
  if (settings.size() > 1) text += "\n" + full_columns(std::move(settings), screen.colour);
  std::vector<Row> measures{{{"MEASURE"}, {"UNIT"}, {"CALENDAR"}, {"BY"}, {"TITLE"}}};
  for (const json::value& measure : list_at(manifest, "/measures")) {
    measures.push_back({{text_at(measure, "/id")},
                        {text_at(measure, "/unit")},
                        {text_at(measure, "/calendar")},
                        {text_at(measure, "/by")},
                        {text_at(measure, "/title")}});
  }
  if (measures.size() > 1) text += "\n" + full_columns(std::move(measures), screen.colour);
  return text;
}

}  // namespace kpid::cli
