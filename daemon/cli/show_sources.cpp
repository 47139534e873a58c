// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <chrono>
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

Paint paint_of_health(std::string_view health) {
  if (health == "working") return Paint::green;
  return health == "failing" || health == "quarantined" ? Paint::red : Paint::none;
}

std::string day_text(const json::value& day) {
  if (!day.is_string()) return "none yet";
  const auto date = parse_date(std::string_view(day.get_string()));
  return date ? format_date_for_people(*date) : "none yet";
}

std::string health_of(const json::value& source, const json::array& running) {
  const std::string name = text_at(source, "/name");
  for (const json::value& one : running) {
    if (one.is_string() && one.get_string() == name) return "pulling now";
  }
  std::string health = text_at(source, "/health");
  const std::int64_t failures = count_at(source, "/failures_in_a_row");
  if (health == "failing" && failures > 1) {
    health += " (" + std::to_string(failures) + " times)";
  }
  return health;
}

std::string source_table(const json::array& sources, const json::array& running,
                         const Screen& screen) {
  std::vector<Row> table{
      {{"SOURCE"}, {"HEALTH"}, {"LAST ASKED"}, {"CONTENT CHANGED"}, {"DATA UNTIL"}, {"NEXT"}}};
  for (const json::value& source : sources) {
    const json::value& next = member(source, "/next_due_at");
    table.push_back({{text_at(source, "/name")},
                     {health_of(source, running), paint_of_health(text_at(source, "/health"))},
                     {when(member(source, "/last_asked_at"), screen)},
                     {when(member(source, "/content_changed_at"), screen)},
                     {day_text(member(source, "/data_until"))},
                     {next.is_string() ? when(next, screen) : text_at(source, "/schedule")}});
  }
  return table_text(table, screen.colour);
}

// Why a source does not work, a line each.
std::string reasons(const json::array& sources) {
  std::string text;
  for (const json::value& source : sources) {
    const std::string reason = text_at(source, "/last_reason");
    const json::value& held = member(source, "/quarantined");
    if (held.is_bool() && held.get_bool()) {
      text += text_at(source, "/name") + " is held in quarantine, for its plugin crashed " +
              plural(count_at(source, "/crashes_in_a_row"), "time", "times") +
              " in a row; replace the plugin or `kpictl plugin release " +
              text_at(source, "/plugin") + "`\n";
    }
    if (!reason.empty()) text += text_at(source, "/name") + ": " + reason + "\n";
  }
  return text;
}

// What leaves this machine, a line for each source that may ask somebody.
std::string grants(const json::array& sources) {
  std::string text;
  for (const json::value& source : sources) {
    std::string hosts;
    for (const json::value& host : list_at(source, "/may_fetch_from")) {
      if (!host.is_string()) continue;
      hosts += (hosts.empty() ? "" : ", ") + printable(std::string_view(host.get_string()));
    }
    if (!hosts.empty()) text += text_at(source, "/name") + " may fetch from " + hosts + "\n";
    const std::string hook = text_at(source, "/pushed_to");
    if (!hook.empty()) text += text_at(source, "/name") + " is pushed to: POST " + hook + "\n";
  }
  return text;
}

std::string since_text(const json::value& status, const Screen& screen) {
  const auto started = parse_timestamp(text_at(status, "/daemon/started_at"));
  const auto now = parse_timestamp(text_at(status, "/now"));
  if (!started || !now || *now < *started) return {};
  const auto minutes = std::chrono::floor<std::chrono::minutes>(*now - *started).count();
  const auto hours = minutes / 60;
  std::string span = minutes < 1 ? "just now" : plural(minutes, "minute", "minutes");
  if (hours >= 48) {
    span = plural(hours / 24, "day", "days");
  } else if (hours >= 1) {
    span = plural(hours, "hour", "hours");
  }
  return " since " + when(member(status, "/daemon/started_at"), screen) + " (" + span + ")";
}

// What an admin must look at, in words; empty where all is well.
std::vector<std::string> troubles(const json::value& status) {
  std::vector<std::string> all;
  const auto add = [&all](std::int64_t count, std::string_view one, std::string_view many) {
    if (count > 0) all.push_back(plural(count, one, many));
  };
  std::int64_t failing = 0;
  std::int64_t held = 0;
  std::int64_t disabled = 0;
  for (const json::value& source : list_at(status, "/sources")) {
    const std::string health = text_at(source, "/health");
    failing += health == "failing" ? 1 : 0;
    held += health == "quarantined" ? 1 : 0;
  }
  for (const json::value& destination : list_at(status, "/destinations")) {
    const json::value& off = member(destination, "/disabled");
    disabled += off.is_bool() && off.get_bool() ? 1 : 0;
  }
  add(failing, "source fails", "sources fail");
  add(held, "source is held in quarantine", "sources are held in quarantine");
  add(count_at(status, "/outbox/dead"), "delivery is given up", "deliveries are given up");
  add(disabled, "destination is switched off", "destinations are switched off");
  return all;
}

std::string headline(const json::value& status, const Screen& screen) {
  const auto wrong = troubles(status);
  std::string text = "kpid " + text_at(status, "/daemon/version") + " of " +
                     text_at(status, "/trust") + " is running" + since_text(status, screen);
  if (wrong.empty()) return painted(text + "; all is well.", Paint::green, screen) + "\n";
  text += ", but ";
  for (std::size_t i = 0; i < wrong.size(); ++i) text += (i == 0 ? "" : ", ") + wrong[i];
  return painted(text + ".", Paint::red, screen) + "\n";
}

// "waiting: 7 failures in a row, next try 24 Nov 2026 14:05"; empty where nothing holds it back.
std::string wait_of(const json::array& waiting, const std::string& name, const Screen& screen) {
  for (const json::value& wait : waiting) {
    if (text_at(wait, "/destination") != name) continue;
    const std::int64_t failures = count_at(wait, "/failures");
    const json::value& next = member(wait, "/next_try");
    std::string text = failures > 0 ? plural(failures, "failure in a row", "failures in a row")
                                    : std::string("it asked for a rest");
    if (next.is_string()) text += ", next try " + when(next, screen);
    return "waiting: " + text;
  }
  return {};
}

std::string destination_table(const json::array& destinations, const json::array& waiting,
                              const Screen& screen) {
  std::vector<Row> table{{{"DESTINATION"}, {"FORMAT"}, {"HOST"}, {"STATE"}, {"LAST DELIVERED"}}};
  for (const json::value& destination : destinations) {
    const json::value& off = member(destination, "/disabled");
    const bool disabled = off.is_bool() && off.get_bool();
    const bool failing = member(destination, "/failing_since").is_string();
    Cell state{"on", Paint::green};
    if (failing) {
      state = {"failing since " + when(member(destination, "/failing_since"), screen),
               Paint::amber};
    }
    const std::string wait = wait_of(waiting, text_at(destination, "/name"), screen);
    if (!wait.empty()) state = {wait, Paint::amber};
    if (disabled) state = {"off: " + text_at(destination, "/disabled_reason"), Paint::red};
    table.push_back({{text_at(destination, "/name")},
                     {text_at(destination, "/format")},
                     {text_at(destination, "/host")},
                     state,
                     {when(member(destination, "/last_delivered_at"), screen)}});
  }
  return table_text(table, screen.colour);
}

// Where pushes and links come in; nothing where they cannot.
std::string listening_text(const json::value& status) {
  const std::string where = text_at(status, "/daemon/listening");
  if (where.empty()) return {};
  const std::string shown = text_at(status, "/daemon/public_url");
  return "Listening: " + where + (shown.empty() ? "" : ", shown as " + shown) + ".\n";
}

}  // namespace

std::string status_text(const json::value& status, const Screen& screen) {
  std::string text = headline(status, screen);
  const std::int64_t red = count_at(status, "/alerts/red");
  const std::int64_t amber = count_at(status, "/alerts/amber");
  text += painted("Alerts: " + std::to_string(count_at(status, "/alerts/firing")) + " firing, " +
                      std::to_string(count_at(status, "/alerts/acknowledged")) + " acknowledged, " +
                      std::to_string(count_at(status, "/alerts/pending")) + " pending; " +
                      std::to_string(red) + " red, " + std::to_string(amber) + " amber.",
                  red > 0     ? Paint::red
                  : amber > 0 ? Paint::amber
                              : Paint::none,
                  screen) +
          "\n";
  text += "Outbox: " + std::to_string(count_at(status, "/outbox/pending")) + " waiting, " +
          std::to_string(count_at(status, "/outbox/delivered")) + " delivered, " +
          std::to_string(count_at(status, "/outbox/dead")) + " given up.\n";
  text += listening_text(status);
  if (const std::int64_t waiting = count_at(status, "/waiting/events"); waiting > 0) {
    text += plural(waiting, "event waits", "events wait") +
            " for the time of a destination, the first until " + text_at(status, "/waiting/until") +
            ".\n";
  }
  for (const json::value& part : list_at(status, "/daemon/sandbox_missing")) {
    if (part.is_string()) {
      text += painted("Sandbox: " + printable(std::string_view(part.get_string())) + ".",
                      Paint::amber, screen) +
              "\n";
    }
  }
  for (const json::value& ending : list_at(status, "/daemon/term_dates_end")) {
    if (!ending.is_string()) continue;
    std::string sentence = printable(std::string_view(ending.get_string()));
    sentence.replace(0, 1, "T");  // "the term dates of …"
    text += painted(sentence + ".", Paint::amber, screen) + "\n";
  }
  const json::array& sources = list_at(status, "/sources");
  text += "\n" + source_table(sources, list_at(status, "/daemon/running"), screen);
  text += reasons(sources) + grants(sources);
  const json::array& destinations = list_at(status, "/destinations");
  if (destinations.empty()) return text + "\nNo destination is configured: nobody is told.\n";
  return text + "\n" + destination_table(destinations, list_at(status, "/daemon/waiting"), screen);
}

std::string sources_text(const json::value& sources, const Screen& screen) {
  const json::array& list = list_at(sources, "/sources");
  if (list.empty()) return "No source is configured.\n";
  return source_table(list, {}, screen) + reasons(list) + grants(list);
}

std::string run_text(const json::value& run) {
  std::string text = text_at(run, "/source") + ": " + text_at(run, "/outcome");
  const std::string reason = text_at(run, "/reason");
  if (!reason.empty()) text += ", " + reason;
  text += "\n" + plural(count_at(run, "/rows_read"), "row", "rows") + " read; " +
          plural(count_at(run, "/created"), "measurement", "measurements") + " new, " +
          std::to_string(count_at(run, "/revised")) + " revised, " +
          std::to_string(count_at(run, "/unchanged")) + " unchanged, " +
          std::to_string(count_at(run, "/refused")) + " refused\n";
  const json::array& notes = list_at(run, "/notes");
  for (const json::value& note : notes) {
    const std::string place = text_at(note, "/place");
    text += "  " + text_at(note, "/level") + ": " + (place.empty() ? "" : place + ": ") +
            text_at(note, "/sentence") + "\n";
  }
  const std::int64_t more = count_at(run, "/notes_total") - static_cast<std::int64_t>(notes.size());
  if (more > 0) text += "  and " + plural(more, "more note", "more notes") + "\n";
  return text;
}

}  // namespace kpid::cli
