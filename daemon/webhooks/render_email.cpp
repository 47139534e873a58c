// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A mail, whole: RFC 5322 headers, the message as text and as HTML. Stored as it is sent, so that
// each attempt has the same bytes and the same Message-ID.

#include <string>

#include <fmt/format.h>

#include "webhooks/html_text.hpp"
#include "webhooks/mail_text.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

constexpr std::size_t longest_subject = 250;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view about_the_link = "no login is needed; it works once";

std::string unchanged(std::string_view text) { return std::string{text}; }

std::string_view colour_of(Look look) {
  switch (look) {
    case Look::bad:
      return "#c4314b";
    case Look::warning:
      return "#d97706";
    case Look::good:
      return "#2e7d32";
    case Look::note:
      return "#1565c0";
    case Look::plain:
      break;
  }
  return "#616161";
}

std::string footer_of(const Draft& draft) {
  return fmt::format("Sent by kpid ({}) to the destination \"{}\". Answers are not read.",
                     cleaned(draft.instance), cleaned(draft.destination.name));
}

std::string text_of(const Message& message, const std::string& footer) {
  std::string text = message.headline() + "\n";
  const auto paragraph = [&text](const std::string& words) {
    if (!words.empty()) text += "\n" + words + "\n";
  };
  paragraph(message.sentence);
  for (const Line& line : message.lines) {
    text += "\n" + std::string{symbol_of(line.look)} + " " + line.words() + "\n";
    if (!line.acknowledge_link.empty()) {
      text += "  " + std::string{acknowledge_words} + ": " + line.acknowledge_link + "\n";
    }
  }
  if (message.lines_left > 0) paragraph(and_more(message.lines_left));
  if (!message.facts.empty()) text += "\n";
  for (const Fact& fact : message.facts) text += fact.title + ": " + fact.value + "\n";
  if (!message.what_to_do.empty()) paragraph("What to do: " + message.what_to_do);
  if (!message.source.empty()) paragraph("Figures from: " + message.source);
  if (!message.link.empty()) paragraph("More: " + message.link);
  if (!message.acknowledge_link.empty()) {
    paragraph(std::string{acknowledge_words} + " (" + std::string{about_the_link} +
              "): " + message.acknowledge_link);
  }
  return text + "\n-- \n" + footer + "\n";  // what mail programs know as the end of the message
}

std::string acknowledge_button(const Message& message) {
  if (message.acknowledge_link.empty()) return {};
  return fmt::format(
      "<p style=\"margin:0 0 12px\"><a href=\"{}\" style=\"display:inline-block;padding:10px "
      "18px;background:#1a4f8b;color:#ffffff;text-decoration:none;border-radius:4px\">{}</a> "
      "<span style=\"font-size:12px;color:#666\">({})</span></p>\n",
      html_escaped(message.acknowledge_link), acknowledge_words, about_the_link);
}

// One row an event: what it is, where, and the sentence.
std::string table_of(const Message& message) {
  if (message.lines.empty()) return {};
  std::string html = "<table style=\"margin:0 0 12px;border-collapse:collapse\">\n";
  for (const Line& line : message.lines) {
    std::string what = html_escaped(line.what);
    if (!line.link.empty()) {
      what = fmt::format("<a href=\"{}\">{}</a>", html_escaped(line.link), what);
    }
    std::string sentence = html_escaped(line.sentence);
    if (!line.acknowledge_link.empty()) {
      sentence += fmt::format("<br><a href=\"{}\">{}</a>", html_escaped(line.acknowledge_link),
                              acknowledge_words);
    }
    html += fmt::format(
        "<tr style=\"vertical-align:top;border-bottom:1px solid #ddd\">"
        "<th style=\"text-align:left;padding:6px 12px;border-left:6px solid {}\">{}</th>"
        "<td style=\"padding:6px 12px\">{}</td><td style=\"padding:6px 12px\">{}</td>"
        "<td style=\"padding:6px 0\">{}</td></tr>\n",
        colour_of(line.look), html_escaped(line.word), html_escaped(line.where), what, sentence);
  }
  html += "</table>\n";
  if (message.lines_left == 0) return html;
  return html + fmt::format("<p style=\"margin:0 0 12px\">{}</p>\n", and_more(message.lines_left));
}

// Styles stand in the tags: many mail programs drop a style sheet.
std::string html_of(const Message& message, const std::string& footer) {
  const auto paragraph = [](const std::string& title, const std::string& words) {
    if (words.empty()) return std::string();
    const std::string bold = title.empty() ? "" : "<b>" + title + ":</b> ";
    return "<p style=\"margin:0 0 12px\">" + bold + html_escaped(words) + "</p>\n";
  };
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta "
      "charset=\"utf-8\"><title>{0}</title></head>\n"
      "<body style=\"font-family:sans-serif;font-size:15px;color:#222\">\n"
      "<h1 style=\"font-size:18px;margin:0 0 12px;padding:4px 12px;border-left:6px solid {1}\">"
      "{0}</h1>\n",
      html_escaped(message.headline()), colour_of(message.look));
  html += paragraph("", message.sentence);
  html += table_of(message);
  if (!message.facts.empty()) html += "<table style=\"margin:0 0 12px\">\n";
  for (const Fact& fact : message.facts) {
    html += fmt::format(
        "<tr><th style=\"text-align:left;vertical-align:top;padding:2px 16px 2px 0\">{}</th>"
        "<td>{}</td></tr>\n",
        html_escaped(fact.title), html_escaped(fact.value));
  }
  if (!message.facts.empty()) html += "</table>\n";
  html += paragraph("What to do", message.what_to_do);
  html += paragraph("Figures from", message.source);
  if (!message.link.empty()) {
    html += fmt::format("<p style=\"margin:0 0 12px\"><a href=\"{0}\">{0}</a></p>\n",
                        html_escaped(message.link));
  }
  html += acknowledge_button(message);
  return html + "<p style=\"font-size:12px;color:#666\">" + html_escaped(footer) +
         "</p>\n</body>\n</html>\n";
}

std::string message_id(std::string_view left, const std::string& instance) {
  return "<" + mail_atom(left) + "@" + mail_atom(instance) + ">";
}

std::string addresses_of(const std::vector<std::string>& to) {
  std::string all;
  for (const std::string& one : to) all += (all.empty() ? "" : ", ") + one;
  return all;
}

// All that is told of one alert, or of one source, answers the same message, which was never sent:
// that of the alert itself. So they are one thread whichever of them a reader has. A digest begins
// one of its own.
std::string thread_headers(const Draft& draft) {
  const EventType type = draft.event.type;
  if (type == EventType::test_ping || type == EventType::digest) return {};
  if (draft.event.subject.empty()) return {};
  const std::string first = message_id(draft.event.subject, draft.instance);
  return mail_header("In-Reply-To", first) + mail_header("References", first);
}

std::string headers_of(const Draft& draft, const Message& message) {
  std::string headers;
  headers += mail_header("Date", mail_date(draft.event.at));
  headers += mail_header("From", "kpid <" + draft.destination.mail.from + ">");
  headers += mail_header("To", addresses_of(draft.destination.mail.to));
  headers += mail_header("Subject", cut(message.headline(), longest_subject, unchanged));
  headers += mail_header("Message-ID", message_id(draft.event.id, draft.instance));
  headers += thread_headers(draft);
  headers += mail_header("List-Id", "<" + mail_atom(draft.destination.name) + "." +
                                        mail_atom(draft.instance) + ".kpid>");
  headers += mail_header("Auto-Submitted", "auto-generated");
  headers += mail_header("X-Auto-Response-Suppress", "All");  // no "out of office" from Exchange
  if (message.look == Look::bad) headers += mail_header("Importance", "high");
  return headers + mail_header("MIME-Version", "1.0");
}

std::string part(std::string_view type, const std::string& text) {
  return fmt::format(
      "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
      type, quoted_printable(text));
}

}  // namespace

Result<Rendered> render_email(const Draft& draft) {
  // Never in a part: quoted-printable has no "=_".
  const std::string boundary = "=_" + mail_atom(draft.event.id);
  const std::string footer = footer_of(draft);
  return fitted(draft.event, largest_body, "message/rfc822", [&](const Room& room) {
    const Message message = message_of(draft.event, draft.data, room);
    std::string mail = headers_of(draft, message);
    mail += fmt::format("Content-Type: multipart/alternative;{0} boundary=\"{1}\"{0}{0}", line_end,
                        boundary);
    mail +=
        fmt::format("--{}{}{}", boundary, line_end, part("text/plain", text_of(message, footer)));
    mail +=
        fmt::format("--{}{}{}", boundary, line_end, part("text/html", html_of(message, footer)));
    return mail + fmt::format("--{}--{}", boundary, line_end);
  });
}

}  // namespace kpid::webhooks
