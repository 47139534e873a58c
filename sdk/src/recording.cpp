// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What `kpid --record` has kept, as documents of a FakeHost.

#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include "kpid/json.hpp"
#include "kpid/testing.hpp"

namespace kpid::plugin {
namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) throw std::runtime_error("the recording's " + file.string() + " cannot be read");
  return text.str();
}

std::string text_of(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  const auto* text = member == nullptr ? nullptr : member->get<std::string>();
  return text == nullptr ? std::string() : *text;
}

std::int64_t number_of(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  const auto* number = member == nullptr ? nullptr : member->get<std::int64_t>();
  return number == nullptr ? 0 : *number;
}

// As the host hands a failure to the plugin.
Error error_of(const Json& told) {
  const std::string kind = text_of(told, "kind");
  const std::string sentence = text_of(told, "place") + ": " + text_of(told, "sentence");
  if (kind == "config") return config_error(sentence);
  if (kind == "rate_limited") return rate_limited_error(0, sentence);
  if (kind == "source" || kind == "not_found") return source_error(sentence);
  if (kind == "unsupported") return unsupported_error(sentence);
  return transient_error(sentence);
}

}  // namespace

void FakeHost::add_recording(const std::filesystem::path& folder) {
  const auto list = parse_json(content_of(folder / "recording.json"));
  const Json* fetches = list ? list->find("fetches") : nullptr;
  const auto* all = fetches == nullptr ? nullptr : fetches->get<JsonArray>();
  if (all == nullptr) throw std::runtime_error(folder.string() + " holds no recording");
  std::set<std::string> known;
  for (const Json& fetch : *all) {
    const std::string location = text_of(fetch, "location");
    if (!known.insert(location).second) continue;  // asked for again: the first answer stands
    if (const Json* error = fetch.find("error")) fail_fetch(location, error_of(*error));
    const Json* documents = fetch.find("documents");
    const auto* items = documents == nullptr ? nullptr : documents->get<JsonArray>();
    if (items == nullptr) continue;
    for (const Json& one : *items) {
      const std::string file = text_of(one, "file");
      if (file.empty()) {
        throw std::runtime_error(text_of(one, "origin") +
                                 " was left out of the recording: " + text_of(one, "left_out"));
      }
      FakeDocument document;
      document.bytes = content_of(folder / file);
      document.origin = text_of(one, "origin");
      document.etag = text_of(one, "etag");
      document.fetched_at_ms = number_of(one, "fetched_at_ms");
      document.modified_at_ms = number_of(one, "modified_at_ms");
      add_document(location, std::move(document));
    }
  }
}

}  // namespace kpid::plugin
