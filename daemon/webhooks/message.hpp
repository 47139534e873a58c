// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What every format says, in the order in which it says it: what and where; the sentence; since
// when, how much, what it is worth; what the policy says to do; where the figure came from; a link.
// Plain text without control characters: each format escapes it for its receiver. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "alerts/routing.hpp"
#include "model/alert.hpp"

namespace kpid::webhooks {

// How many bytes each part may take. Where escaping makes a message too large all the same, it is
// laid out again with half.
struct Room {
  std::size_t name = 200;
  std::size_t sentence = 2000;
  std::size_t runbook = 3000;
  std::size_t lines = 0;  // of a digest; first of all fewer of them
  [[nodiscard]] Room half() const {
    constexpr std::size_t few = 4;
    if (lines > few) return {name, sentence, runbook, lines * 3 / 4};
    return {name / 2, sentence / 2, runbook / 2, lines};
  }
};
[[nodiscard]] Room room_for(EventType type) noexcept;  // to begin with

enum class Look { bad, warning, good, note, plain };
[[nodiscard]] std::string_view symbol_of(Look look) noexcept;  // a coloured circle

// What an event is, in a word of kpid's own: "Red alert", "Recovered".
struct Title {
  std::string word;
  Look look;
};
[[nodiscard]] Title title_of(const Event& event, const boost::json::object& data);

// One of the events that a digest tells.
struct Line {
  Look look = Look::plain;
  std::string word;              // kpid's own
  std::string where;             // the school; may be empty
  std::string what;              // the KPI, or the source; may be empty
  std::string sentence;          // without these, and without the files that it rests on
  std::string link;              // of the web, or empty
  std::string acknowledge_link;  // likewise: where a person says that they have seen this
  // "Red alert: St Example's – reserves as a share of income: 3.1 % in 2024/25, below …"
  [[nodiscard]] std::string words() const;
};

struct Fact {
  std::string title;  // kpid's own word, or what a figure was compared with
  std::string value;
};

struct Message {
  Look look = Look::plain;
  std::string word;     // kpid's own: "Red alert", with "[TEST] " before it in a drill
  std::string subject;  // "Reserves as a share of income, St Example's"; may be empty
  std::string sentence;
  std::vector<Fact> facts;
  std::string what_to_do;
  std::string source;            // "finance, summary_2025.csv, rows 3 to 5"
  std::string link;              // of the web, or empty
  std::string acknowledge_link;  // likewise: where a person says that they have seen this
  std::vector<Line> lines;       // of a digest
  std::size_t lines_left = 0;    // that had no room
  [[nodiscard]] std::string headline() const;
};

// What is too long for its room is cut, with "and N more".
[[nodiscard]] Message message_of(const Event& event, const boost::json::object& data,
                                 const Room& room);

// What an alert or a message is at this moment: the data's severity, else the event's.
[[nodiscard]] Severity severity_of(const Event& event, const boost::json::object& data);

// Members of the data, empty or nothing where they are absent or of another kind.
[[nodiscard]] const boost::json::object* object_in(const boost::json::object& from,
                                                   std::string_view member);
[[nodiscard]] std::string text_in(const boost::json::object& from, std::string_view member);
[[nodiscard]] std::string text_in(const boost::json::object& from, std::string_view object,
                                  std::string_view member);

[[nodiscard]] bool is_web_link(std::string_view link);

// Each control character, and each that changes the direction of writing, as a blank.
[[nodiscard]] std::string cleaned(std::string_view text);

}  // namespace kpid::webhooks
