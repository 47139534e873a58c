// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/file_copy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kpid::fetch {

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

Result<FileDescriptor> open_source(const std::filesystem::path& file) {
  // NONBLOCK: a FIFO with no writer must not hold us up.
  FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd) return fd;
  const int error = errno;
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return fail(ErrorKind::not_found,
                  "the file does not exist; put it there or correct the path in the settings",
                  file.string());
    case EACCES:
    case EPERM:
      return fail(ErrorKind::config,
                  "the file may not be read; give the user that kpid runs as the right to read it",
                  file.string());
    default:
      return fail(ErrorKind::transient, fmt::format("the file cannot be opened: {}", reason(error)),
                  file.string());
  }
}

Result<FileDescriptor> make_scratch(const std::filesystem::path& folder) {
  FileDescriptor fd(::open(folder.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (fd) return fd;
  std::string name = (folder / "fetch-XXXXXX").string();
  fd = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) {
    return fail(ErrorKind::storage,
                fmt::format("no copy can be made in this folder: {}; free space in it or correct "
                            "its rights",
                            reason(errno)),
                folder.string());
  }
  ::unlink(name.c_str());
  return fd;
}

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    good_ = context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  }
  void add(const char* data, std::size_t size) {
    good_ = good_ && EVP_DigestUpdate(context_.get(), data, size) == 1;
  }
  [[nodiscard]] Result<std::string> hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (!good_ || EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1) {
      return fail(ErrorKind::internal, "SHA-256 failed");
    }
    std::string text;
    for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
  bool good_ = false;
};

struct Copied {
  std::uint64_t size = 0;
  std::string sha256;
};

Result<Copied> copy_content(int from, int to, const std::string& place, const FetchPolicy& policy,
                            const std::atomic<bool>& stop) {
  constexpr std::size_t chunk = 1U << 18;
  std::vector<char> buffer(chunk);
  Sha256 hash;
  Copied copied;
  for (;;) {
    if (stop) return fail(ErrorKind::cancelled, "the fetch was cancelled", place);
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(ErrorKind::transient, fmt::format("reading failed: {}", reason(errno)), place);
    }
    if (got == 0) break;
    const auto size = static_cast<std::size_t>(got);
    copied.size += size;
    if (copied.size > policy.size_limit) {
      return fail(ErrorKind::source,
                  fmt::format("the file is larger than the limit of {} bytes", policy.size_limit),
                  place);
    }
    hash.add(buffer.data(), size);
    if (!write_all(to, buffer.data(), size)) {
      return fail(ErrorKind::storage,
                  fmt::format("the copy of {} cannot be written: {}; free space in this folder",
                              place, reason(errno)),
                  policy.scratch.string());
    }
  }
  auto digest = hash.hex();
  if (!digest) return tl::unexpected(digest.error());
  copied.sha256 = std::move(*digest);
  return copied;
}

std::int64_t milliseconds(const timespec& at) {
  return static_cast<std::int64_t>(at.tv_sec) * 1000 + at.tv_nsec / 1'000'000;
}

Result<struct stat> look_at(int fd, const std::string& place) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) {
    return fail(ErrorKind::transient,
                fmt::format("the file cannot be looked at: {}", reason(errno)), place);
  }
  if (S_ISDIR(about.st_mode)) {
    return fail(ErrorKind::config,
                "this is a folder, not a file; name a file in it or a pattern such as \"*.csv\"",
                place);
  }
  if (!S_ISREG(about.st_mode)) {
    return fail(ErrorKind::config, "this is not a regular file; name one in the settings", place);
  }
  return about;
}

}  // namespace

Result<Fetched> copy_file(const std::filesystem::path& file, const FetchPolicy& policy,
                          const std::atomic<bool>& stop) {
  const std::string place = file.string();
  auto source = open_source(file);
  if (!source) return tl::unexpected(source.error());
  const auto before = look_at(source->get(), place);
  if (!before) return tl::unexpected(before.error());
  auto scratch = make_scratch(policy.scratch);
  if (!scratch) return tl::unexpected(scratch.error());
  auto copied = copy_content(source->get(), scratch->get(), place, policy, stop);
  if (!copied) return tl::unexpected(copied.error());
  const auto after = look_at(source->get(), place);
  if (!after) return tl::unexpected(after.error());
  if (after->st_size != before->st_size || after->st_mtim.tv_sec != before->st_mtim.tv_sec ||
      after->st_mtim.tv_nsec != before->st_mtim.tv_nsec) {
    return fail(ErrorKind::transient,
                "the file changed while it was read; it will be read again once it is complete",
                place);
  }

  ::fchmod(scratch->get(), 0400);
  const std::string self = fmt::format("/proc/self/fd/{}", scratch->get());
  Fetched fetched;
  fetched.content = FileDescriptor(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fetched.content) {
    return fail(ErrorKind::storage,
                fmt::format("the copy cannot be reopened: {}; is /proc mounted?", reason(errno)),
                place);
  }
  const SystemClock system_clock;
  const Clock& clock = policy.clock != nullptr ? *policy.clock : system_clock;
  fetched.document.origin = place;
  fetched.document.sha256 = std::move(copied->sha256);
  fetched.document.size = copied->size;
  fetched.document.fetched_at_ms = milliseconds_since_epoch(clock.now());
  fetched.document.modified_at_ms = milliseconds(before->st_mtim);
  fetched.unchanged = std::find(policy.last_hashes.begin(), policy.last_hashes.end(),
                                fetched.document.sha256) != policy.last_hashes.end();
  return fetched;
}

}  // namespace kpid::fetch
