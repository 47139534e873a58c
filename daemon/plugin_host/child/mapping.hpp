// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A document's bytes in memory, read-only, for as long as this stands. Move-free: lives in a list.

#include <algorithm>
#include <cstdint>

#include <sys/mman.h>

namespace kpid::plugin_host {

class DocumentMapping {
 public:
  DocumentMapping(int descriptor, std::uint64_t size) : size_(size) {
    if (size_ == 0) return;  // nothing can be mapped, and nothing needs to be
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
  }
  ~DocumentMapping() {
    if (size_ > 0 && good()) ::munmap(data_, size_);
  }
  DocumentMapping(const DocumentMapping&) = delete;
  DocumentMapping& operator=(const DocumentMapping&) = delete;

  // The first so many bytes are not looked at again soon: what is clean and backed by the file can
  // be had from it again.
  void discard(std::uint64_t bytes) noexcept {
    constexpr std::uint64_t page = 4096;
    const std::uint64_t end = std::min(bytes, size_) / page * page;
    if (end < discarded_) discarded_ = 0;  // it is being read once more, from its beginning
    if (!good() || end <= discarded_) return;
    if (::madvise(static_cast<char*>(data_) + discarded_, end - discarded_, MADV_DONTNEED) == 0) {
      discarded_ = end;
    }
  }

  [[nodiscard]] bool good() const noexcept { return data_ != MAP_FAILED; }
  [[nodiscard]] const void* data() const noexcept { return good() ? data_ : nullptr; }

 private:
  std::uint64_t size_;
  void* data_ = nullptr;
  std::uint64_t discarded_ = 0;
};

}  // namespace kpid::plugin_host
