// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The whole story of one alert, for a screen of 80 columns.

#include <algorithm>
#include <cctype>
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

constexpr std::size_t most_figures = 40;  // a trust's figure rests on every school's

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// Wrapped, the second and later lines two columns further in.
std::string hanging(const std::string& text, std::size_t indent, const Screen& screen) {
  return wrapped(text, indent + 2, screen).substr(2);
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

std::string day_words(std::string_view text) {
  const auto date = parse_date(text);
  return date ? format_date_for_people(*date) : std::string(text);
}

std::string event_word(const json::value& event) {
  const std::string type = text_at(event, "/type");
  return type.substr(type.find_last_of('.') + 1);
}

std::string headline(const json::value& alert, const Screen& screen) {
  const std::string state = text_at(alert, "/state");
  const std::string severity = text_at(alert, "/severity");
  const std::string subgroup = text_at(alert, "/subgroup_text");
  std::string text = (severity == "none" ? upper(state) : upper(severity)) + "  " +
                     text_at(alert, "/organisation_name") + ": " + text_at(alert, "/title");
  if (!subgroup.empty()) text += " (" + subgroup + ")";
  const Paint paint = state == "resolved" ? Paint::green : paint_of_severity(severity);
  text = painted(text, paint, screen) + "\n" + text_at(alert, "/id") + ", " + state;
  const std::string by = text_at(alert, "/acknowledged_by");
  const std::string note = text_at(alert, "/note");
  if (!by.empty()) text += ", noted by " + by + (note.empty() ? "" : " (\"" + note + "\")");
  const json::value& until = member(alert, "/acknowledged_until");
  if (until.is_string()) text += " until " + when(until, screen);
  const json::value& flapping = member(alert, "/flapping");
  if (flapping.is_bool() && flapping.get_bool()) text += ", flapping";
  if (state == "resolved") {
    const std::string how = text_at(alert, "/resolution");
    text += how == "corrected"      ? ", for the source corrected its figure"
            : how == "rule_removed" ? ", for its rule was removed"
                                    : ", for the figure recovered";
  }
  text += "\n";
  const json::value& silence = member(alert, "/silence");
  if (!silence.is_object()) return text;
  return text +
         wrapped("Silenced by " + text_at(silence, "/by") + " until " +
                     when(member(silence, "/until"), screen) + ": " + text_at(silence, "/why") +
                     " (silence " + std::to_string(count_at(silence, "/id")) + ").",
                 0, screen);
}

std::string compared_words(const json::value& rule) {
  const std::string compare = text_at(rule, "/compare");
  if (compare == "target") return "the difference to the target";
  if (compare == "period_before") return "the change since the period before";
  if (compare == "term_before") return "the change since a term before";
  if (compare == "year_before") return "the change since a year before";
  if (compare == "kpi") return "the difference to " + text_at(rule, "/other_kpi");
  if (compare == "organisation") return "the difference to " + text_at(rule, "/other_organisation");
  if (compare == "forecast") return "what the figure is expected to be";
  if (compare == "stale") return "how many school days a figure is late";
  return "the figure itself";
}

std::string rule_words(const json::value& story) {
  const json::value& rule = member(story, "/rule");
  if (!rule.is_object()) {
    return "Its rule, \"" + text_at(story, "/alert/rule") + "\", is no longer in the config.";
  }
  std::string text = "The rule \"" + text_at(rule, "/name") + "\"";
  const std::string owner = text_at(rule, "/owner");
  if (!owner.empty()) text += ", owned by " + owner + ",";
  text += " looks at " + compared_words(rule);
  const bool amber = member(rule, "/amber").is_object();
  const bool red = member(rule, "/red").is_object();
  if (amber) text += ": amber " + threshold_words(member(rule, "/amber"));
  if (red) text += std::string(amber ? "," : ":") + " red " + threshold_words(member(rule, "/red"));
  const std::int64_t periods = count_at(rule, "/for_periods");
  if (periods > 1) text += ", " + std::to_string(periods) + " periods in a row";
  text += ".";
  const json::value& flapping = member(rule, "/flapping");
  if (flapping.is_object()) {
    text += " It is flapping at " + std::to_string(count_at(flapping, "/high")) +
            " changes within " + text_at(flapping, "/window") + ", and until " +
            std::to_string(count_at(flapping, "/low")) + " is left.";
  }
  return text;
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
  const std::string target = text_at(judged, "/target_text");
  if (!target.empty()) text += ", against the target of " + target;
  const std::int64_t have = count_at(judged, "/completeness/have");
  const std::int64_t of = count_at(judged, "/completeness/of");
  if (have != of) {
    text += ", from " + std::to_string(have) + " of " + plural(of, "school", "schools");
  }
  text = wrapped(text + ".", 0, screen);
  const json::value& forecast = member(judged, "/forecast");
  if (forecast.is_object()) {
    text += wrapped("Expected " + plural(count_at(forecast, "/ahead"), "period", "periods") +
                        " on: " + text_at(forecast, "/text") + ", with " +
                        std::to_string(count_at(forecast, "/sure")) + " % certainty between " +
                        text_at(forecast, "/low_text") + " and " + text_at(forecast, "/high_text") +
                        "; it rests on " +
                        plural(count_at(forecast, "/points"), "figure", "figures") + ".",
                    0, screen);
  }
  const json::value& now = member(story, "/value_now");
  if (now.is_object() && member(now, "/value") != member(judged, "/value")) {
    text += wrapped("The source has since corrected the figure: it is " + text_at(now, "/text") +
                        ", known since " + when(member(now, "/known_at"), screen) + ".",
                    0, screen);
  }
  return text;
}

std::string day_line(const json::value& calendar) {
  const std::string kind = text_at(calendar, "/day/kind");
  const std::string name = text_at(calendar, "/day/name");
  std::string text = day_words(text_at(calendar, "/day/date"));
  if (kind == "school_day") {
    text += " is a school day";
  } else {
    text += kind == "weekend" ? " is no school day: a weekend" : " is no school day";
  }
  if (!name.empty()) text += (kind == "school_day" ? " (" : ": ") + name;
  if (kind == "school_day" && !name.empty()) text += ")";
  return text + ".";
}

std::string calendar_words(const json::value& story, const Screen& screen) {
  const json::value& calendar = member(story, "/calendar");
  if (!calendar.is_object()) return {};
  std::string text = "\nHow the calendar counts\n" + hanging(day_line(calendar), 2, screen);
  const json::value& late = member(calendar, "/late");
  if (late.is_object()) {
    text += hanging(
        "The last figure ends on " + day_words(text_at(late, "/last")) + "; the next was due by " +
            day_words(text_at(late, "/due")) + " (" + text_at(late, "/allowed") + " allowed), " +
            plural(count_at(late, "/school_days"), "school day", "school days") + " before.",
        2, screen);
  } else if (const std::int64_t days = count_at(calendar, "/breach/school_days"); days > 0) {
    text += hanging(plural(days, "school day", "school days") + " in breach, from " +
                        day_words(text_at(calendar, "/breach/from")) + " on.",
                    2, screen);
  }
  for (const json::value& closed : list_at(calendar, "/closed")) {
    const std::string from = text_at(closed, "/from");
    const std::string to = text_at(closed, "/to");
    const std::string name = text_at(closed, "/name");
    text += hanging("No school: " + day_words(from) + (from == to ? "" : " to " + day_words(to)) +
                        (name.empty() ? "" : ", " + name) + ".",
                    2, screen);
  }
  const json::value& compared = member(calendar, "/compared");
  if (compared.is_object()) {
    const std::string week = text_at(compared, "/teaching_week");
    text += hanging("It is held against " + text_at(compared, "/period/label") +
                        (week.empty() ? "" : ", " + week) + ".",
                    2, screen);
  }
  const json::value& typical = member(calendar, "/typical");
  if (typical.is_bool() && typical.get_bool()) {
    text += hanging("No file has the term dates of that day: the usual English year counts.", 2,
                    screen);
  }
  return text;
}

// Whom nobody's taking note was told to.
std::string reached_words(const json::value& event) {
  std::string names;
  for (const json::value& name : list_at(event, "/data/unacknowledged/to")) {
    if (!name.is_string()) continue;
    names += (names.empty() ? "" : ", ") + printable(std::string_view(name.get_string()));
  }
  return names;
}

std::string history_words(const json::value& story, const Screen& screen) {
  const json::value& alert = member(story, "/alert");
  std::string text =
      "\nWhat happened\n  " + when(member(alert, "/opened_at"), screen) + "  opened\n";
  const json::array& history = list_at(story, "/history");
  for (std::size_t i = 0; i < history.size(); ++i) {
    const json::value& event = history[i];
    std::string type = event_word(event);
    const std::string severity = text_at(event, "/severity");
    const Paint paint = paint_of_severity(type == "resolved" ? "none" : severity);
    if (type == "changed") type += " to " + severity;
    if (type == "firing") type += ", " + severity;
    if (type == "escalated" || type == "reminder") type += " to " + reached_words(event);
    text += "  " + when(member(event, "/at"), screen) + "  " + painted(type, paint, screen) + "\n";
    // The last one's words stand at the top already.
    const std::string words = text_at(event, "/explanation");
    if (i + 1 < history.size() && !words.empty()) text += wrapped(words, 4, screen);
    const std::string held = held_words(event, screen);
    if (!held.empty()) text += wrapped(held, 4, screen);
    const std::string waits = waits_words(event);
    if (!waits.empty()) text += wrapped(waits, 4, screen);
  }
  return text;
}

std::string measurement_words(const json::value& row, const Screen& screen) {
  const std::string subgroup = text_at(row, "/subgroup");
  std::string text = hanging(text_at(row, "/measure") + " of " + text_at(row, "/organisation") +
                                 (subgroup.empty() ? "" : " (" + subgroup + ")") + ": " +
                                 text_at(row, "/text") + " for " + text_at(row, "/period/label") +
                                 ", revision " + std::to_string(count_at(row, "/revision")) +
                                 ", known since " + when(member(row, "/known_at"), screen) +
                                 ", run " + std::to_string(count_at(row, "/run")),
                             2, screen);
  const json::array& revisions = list_at(row, "/revisions");
  for (std::size_t i = 0; i + 1 < revisions.size(); ++i) {
    text += hanging("before: " + text_at(revisions[i], "/text") + ", known since " +
                        when(member(revisions[i], "/known_at"), screen),
                    4, screen);
  }
  const json::value& document = member(row, "/document");
  if (!document.is_object()) return text;
  const std::int64_t first = count_at(document, "/row_first");
  const std::int64_t last = count_at(document, "/row_last");
  std::string place = text_at(document, "/source") + ": " + text_at(document, "/origin");
  if (first > 0) place += last > first ? ", rows " : ", row ";
  if (first > 0) place += std::to_string(first);
  if (first > 0 && last > first) place += " to " + std::to_string(last);
  place += ", fetched " + when(member(document, "/fetched_at"), screen);
  return text + hanging(place, 4, screen) + "    sha256 " + text_at(document, "/sha256") + "\n";
}

std::string figures_words(const std::string& title, const json::array& figures,
                          const Screen& screen) {
  if (figures.empty()) return {};
  std::string text = "\n" + title + "\n";
  const std::size_t shown = std::min(figures.size(), most_figures);
  for (std::size_t i = 0; i < shown; ++i) text += measurement_words(figures[i], screen);
  if (shown < figures.size()) {
    text += "  and " + std::to_string(figures.size() - shown) + " more; --json has them all\n";
  }
  return text;
}

// Whether each of these figures, in its very revision, is among the others.
bool all_among(const json::array& these, const json::array& others) {
  const auto known = [&others](const json::value& row) {
    return std::any_of(others.begin(), others.end(), [&row](const json::value& each) {
      for (const char* key :
           {"/measure", "/organisation", "/subgroup", "/period/start", "/revision"}) {
        if (member(row, key) != member(each, key)) return false;
      }
      return true;
    });
  };
  return std::all_of(these.begin(), these.end(), known);
}

// Those of the last judgement with what it was held against, as the last event has them; where the
// figures have changed since, both.
std::string grounds_words(const json::value& story, const Screen& screen) {
  const json::array& now = list_at(story, "/measurements");
  const json::array& history = list_at(story, "/history");
  for (auto event = history.rbegin(); event != history.rend(); ++event) {
    const json::array& then = list_at(*event, "/evidence");
    if (then.empty()) continue;
    if (all_among(now, then)) return figures_words("What it rests on", then, screen);
    return figures_words("What it rests on", now, screen) +
           figures_words("What it rested on when it was told, " + event_word(*event) + ", " +
                             when(member(*event, "/at"), screen),
                         then, screen);
  }
  return figures_words("What it rests on", now, screen);
}

// "firing", or "firing, in the digest msg_…".
std::string told_word(const json::value& delivery) {
  const std::string type = text_at(delivery, "/told_type");
  if (text_at(delivery, "/type") != "kpi.digest" || type.empty()) return event_word(delivery);
  return type.substr(type.find_last_of('.') + 1) + ", in the digest " + text_at(delivery, "/event");
}

std::string told_words(const json::value& story, const Screen& screen) {
  const json::array& told = list_at(story, "/told");
  if (told.empty()) return "\nWho was told\n  nobody\n";
  std::string text = "\nWho was told\n";
  for (const json::value& delivery : told) {
    const std::string state = wrapped(delivery_state(delivery, screen), 4, screen);
    text += "  " + delivered_to(delivery) + ", " + told_word(delivery) + ":\n";
    for (std::size_t at = 0; at < state.size();) {
      const std::size_t end = state.find('\n', at);
      text += "    " +
              painted(state.substr(at + 4, end - at - 4), paint_of_delivery(delivery), screen) +
              "\n";
      at = end + 1;
    }
    const json::value& used = member(delivery, "/link_used");
    if (used.is_object()) {
      text += wrapped(
          "its link was used by " + text_at(used, "/by") + ", " + when(member(used, "/at"), screen),
          4, screen);
    }
  }
  return text;
}

}  // namespace

std::string story_text(const json::value& story, const Screen& screen) {
  std::string text = headline(member(story, "/alert"), screen) + "\n";
  const std::string explanation = text_at(story, "/explanation");
  if (!explanation.empty()) text += wrapped(explanation, 0, screen);
  text += wrapped(rule_words(story), 0, screen) + judged_words(story, screen);
  const std::string runbook = text_at(story, "/rule/runbook");
  if (!runbook.empty()) text += wrapped("What to do: " + runbook, 0, screen);
  return text + calendar_words(story, screen) + history_words(story, screen) +
         grounds_words(story, screen) + told_words(story, screen);
}

}  // namespace kpid::cli
