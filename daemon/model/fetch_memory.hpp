// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What is remembered of a source's documents between its pulls. No content, and no secret: the
// locations are as the plugin wrote them.

#include <cstdint>
#include <string>
#include <vector>

namespace kpid {

struct FetchedBefore {
  std::string location;
  std::int32_t select = 0;
  std::string origin;
  std::string sha256;
  std::string etag;
  std::string last_modified;
  friend bool operator==(const FetchedBefore&, const FetchedBefore&) = default;
};

// What the last successful run fetched, in its order; nothing where that cannot be asked again.
struct FetchMemory {
  std::string made_by;  // a digest of whatever else the run's figures depend on
  std::vector<FetchedBefore> documents;
};

// A file of a drop folder that a successful run has read.
struct FileRead {
  std::string name;  // without its folder
  std::string sha256;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since 1970-01-01
  friend bool operator==(const FileRead&, const FileRead&) = default;
};

}  // namespace kpid
