// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/landlock.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kpid::plugin_host {
namespace {

// As later kernels know them; Debian 12's header ends with version 2.
constexpr std::uint64_t fs_truncate = 1ULL << 14;     // version 3
constexpr std::uint64_t fs_ioctl_dev = 1ULL << 15;    // version 5
constexpr std::uint64_t net_bind_and_connect = 3;     // version 4
constexpr std::uint64_t scope_socket_and_signal = 3;  // version 6

struct RulesetAttributes {
  std::uint64_t handled_fs = 0;
  std::uint64_t handled_net = 0;
  std::uint64_t scoped = 0;
};

std::string reason(int error) { return std::generic_category().message(error); }

RulesetAttributes everything_of(int version) {
  RulesetAttributes all;
  all.handled_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all of version 1
  if (version >= 2) all.handled_fs |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) all.handled_fs |= fs_truncate;
  if (version >= 4) all.handled_net = net_bind_and_connect;
  if (version >= 5) all.handled_fs |= fs_ioctl_dev;
  if (version >= 6) all.scoped = scope_socket_and_signal;
  return all;
}

std::size_t size_for(int version) {
  if (version >= 6) return sizeof(RulesetAttributes);
  return version >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

// What does not exist needs no rule.
int allow_reading(int ruleset, const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? 0 : errno;
  struct stat about {};
  landlock_path_beneath_attr rule{};
  rule.parent_fd = fd;
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
  if (::fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
    rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
  }
  const long status =
      ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
  const int error = status == 0 ? 0 : errno;
  ::close(fd);
  return error;
}

}  // namespace

int landlock_version() noexcept {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0},
                                 LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

std::string restrict_to(std::span<const std::filesystem::path> readable) {
  const int version = landlock_version();
  if (version == 0) return "the kernel has no Landlock, or it is switched off";
  const RulesetAttributes attributes = everything_of(version);
  const long made = ::syscall(SYS_landlock_create_ruleset, &attributes, size_for(version), 0U);
  if (made < 0) return fmt::format("Landlock refused its rules: {}", reason(errno));
  const int ruleset = static_cast<int>(made);
  std::string fault;
  for (const auto& path : readable) {
    if (const int error = allow_reading(ruleset, path); error != 0 && fault.empty()) {
      fault = fmt::format("Landlock refused {}: {}", path.string(), reason(error));
    }
  }
  if (fault.empty() && ::syscall(SYS_landlock_restrict_self, ruleset, 0U) != 0) {
    fault = fmt::format("Landlock could not be switched on: {}", reason(errno));
  }
  ::close(ruleset);
  return fault;
}

}  // namespace kpid::plugin_host
