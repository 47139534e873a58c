// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/acknowledge_page.hpp"

#include <boost/url/encoding_opts.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>

#include "webhooks/html_text.hpp"

namespace kpid::http {
namespace {

namespace urls = boost::urls;
using webhooks::html_escaped;

// Dark on light, 7 to 1 and more; what can be touched is as high as a fingertip.
constexpr std::string_view style = R"css(
body{margin:0;background:#f3f4f6;color:#1a1a1a;font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto;padding:1rem}
h1{font-size:1.35rem;line-height:1.3;margin:.5rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:1.5rem 0 .5rem}
p{margin:0 0 1rem;overflow-wrap:anywhere}
section{background:#fff;border-left:.4rem solid #8a5300;padding:.75rem 1rem;margin:0 0 1rem}
section.red{border-color:#a4182b}
dl{margin:0}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}
.remark{background:#fff4d6;border:2px solid #8a5300;padding:.75rem 1rem}
label,legend{display:block;font-weight:600;margin:0 0 .25rem}
fieldset{border:0;padding:0;margin:0 0 1rem}
fieldset label{font-weight:400;padding:.5rem 0;margin:0}
input[type=text],textarea{box-sizing:border-box;width:100%;padding:.6rem;margin:0 0 1rem;font:inherit;
border:2px solid #595959;border-radius:.25rem;background:#fff;color:#1a1a1a}
input[type=radio]{width:1.25rem;height:1.25rem;margin:0 .5rem 0 0;vertical-align:middle}
button{font:inherit;font-weight:600;padding:.8rem 1.5rem;border:0;border-radius:.25rem;
background:#1a4f8b;color:#fff}
:focus-visible{outline:3px solid #1a1a1a;outline-offset:2px}
.hint{color:#444;font-weight:400;font-size:.95rem}
)css";

std::string paragraph(std::string_view text) {
  return text.empty() ? std::string() : "<p>" + html_escaped(text) + "</p>\n";
}

std::string page_of(std::string_view title, const std::string& content) {
  return "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_escaped(title) + " – kpid</title>\n<style>" + std::string{style} +
         "</style>\n</head>\n<body>\n<main>\n" + content + "</main>\n</body>\n</html>\n";
}

// `heading` is "h1" where the page is about the alert, "h2" where it has something else to say.
std::string alert_part(const AlertWords& alert, std::string_view heading) {
  const std::string tag{heading};
  std::string part = "<" + tag + ">" + html_escaped(alert.headline) + "</" + tag + ">\n<section" +
                     (alert.red ? " class=\"red\"" : "") + ">\n" + paragraph(alert.sentence);
  if (!alert.facts.empty()) part += "<dl>\n";
  for (const auto& [title, value] : alert.facts) {
    part += "<dt>" + html_escaped(title) + "</dt><dd>" + html_escaped(value) + "</dd>\n";
  }
  if (!alert.facts.empty()) part += "</dl>\n";
  if (!alert.what_to_do.empty()) {
    part += "<p><strong>What to do:</strong> " + html_escaped(alert.what_to_do) + "</p>\n";
  }
  return part + "</section>\n";
}

std::string span_part(std::string_view chosen) {
  std::string part = "<fieldset>\n<legend>For how long?</legend>\n";
  for (const auto& [value, words] : note_spans) {
    part += "<label><input type=\"radio\" name=\"span\" value=\"" + html_escaped(value) + "\"" +
            (value == chosen ? " checked" : "") + ">" + html_escaped(words) + "</label>\n";
  }
  return part + "</fieldset>\n";
}

// Sent to the address that the page stands at, whatever a proxy made of it.
std::string form_part(const NoteForm& typed) {
  std::string part =
      "<h2>Say that you have seen this</h2>\n"
      "<p>Your name is told to those who were told of this alert. kpid then stays quiet about it "
      "for as long as you choose, unless it gets worse or is over before.</p>\n"
      "<form method=\"post\">\n<input type=\"hidden\" name=\"seen\" value=\"" +
      html_escaped(typed.seen) +
      "\">\n<label for=\"name\">Your name</label>\n"
      "<input type=\"text\" id=\"name\" name=\"name\" required autocomplete=\"name\" "
      "maxlength=\"" +
      std::to_string(longest_person) + "\" value=\"" + html_escaped(typed.name) + "\">\n";
  part +=
      "<label for=\"note\">Note <span class=\"hint\">(may stay empty: what you do about "
      "it)</span></label>\n<textarea id=\"note\" name=\"note\" rows=\"3\" maxlength=\"" +
      std::to_string(longest_note) + "\">\n" + html_escaped(typed.note) + "</textarea>\n";
  return part + span_part(typed.span) +
         "<button type=\"submit\">I have seen this</button>\n</form>\n";
}

}  // namespace

std::optional<NoteForm> read_note_form(std::string_view urlencoded) {
  const auto parsed = urls::parse_query({urlencoded.data(), urlencoded.size()});
  if (!parsed) return std::nullopt;
  NoteForm form;
  const urls::encoding_opts as_form{true};
  for (const auto& member : *parsed) {
    const std::string key = member.key.decode(as_form);
    std::string value = member.value.decode(as_form);
    if (key == "name") form.name = std::move(value);
    if (key == "note") form.note = std::move(value);
    if (key == "span") form.span = std::move(value);
    if (key == "seen") form.seen = std::move(value);
  }
  return form;
}

Page form_page(const AlertWords& alert, const NoteForm& typed, std::string_view remark,
               unsigned status) {
  std::string content;
  if (!remark.empty()) {
    content += "<p class=\"remark\" role=\"alert\">" + html_escaped(remark) + "</p>\n";
  }
  return {status, page_of(alert.headline, content + alert_part(alert, "h1") + form_part(typed))};
}

Page told_page(unsigned status, std::string_view title, std::string_view sentence,
               const AlertWords* alert) {
  std::string content = "<h1>" + html_escaped(title) + "</h1>\n" + paragraph(sentence);
  if (alert != nullptr) content += alert_part(*alert, "h2");
  return {status, page_of(title, content)};
}

}  // namespace kpid::http
