// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/silence_view.hpp"

#include <array>
#include <string>
#include <utility>

#include <boost/json/array.hpp>

#include "alerts/silence.hpp"
#include "http/json_parts.hpp"

namespace kpid::http {

namespace json = boost::json;

Result<SilenceRequest> silence_request_of(const json::object& body) {
  SilenceRequest request;
  SilenceMatchers& matchers = request.matchers;
  const std::array<std::pair<std::string_view, std::string*>, 12> texts{
      {{"rule", &matchers.rule},
       {"kpi", &matchers.kpi},
       {"organisation", &matchers.organisation},
       {"subgroup", &matchers.subgroup},
       {"severity", &matchers.severity},
       {"owner", &matchers.owner},
       {"source", &matchers.source},
       {"from", &request.from},
       {"until", &request.until},
       {"for", &request.span},
       {"by", &request.by},
       {"why", &request.why}}};
  for (const auto& member : body) {
    const std::string_view key(member.key());
    if (key == "long" && member.value().is_bool()) {
      request.may_be_long = member.value().get_bool();
      continue;
    }
    bool known = false;
    for (const auto& [name, text] : texts) {
      if (key != name) continue;
      if (!member.value().is_string()) {
        return fail(ErrorKind::config, "\"" + std::string(key) + "\" must be a text");
      }
      *text = std::string(member.value().get_string());
      known = true;
    }
    if (!known) {
      return fail(ErrorKind::config, key == "long"
                                         ? "\"long\" must be true or false"
                                         : "a silence has no \"" + std::string(key) + "\"");
    }
  }
  return request;
}

json::object silence_json(const Silence& silence, Timestamp now) {
  const SilenceMatchers& matchers = silence.matchers;
  std::string_view state = "over";
  if (silence.removed_at) {
    state = "removed";
  } else if (is_live(silence, now)) {
    state = "live";
  } else if (now < silence.from) {
    state = "coming";
  }
  return {{"id", silence.id},
          {"state", state},
          {"what", matcher_words(matchers)},
          {"rule", matchers.rule},
          {"kpi", matchers.kpi},
          {"organisation", matchers.organisation},
          {"subgroup", matchers.subgroup},
          {"severity", matchers.severity},
          {"owner", matchers.owner},
          {"source", matchers.source},
          {"from", format_timestamp(silence.from)},
          {"until", format_timestamp(silence.until)},
          {"by", silence.by},
          {"why", silence.why},
          {"created_at", format_timestamp(silence.created_at)},
          {"removed_at", instant(silence.removed_at)},
          {"removed_by", silence.removed_by}};
}

Result<json::value> silences_view(const store::Reader& reader, bool all, Timestamp now) {
  store::SilenceQuery wanted;
  if (!all) wanted.not_over_at = now;
  auto silences = reader.silences(wanted);
  if (!silences) return pass_on(silences);
  json::array list;
  for (const Silence& silence : *silences) list.push_back(silence_json(silence, now));
  return json::object{{"silences", std::move(list)}};
}

Result<json::value> silence_view(const store::Reader& reader, std::int64_t id, Timestamp now) {
  auto silence = reader.silence(id);
  if (!silence) return pass_on(silence);
  if (!*silence) {
    return fail(ErrorKind::not_found, "there is no silence " + std::to_string(id));
  }
  return json::value(silence_json(**silence, now));
}

}  // namespace kpid::http
