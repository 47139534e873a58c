// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A message with one embed. Nothing in it mentions anybody: no mention is parsed.

#include <cctype>
#include <utility>

#include <boost/json.hpp>

#include "webhooks/digest_lines.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_content = 2000;
constexpr std::size_t longest_description = 4096;
constexpr std::size_t longest_field = 1024;
constexpr std::size_t largest_embed = 6000;  // all of its texts together

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_number = true;  // digits at the very start, which with "." would begin a list
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool marks = std::string_view{"\\`*_[]()~<>|@"}.find(c) != std::string_view::npos;
    const bool begins = i == 0 && std::string_view{"#+-"}.find(c) != std::string_view::npos;
    const bool counts =
        i > 0 && in_number && c == '.' && (i + 1 == text.size() || text[i + 1] == ' ');
    if (marks || begins || counts) out += '\\';
    out += c;
    in_number = in_number && std::isdigit(static_cast<unsigned char>(c)) != 0;
  }
  return out;
}

int color_of(Look look) {
  switch (look) {
    case Look::bad:
      return 0xC4314B;
    case Look::warning:
      return 0xE8912D;
    case Look::good:
      return 0x2EA44F;
    case Look::note:
      return 0x2F6FDE;
    case Look::plain:
      break;
  }
  return 0x8A8A8A;
}

// Counts what it writes, since the embed has a limit for all of its texts.
class Embed {
 public:
  Embed(const Event& event, const Message& message) {
    embed_["color"] = color_of(message.look);
    embed_["timestamp"] = format_timestamp(event.at);
    if (!message.sentence.empty()) {
      embed_["description"] = counted(cut(message.sentence, longest_description, escaped));
    }
    if (!message.lines.empty()) {
      std::string lines = escaped(lines_text(message));
      if (lines.size() > longest_description) size_ = largest_embed + 1;  // with fewer
      embed_["description"] = counted(std::move(lines));
    }
    json::array fields;
    for (const Fact& fact : message.facts) fields.push_back(field(fact.title, fact.value, true));
    if (!message.what_to_do.empty()) {
      fields.push_back(field("What to do", message.what_to_do, false));
    }
    if (!message.source.empty()) fields.push_back(field("Figures from", message.source, false));
    add_link(fields, "Link", "Open in kpid", message.link);
    add_link(fields, "Take note", acknowledge_words, message.acknowledge_link);
    if (!fields.empty()) embed_["fields"] = std::move(fields);
  }
  [[nodiscard]] bool fits() const { return size_ <= largest_embed; }
  [[nodiscard]] json::object take() { return std::move(embed_); }

 private:
  std::string counted(std::string text) {
    size_ += text.size();
    return text;
  }
  void add_link(json::array& fields, const std::string& title, std::string_view words,
                const std::string& link) {
    if (link.empty()) return;
    fields.push_back(json::object{{"name", counted(title)},
                                  {"value", counted("[" + std::string{words} + "](" + link + ")")},
                                  {"inline", false}});
  }
  json::object field(const std::string& title, std::string_view value, bool beside) {
    return {{"name", counted(title)},
            {"value", counted(cut(value, longest_field, escaped))},
            {"inline", beside}};
  }
  json::object embed_;
  std::size_t size_ = 0;
};

}  // namespace

Result<Rendered> render_discord(const Draft& draft) {
  return fitted(draft.event, largest_body, "application/json", [&](const Room& room) {
    const Message message = message_of(draft.event, draft.data, room);
    Embed embed{draft.event, message};
    if (!embed.fits()) return std::string(largest_body + 1, ' ');  // with less room
    const std::string headline = std::string{symbol_of(message.look)} + " **" +
                                 cut(message.headline(), longest_content - 20, escaped) + "**";
    return json::serialize(
        json::object{{"content", headline},
                     {"embeds", json::array{embed.take()}},
                     {"allowed_mentions", json::object{{"parse", json::array{}}}}});
  });
}

}  // namespace kpid::webhooks
