// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A folder that somebody puts files into, which are read once each, oldest first. A file is taken
// once it has rested; what was read is remembered by name and content, with the success of the run
// that read it, so that a crash loses none and reads none for good twice. Blocking. [any thread]

#include <atomic>
#include <filesystem>
#include <optional>
#include <vector>

#include "fetch/fetcher.hpp"

namespace kpid::fetch {

struct Dropped {
  std::vector<Fetched> documents;
  std::vector<DroppedFile> taken;          // those of the documents, in their order
  std::vector<DroppedFile> old;            // read before, and still there
  std::optional<Timestamp> look_again_at;  // more are there: at once, or when they have rested
};

// Every new file with Select::all, else the oldest new one. No new file is no Error but an empty
// answer; a folder that is not there is one.
[[nodiscard]] Result<Dropped> take_dropped(const FetchPolicy& policy, const FetchRequest& request,
                                           Timestamp now, const std::atomic<bool>& stop);

// Moves files that have not changed since; what could not be moved, a sentence each. A name that
// is taken there gets a number.
[[nodiscard]] std::vector<Error> move_files(const std::vector<DroppedFile>& files,
                                            const std::filesystem::path& folder);

}  // namespace kpid::fetch
