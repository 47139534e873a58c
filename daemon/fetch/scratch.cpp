// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/scratch.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kpid::fetch {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<Scratch> Scratch::make(const FetchPolicy& policy) {
  const std::filesystem::path& folder = policy.scratch;
  FileDescriptor fd(::open(folder.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (fd) return Scratch(std::move(fd));
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
  return Scratch(std::move(fd));
}

Result<void> Scratch::write(std::string_view bytes, const std::string& place) {
  hash_.add(bytes);
  size_ += bytes.size();
  if (write_all(file_.get(), bytes)) return {};
  return fail(ErrorKind::storage,
              fmt::format("the copy cannot be written: {}; free space in the folder of kpid's "
                          "database",
                          reason(errno)),
              place);
}

Result<Fetched> Scratch::seal(const FetchPolicy& policy, const std::string& origin,
                              std::int64_t modified_at_ms) {
  auto digest = hash_.hex();
  if (!digest) return tl::unexpected(digest.error());
  ::fchmod(file_.get(), 0400);
  const std::string self = fmt::format("/proc/self/fd/{}", file_.get());
  Fetched fetched;
  fetched.content = FileDescriptor(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fetched.content) {
    return fail(ErrorKind::storage,
                fmt::format("the copy cannot be reopened: {}; is /proc mounted?", reason(errno)),
                origin);
  }
  const SystemClock system_clock;
  const Clock& clock = policy.clock != nullptr ? *policy.clock : system_clock;
  fetched.document.origin = origin;
  fetched.document.sha256 = std::move(*digest);
  fetched.document.size = size_;
  fetched.document.fetched_at_ms = milliseconds_since_epoch(clock.now());
  fetched.document.modified_at_ms = modified_at_ms;
  fetched.unchanged = std::find(policy.last_hashes.begin(), policy.last_hashes.end(),
                                fetched.document.sha256) != policy.last_hashes.end();
  return fetched;
}

}  // namespace kpid::fetch
