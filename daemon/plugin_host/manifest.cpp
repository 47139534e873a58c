// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/manifest.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin_host/elf_library.hpp"
#include "plugin_host/manifest_json.hpp"

namespace kpid::plugin_host {
namespace {

constexpr std::uint64_t largest_library = 64U << 20;

std::string reason(int error) { return std::generic_category().message(error); }

// Open for reading, closed with it.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(OpenFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OpenFile& operator=(OpenFile&&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

Result<OpenFile> open_library(const std::filesystem::path& library, struct stat& about) {
  const std::string place = library.string();
  // NONBLOCK: a FIFO with no writer must not hold us up.
  OpenFile file(::open(library.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) {
      return fail(ErrorKind::not_found,
                  "the plugin's library does not exist; install it there or correct its path",
                  place);
    }
    return fail(ErrorKind::config,
                fmt::format("the plugin's library cannot be opened: {}; give the user that kpid "
                            "runs as the right to read it",
                            reason(error)),
                place);
  }
  if (::fstat(file.get(), &about) != 0) {
    return fail(ErrorKind::transient,
                fmt::format("the plugin's library cannot be looked at: {}", reason(errno)), place);
  }
  if (!S_ISREG(about.st_mode)) {
    return fail(ErrorKind::config,
                fmt::format("this is {}, not a regular file; name the plugin's .so file",
                            S_ISDIR(about.st_mode) ? "a folder" : "a device, pipe or socket"),
                place);
  }
  if (static_cast<std::uint64_t>(about.st_size) > largest_library) {
    return fail(ErrorKind::plugin,
                fmt::format("the library is {} bytes large, the limit is {}; strip it of its debug "
                            "information",
                            about.st_size, largest_library),
                place);
  }
  return file;
}

// Whoever may write the library, or put another in its place, is the plugin.
Result<void> check_owner(const struct stat& about, std::string_view noun,
                         const std::filesystem::path& path, bool may_be_sticky) {
  const std::string place = path.string();
  if (about.st_uid != 0 && about.st_uid != ::geteuid()) {
    return fail(ErrorKind::config,
                fmt::format("the {} belongs to user {}, neither to root nor to the user that kpid "
                            "runs as; run: chown root {}",
                            noun, about.st_uid, place),
                place);
  }
  if (may_be_sticky && (about.st_mode & S_ISVTX) != 0) return {};
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(
        ErrorKind::config,
        fmt::format("the {} may be written by {}, who could replace the plugin; run: chmod {} {}",
                    noun, (about.st_mode & S_IWOTH) != 0 ? "everybody" : "its group",
                    (about.st_mode & S_IWOTH) != 0 ? "go-w" : "g-w", place),
        place);
  }
  return {};
}

Result<void> check_folder(const std::filesystem::path& file) {
  std::filesystem::path folder = file.parent_path();
  if (folder.empty()) folder = ".";
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0) {
    return fail(ErrorKind::transient,
                fmt::format("the library's folder cannot be looked at: {}", reason(errno)),
                folder.string());
  }
  return check_owner(about, "library's folder", folder, true);
}

// Where the path is a link, both its own folder and that of what it names.
Result<void> check_folders(const std::filesystem::path& library) {
  if (auto folder = check_folder(library); !folder) return folder;
  std::error_code error;
  const auto target = std::filesystem::canonical(library, error);
  if (error) {
    return fail(ErrorKind::transient,
                fmt::format("the library's path cannot be resolved: {}", error.message()),
                library.string());
  }
  return check_folder(target);
}

// Read, not mapped: a file that shrinks under a mapping kills its reader. And only where it is
// looked at, in blocks: what nobody asks for takes no memory either.
class LibraryFile final : public LibraryBytes {
 public:
  LibraryFile(int fd, std::uint64_t size)
      : fd_(fd),
        size_(size),
        bytes_(std::make_unique_for_overwrite<char[]>(size)),
        have_((size + block - 1) / block) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::optional<std::string_view> slice(std::uint64_t offset,
                                                      std::uint64_t size) const override {
    if (offset > size_ || size > size_ - offset) return std::nullopt;
    for (std::uint64_t i = offset / block; i * block < offset + size; ++i) {
      if (!have_[i] && !read_block(i)) return std::nullopt;
    }
    return std::string_view{bytes_.get() + offset, size};
  }
  // Why something could not be read.
  [[nodiscard]] const std::optional<std::string>& fault() const noexcept { return fault_; }

 private:
  static constexpr std::uint64_t block = 16U << 10;

  bool read_block(std::uint64_t number) const {
    const std::uint64_t start = number * block;
    const std::uint64_t end = std::min(start + block, size_);
    for (std::uint64_t at = start; at < end;) {
      const ssize_t got = ::pread(fd_, bytes_.get() + at, end - at, static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        fault_ = got < 0 ? fmt::format("reading the library failed: {}", reason(errno))
                         : "the library shrank while it was read; try again";
        return false;
      }
      at += static_cast<std::uint64_t>(got);
    }
    have_[number] = true;
    return true;
  }

  int fd_;
  std::uint64_t size_;
  std::unique_ptr<char[]> bytes_;
  mutable std::vector<bool> have_;  // by block
  mutable std::optional<std::string> fault_;
};

// Calls `take(data, size)` for each part that was read.
template <class Take>
Result<void> read_all(const OpenFile& file, const std::string& place, Take take) {
  std::array<char, 1U << 16> buffer{};
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(ErrorKind::transient,
                  fmt::format("reading the library failed: {}", reason(errno)), place);
    }
    if (got == 0) return {};
    total += static_cast<std::uint64_t>(got);
    if (total > largest_library) {
      return fail(ErrorKind::transient, "the library grew while it was read; try again", place);
    }
    take(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<Manifest> read_manifest(const std::filesystem::path& library) {
  const std::string place = library.string();
  struct stat about {};
  const auto file = open_library(library, about);
  if (!file) return tl::unexpected(file.error());
  if (auto owner = check_owner(about, "library", library, false); !owner) {
    return tl::unexpected(owner.error());
  }
  if (auto folders = check_folders(library); !folders) return tl::unexpected(folders.error());

  const auto with_place = [&](Error error) {
    if (error.place.empty()) error.place = place;
    return error;
  };
  const LibraryFile bytes(file->get(), static_cast<std::uint64_t>(about.st_size));
  const auto found = read_library(bytes).map_error(with_place);
  if (const auto fault = bytes.fault()) return fail(ErrorKind::transient, *fault, place);
  if (!found) return tl::unexpected(found.error());
  auto manifest = parse_manifest(found->json).map_error(with_place);
  if (!manifest) return manifest;
  if (library.filename() != manifest->id + ".so") {
    return fail(ErrorKind::plugin,
                fmt::format("the plugin's id is \"{0}\", so its file must be named {0}.so; rename "
                            "it",
                            manifest->id),
                place);
  }
  manifest->abi_major = found->abi_major;
  manifest->abi_minor = found->abi_minor;
  return manifest;
}

Result<std::string> library_fingerprint(const std::filesystem::path& library) {
  struct stat about {};
  const auto file = open_library(library, about);
  if (!file) return tl::unexpected(file.error());
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  bool good = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  const auto done = read_all(*file, library.string(), [&](const char* data, std::size_t size) {
    good = good && EVP_DigestUpdate(context.get(), data, size) == 1;
  });
  if (!done) return tl::unexpected(done.error());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) {
    return fail(ErrorKind::internal, "SHA-256 failed", library.string());
  }
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace kpid::plugin_host
