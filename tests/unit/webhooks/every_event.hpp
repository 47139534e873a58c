// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Every kind of event that there is data of, whatever kinds there come to be.

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "unit/webhooks/event_fixture.hpp"

namespace kpid::webhooks {

inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  EXPECT_FALSE(files.empty()) << folder;
  return files;
}

// One of each in tests/golden/webhooks/data.
inline std::vector<Event> golden_events() {
  std::vector<Event> events;
  for (const auto& file : files_in(golden_folder() / "data")) {
    const auto type = parse_event_type(file.stem().string());
    EXPECT_TRUE(type) << file << " bears the name of no event";
    if (type) events.push_back(event_with(*type, json::parse(content_of(file)).as_object()));
  }
  return events;
}

// Those, and what is as bad as it gets, each with an id of its own.
inline std::vector<Event> golden_and_hostile_events() {
  std::vector<Event> events = golden_events();
  for (Event& event : hostile_events()) events.push_back(std::move(event));
  for (std::size_t i = 0; i < events.size(); ++i) events[i].id = fmt::format("msg_{:026}", i + 1);
  return events;
}

}  // namespace kpid::webhooks
