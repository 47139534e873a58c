// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the members of a ZIP archive, whole or piece by piece, over bytes that the caller keeps
// alive. Nothing is opened or written. A member that is larger than the limits, or that is packed
// too well to be honest, is refused before its bytes are handed out. Not safe to share between
// threads.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/fault.hpp"

struct zip;
struct zip_file;

namespace kpid::readers {

struct ZipLimits {
  std::size_t members = 10'000;
  std::uint64_t member_bytes = std::uint64_t{256} << 20U;  // of one member, unpacked
  // A member may be so many times larger than its packed form; not asked of those up to 1 MiB.
  std::uint64_t ratio = 250;
};

struct ZipMember {
  std::string name;  // with its folders, as the archive has it; a folder ends in '/'
  std::uint64_t bytes = 0;
  std::uint64_t packed_bytes = 0;
};

// One member's bytes in order. Ends with a fault where the member is damaged (its checksum is
// looked at when the last byte has been read) or says less of its size than it holds. Its archive
// must outlive it.
class ZipStream {
 public:
  // How many bytes were put into `into`, 0 at the end.
  tl::expected<std::size_t, Fault> read(std::span<char> into);

 private:
  friend class ZipArchive;
  struct Close {
    void operator()(zip_file* file) const;
  };
  ZipStream(zip_file* file, ZipMember member) : file_(file), member_(std::move(member)) {}

  std::unique_ptr<zip_file, Close> file_;
  ZipMember member_;
  std::uint64_t read_ = 0;
};

class ZipArchive {
 public:
  static bool is_zip(std::string_view bytes);  // by its first bytes
  static tl::expected<ZipArchive, Fault> open(std::string_view bytes, ZipLimits limits = {});

  [[nodiscard]] const std::vector<ZipMember>& members() const { return members_; }
  // The member of that name, without regard to ASCII case; the first where there are several.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

  // Faults name the member. By its place in members(), or by name.
  [[nodiscard]] tl::expected<std::string, Fault> read(std::size_t member) const;
  [[nodiscard]] tl::expected<std::string, Fault> read(std::string_view name) const;
  [[nodiscard]] tl::expected<ZipStream, Fault> stream(std::size_t member) const;

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };
  ZipArchive() = default;

  std::unique_ptr<zip, Discard> archive_;
  ZipLimits limits_;
  std::vector<ZipMember> members_;
};

}  // namespace kpid::readers
