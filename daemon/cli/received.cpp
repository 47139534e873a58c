// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a webhook says, for people: a standard body, a Teams card, or whatever else came.

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "cli/listen.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

// A card is untrusted: nobody nests this deep in earnest.
constexpr int deepest_card = 16;

// A card's text is markdown in which its sender has escaped what is not meant as such.
std::string plain(std::string_view markdown) {
  std::string text;
  for (std::size_t i = 0; i < markdown.size(); ++i) {
    const bool escapes = markdown[i] == '\\' && i + 1 < markdown.size() &&
                         std::ispunct(static_cast<unsigned char>(markdown[i + 1])) != 0;
    if (escapes) ++i;
    text += markdown[i];
  }
  return text;
}

void read_card(const json::value& element, int depth, Received& received) {
  if (depth > deepest_card) return;
  if (element.is_array()) {
    for (const json::value& one : element.get_array()) read_card(one, depth + 1, received);
    return;
  }
  if (!element.is_object()) return;
  const std::string type = text_at(element, "/type");
  if (type == "TextBlock" || type == "TextRun") {
    const std::string text = text_at(element, "/text");
    if (!text.empty()) received.text += plain(text) + "\n";
    const std::string colour = text_at(element, "/color");
    if (received.severity.empty()) {
      if (colour == "attention" || colour == "Attention") received.severity = "red";
      if (colour == "warning" || colour == "Warning") received.severity = "amber";
      if (colour == "good" || colour == "Good") received.severity = "none";
    }
  }
  for (const json::value& fact : list_at(element, "/facts")) {
    received.text += plain(text_at(fact, "/title")) + ": " + plain(text_at(fact, "/value")) + "\n";
  }
  for (const char* inner : {"/body", "/items", "/columns", "/inlines"}) {
    read_card(member(element, inner), depth + 1, received);
  }
  for (const json::value& action : list_at(element, "/actions")) {
    const std::string url = text_at(action, "/url");
    if (!url.empty()) received.text += text_at(action, "/title") + ": " + url + "\n";
  }
}

// Indented, and broken between words where it is wider than the screen.
std::string paragraph(std::string_view line, std::size_t width) {
  constexpr std::string_view indent = "    ";
  std::string text{indent};
  std::size_t used = indent.size();
  while (!line.empty()) {
    const std::size_t end = line.find(' ');
    const std::string_view word = line.substr(0, end);
    const std::size_t wide = display_width(word);
    if (used > indent.size() && width != 0 && used + 1 + wide > width) {
      text += "\n" + std::string(indent);
      used = indent.size();
    } else if (used > indent.size()) {
      text += ' ';
      ++used;
    }
    text += word;
    used += wide;
    if (end == std::string_view::npos) break;
    line.remove_prefix(end + 1);
  }
  return text + "\n";
}

std::string clock_of(Timestamp at) {
  std::string text = format_timestamp(at);  // 2026-09-01T06:30:00.000Z
  text.replace(10, 1, " ");
  return text.erase(19, 4);
}

}  // namespace

void read_body(Received& received) {
  boost::system::error_code problem;
  const json::value body = json::parse(received.body, problem);
  if (problem || !body.is_object()) {
    received.type = "not JSON";
    constexpr std::size_t shown = 200;
    received.text = printable(std::string_view(received.body).substr(0, shown));
    return;
  }
  for (const json::value& attachment : list_at(body, "/attachments")) {
    received.type = "Teams card";
    read_card(member(attachment, "/content"), 0, received);
  }
  if (!received.type.empty()) return;
  received.type = text_at(body, "/type");
  received.severity = text_at(body, "/data/severity");
  received.text = text_at(body, "/data/explanation");
}

std::string received_text(const Received& received, const Screen& screen) {
  Paint check_paint = Paint::amber;
  std::string check = "not verified, for no secret was given";
  if (received.check == Received::Check::verified) {
    check = "verified";
    check_paint = Paint::green;
  } else if (received.check == Received::Check::unsigned_card) {
    check = "not signed, as Teams cards are";
  } else if (received.check == Received::Check::refused) {
    check = "REFUSED: " + received.fault;
    check_paint = Paint::red;
  }
  std::string text = clock_of(received.at) + "  " +
                     painted(received.type.empty() ? "no type" : received.type,
                             paint_of_severity(received.severity), screen) +
                     "  " + painted(check, check_paint, screen);
  if (received.again) text += "  again";
  if (!received.id.empty()) text += "  " + printable(received.id);
  text += "\n";
  std::string_view rest = received.text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    text += paragraph(printable(rest.substr(0, end)), screen.width);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return text;
}

json::object received_json(const Received& received) {
  boost::system::error_code problem;
  json::value body = json::parse(received.body, problem);
  if (problem) body = received.body;
  return {{"received_at", format_timestamp(received.at)},
          {"id", received.id},
          {"type", received.type},
          {"verified", received.check == Received::Check::not_asked ||
                               received.check == Received::Check::unsigned_card
                           ? json::value(nullptr)
                           : json::value(received.check == Received::Check::verified)},
          {"fault", received.fault},
          {"again", received.again},
          {"severity", received.severity},
          {"text", received.text},
          {"body", std::move(body)}};
}

}  // namespace kpid::cli
