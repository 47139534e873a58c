// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The unlinked file that a document is written into while it is hashed. No name leads to it, so a
// pupil's data is gone when the last descriptor closes, whatever happens to the daemon.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "fetch/fetcher.hpp"
#include "fetch/file_descriptor.hpp"
#include "fetch/sha256.hpp"

namespace kpid::fetch {

class Scratch {
 public:
  [[nodiscard]] static Result<Scratch> make(const FetchPolicy& policy);

  // An Error where the disk is full; `place` is what the bytes come from.
  [[nodiscard]] Result<void> write(std::string_view bytes, const std::string& place);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  // Ends the writing: the same bytes, read-only and from their beginning.
  [[nodiscard]] Result<Fetched> seal(const FetchPolicy& policy, const std::string& origin,
                                     std::int64_t modified_at_ms);

 private:
  explicit Scratch(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

}  // namespace kpid::fetch
