// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A document's bytes in memory, read-only, for as long as this stands. Move-free: lives in a list.

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

  [[nodiscard]] bool good() const noexcept { return data_ != MAP_FAILED; }
  [[nodiscard]] const void* data() const noexcept { return good() ? data_ : nullptr; }

 private:
  std::uint64_t size_;
  void* data_ = nullptr;
};

}  // namespace kpid::plugin_host
