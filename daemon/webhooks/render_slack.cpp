// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Slack's blocks. What comes from outside stands in plain text only, where no markup, no @channel
// and no :emoji: is read; kpid's own words alone are mrkdwn.

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_header = 150;
constexpr std::size_t longest_section = 3000;
constexpr std::size_t longest_field = 2000;
constexpr std::size_t facts_in_section = 5;  // each is two of the ten fields
constexpr std::size_t largest_blocks = 12'000;
constexpr std::size_t most_blocks = 50;

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

json::object plain(std::string_view text, std::size_t most) {
  return {{"type", "plain_text"}, {"text", cut(text, most, escaped)}, {"emoji", false}};
}
json::object marked(std::string_view own_words) {
  return {{"type", "mrkdwn"}, {"text", own_words}, {"verbatim", true}};
}
json::object section(json::object text) { return {{"type", "section"}, {"text", std::move(text)}}; }

void add_facts(json::array& blocks, const std::vector<Fact>& facts) {
  for (std::size_t begin = 0; begin < facts.size(); begin += facts_in_section) {
    json::array fields;
    for (std::size_t i = begin; i < std::min(begin + facts_in_section, facts.size()); ++i) {
      fields.push_back(marked("*" + facts[i].title + "*"));
      fields.push_back(plain(facts[i].value, longest_field));
    }
    blocks.push_back(json::object{{"type", "section"}, {"fields", std::move(fields)}});
  }
}

// Not a button: Slack takes one for a call to an app, and warns that there is none.
void add_link(json::array& blocks, const std::string& link, std::string_view words) {
  if (link.empty()) return;
  blocks.push_back(section(marked("<" + escaped(link) + "|" + std::string{words} + ">")));
}

json::array blocks_of(const Message& message) {
  const std::string headline = std::string{symbol_of(message.look)} + " " + message.headline();
  json::array blocks;
  blocks.push_back(json::object{{"type", "header"}, {"text", plain(headline, longest_header)}});
  if (!message.sentence.empty()) {
    blocks.push_back(section(plain(message.sentence, longest_section)));
  }
  for (const Line& line : message.lines) {
    const std::string text = std::string{symbol_of(line.look)} + " " + line.words();
    blocks.push_back(section(plain(text, longest_section)));
    add_link(blocks, line.acknowledge_link, acknowledge_words);
  }
  if (message.lines_left > 0) blocks.push_back(section(marked(and_more(message.lines_left))));
  add_facts(blocks, message.facts);
  if (!message.what_to_do.empty()) {
    blocks.push_back(section(marked("*What to do*")));
    blocks.push_back(section(plain(message.what_to_do, longest_section)));
  }
  if (!message.source.empty()) {
    blocks.push_back(json::object{
        {"type", "context"},
        {"elements", json::array{plain("Figures from: " + message.source, longest_field)}}});
  }
  add_link(blocks, message.link, "Open in kpid");
  add_link(blocks, message.acknowledge_link, acknowledge_words);
  return blocks;
}

}  // namespace

Result<Rendered> render_slack(const Draft& draft) {
  // The text is what a notification shows. Within the limit of the blocks, the whole body is.
  return fitted(draft.event, largest_blocks, "application/json", [&](const Room& room) {
    const Message message = message_of(draft.event, draft.data, room);
    json::array blocks = blocks_of(message);
    if (blocks.size() > most_blocks) return std::string(largest_blocks + 1, ' ');  // with fewer
    return json::serialize(json::object{{"text", cut(message.headline(), longest_section, escaped)},
                                        {"mrkdwn", false},
                                        {"blocks", std::move(blocks)}});
  });
}

}  // namespace kpid::webhooks
