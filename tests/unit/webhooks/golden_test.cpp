// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What each format makes of each kind of event, as files that people can read:
// tests/golden/webhooks/FORMAT/EVENT.json, or .txt where headers are part of it. Made anew with
//   KPID_UPDATE_GOLDEN=1 build/dev/tests/unit/webhooks/webhooks_test --gtest_filter='*Golden*'
// and then read, every one that `git diff` shows, aloud.

#include <cstdlib>

#include "unit/webhooks/event_fixture.hpp"
#include "webhooks/pretty_json.hpp"

namespace kpid::webhooks {
namespace {

// What goes out, without what changes with the secret.
std::string shown(DestinationFormat format, const Event& event) {
  DestinationConfig destination = destination_of(format);
  if (format != DestinationFormat::ntfy) {
    if (format == DestinationFormat::pagerduty) destination.access_key = Secret{"(routing key)"};
    return pretty(json::parse(request_of(destination, event).body));
  }
  destination.access_key = {};
  const HttpRequest request = request_of(destination, event);
  std::string text;
  for (const std::string& header : request.headers) text += header + "\n";
  return text + "\n" + request.body + "\n";
}

class Golden : public ::testing::TestWithParam<DestinationFormat> {};

TEST_P(Golden, EveryEventIsToldAsItsFileSays) {
  const std::string format{to_string(GetParam())};
  const bool update = std::getenv("KPID_UPDATE_GOLDEN") != nullptr;
  for (const EventType type : kAllTypes) {
    const std::string ending = GetParam() == DestinationFormat::ntfy ? ".txt" : ".json";
    const auto file = golden_folder() / format / (std::string{to_string(type)} + ending);
    const std::string told = shown(GetParam(), of_type(type));
    if (update) {
      std::filesystem::create_directories(file.parent_path());
      std::ofstream{file, std::ios::binary} << told;
    }
    EXPECT_EQ(told, content_of(file)) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Golden, ::testing::ValuesIn(kAllFormats), [](const auto& one) {
  std::string name{to_string(one.param)};
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

}  // namespace
}  // namespace kpid::webhooks
