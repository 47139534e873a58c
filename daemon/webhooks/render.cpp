// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The length of the well-formed UTF-8 character at the start of `text`; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : (first & 0xF0U) == 0xE0        ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return 0;
  }
  const unsigned second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool beyond = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

// How much of it, from its start, is well-formed.
std::size_t good_part(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = character_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::string repaired(std::string_view text) {
  std::string good;
  for (;;) {
    const std::size_t length = good_part(text);
    good += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) return good;
    good += "\xEF\xBF\xBD";  // U+FFFD, the replacement character
    text.remove_prefix(1);
  }
}

void repair(json::value& value) {  // nested at most as deep as the parser lets through
  if (value.is_string()) {
    const std::string_view text = value.get_string();
    if (good_part(text) < text.size()) value = repaired(text);
  } else if (value.is_array()) {
    for (auto& one : value.get_array()) repair(one);
  } else if (value.is_object()) {
    json::object good;
    for (auto& [key, one] : value.get_object()) {
      repair(one);
      good[repaired(key)] = std::move(one);
    }
    value = std::move(good);
  }
}

}  // namespace

Result<json::object> data_of(const Event& event) {
  json::parse_options lenient;
  lenient.allow_invalid_utf8 = true;
  json::error_code error;
  json::value value = json::parse(event.data, error, {}, lenient);
  if (error || !value.is_object()) {
    return fail(ErrorKind::internal,
                fmt::format("the data of event {} is not a JSON object{}", event.id,
                            error ? ": " + error.message() : std::string()));
  }
  repair(value);
  return std::move(value.get_object());
}

std::string shorten(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string{text};
  std::size_t end = most;
  while (end > 0 && continues(text[end])) --end;
  std::size_t left = 0;
  for (std::size_t i = end; i < text.size(); ++i) left += continues(text[i]) ? 0U : 1U;
  return fmt::format("{}… and {} more character{}", text.substr(0, end), left,
                     left == 1 ? "" : "s");
}

std::string and_more(std::size_t count) { return fmt::format("and {} more", count); }

Result<Rendered> render(const DestinationConfig& destination, const Event& event,
                        const std::string& instance) {
  auto data = data_of(event);
  if (!data) return tl::unexpected(data.error());
  if (!event.instead_of.empty()) (*data)["instead_of"] = event.instead_of;
  const Draft draft{destination, event, *data, instance};
  switch (destination.format) {
    case DestinationFormat::standard:
      return render_standard(draft);
    case DestinationFormat::teams:
      return render_teams(draft);
    case DestinationFormat::slack:
      return render_slack(draft);
    case DestinationFormat::google_chat:
      return render_google_chat(draft);
    case DestinationFormat::discord:
      return render_discord(draft);
    case DestinationFormat::pagerduty:
      return render_pagerduty(draft);
    case DestinationFormat::alertmanager:
      return render_alertmanager(draft);
    case DestinationFormat::ntfy:
      return render_ntfy(draft);
    case DestinationFormat::by_template:
      return render_template(draft);
    case DestinationFormat::email:
      return render_email(draft);
  }
  return fail(ErrorKind::internal, "a destination has a format that this kpid does not know");
}

}  // namespace kpid::webhooks
