// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

std::string headline(const json::value& backtest, const Screen& screen) {
  const std::string rule = text_at(backtest, "/rule");
  std::string text = rule.empty() ? "The rules of today's config"
                                  : "The rule \"" + rule + "\" as the config has it today";
  text += ", from " + text_at(backtest, "/from") + " to " + text_at(backtest, "/to") +
          ", on what was known at the time (";
  const std::int64_t figures = count_at(backtest, "/figures");
  text += figures == 0 ? (rule.empty() ? "no figure that they look at was known by then)"
                                       : "no figure that it looks at was known by then)")
                       : plural(figures, "figure", "figures") + ", the first of " +
                             text_at(backtest, "/known_from") + ")";
  return wrapped(text, 0, screen);
}

// What [retention] has let go of cannot be replayed.
std::string retention_words(const json::value& backtest, const Screen& screen) {
  const std::string superseded = text_at(backtest, "/superseded_kept");
  const std::string daily = text_at(backtest, "/daily_kept");
  std::string text;
  if (!superseded.empty()) {
    text += wrapped("Figures that were corrected more than " + superseded +
                        " ago are replayed as corrected: their first values are not kept.",
                    0, screen);
  }
  if (!daily.empty()) {
    text += wrapped("Daily figures of more than " + daily +
                        " ago are replayed week by week: the others are not kept.",
                    0, screen);
  }
  return text;
}

std::string open_words(const json::value& backtest, const Screen& screen) {
  const json::array& open = list_at(backtest, "/open_at_from");
  if (open.empty()) return {};
  std::string text = "\nOpen already on " + text_at(backtest, "/from") + "\n";
  for (const json::value& one : open) {
    const std::string severity = text_at(one, "/severity");
    text += "  " +
            painted(severity + ", since " + when(member(one, "/fired_at"), screen),
                    paint_of_severity(severity), screen) +
            "  " + text_at(one, "/rule") + "\n";
    text += wrapped(text_at(one, "/sentence"), 4, screen);
  }
  return text;
}

std::string event_words(const json::value& event, const Screen& screen) {
  std::string type = text_at(event, "/type");
  type.erase(0, type.find_last_of('.') + 1);
  const std::string severity = text_at(event, "/severity");
  const bool over = type == "resolved";
  const std::string how = over ? type : type + ", " + severity;
  std::string text = "\n" + when(member(event, "/at"), screen) + "  " +
                     painted(how, over ? Paint::green : paint_of_severity(severity), screen) +
                     "  " + text_at(event, "/rule");
  const std::string subgroup = text_at(event, "/subgroup");
  if (!subgroup.empty()) text += " (" + subgroup + ")";
  text += "\n" + wrapped(text_at(event, "/sentence"), 2, screen);
  std::string to;
  for (const json::value& one : list_at(event, "/to")) {
    to += (to.empty() ? "" : ", ") + printable(std::string_view(one.get_string()));
  }
  return text + wrapped(to.empty() ? "to nobody" : "to " + to, 2, screen);
}

std::string summary_words(const json::value& backtest) {
  const json::value& summary = member(backtest, "/summary");
  std::string text = "\n" + plural(count_at(summary, "/fired"), "alert", "alerts") +
                     " would have fired, " + std::to_string(count_at(summary, "/changed")) +
                     " changed, " + std::to_string(count_at(summary, "/resolved")) + " resolved; " +
                     std::to_string(count_at(summary, "/open_at_end")) + " open on " +
                     text_at(backtest, "/to") + ".\n";
  const json::value& messages = member(summary, "/messages");
  std::string told;
  if (messages.is_object()) {
    for (const auto& [name, count] : messages.get_object()) {
      told += (told.empty() ? "" : ", ") + std::to_string(count.to_number<std::int64_t>()) +
              " to " + printable(std::string_view(name));
    }
  }
  return text + "Messages: " + (told.empty() ? "none" : told) + ".\n";
}

}  // namespace

std::string backtest_text(const json::value& backtest, const Screen& screen) {
  std::string text =
      headline(backtest, screen) + retention_words(backtest, screen) + open_words(backtest, screen);
  for (const json::value& event : list_at(backtest, "/events")) text += event_words(event, screen);
  return text + summary_words(backtest);
}

}  // namespace kpid::cli
