// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/file_copy.hpp"

#include <cerrno>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch/scratch.hpp"

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

Result<void> copy_content(int from, Scratch& to, const std::string& place,
                          const FetchPolicy& policy, const std::atomic<bool>& stop) {
  constexpr std::size_t chunk = 1U << 18;
  std::vector<char> buffer(chunk);
  for (;;) {
    if (stop) return fail(ErrorKind::cancelled, "the fetch was cancelled", place);
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(ErrorKind::transient, fmt::format("reading failed: {}", reason(errno)), place);
    }
    if (got == 0) return {};
    const auto size = static_cast<std::size_t>(got);
    if (to.size() + size > policy.size_limit) {
      return fail(ErrorKind::source,
                  fmt::format("the file is larger than the limit of {} bytes", policy.size_limit),
                  place);
    }
    auto written = to.write({buffer.data(), size}, place);
    if (!written) return written;
  }
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
  auto scratch = Scratch::make(policy);
  if (!scratch) return tl::unexpected(scratch.error());
  auto copied = copy_content(source->get(), *scratch, place, policy, stop);
  if (!copied) return tl::unexpected(copied.error());
  const auto after = look_at(source->get(), place);
  if (!after) return tl::unexpected(after.error());
  if (after->st_size != before->st_size || after->st_mtim.tv_sec != before->st_mtim.tv_sec ||
      after->st_mtim.tv_nsec != before->st_mtim.tv_nsec) {
    return fail(ErrorKind::transient,
                "the file changed while it was read; it will be read again once it is complete",
                place);
  }
  return scratch->seal(policy, place, milliseconds(before->st_mtim));
}

}  // namespace kpid::fetch
