// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The walls around a plugin, put up in the child by itself. First what must stand before dlopen,
// because constructors run inside it; then, once the library is loaded, the short list of calls
// that are left. What the kernel does not offer is passed over (kpid says so at its start); what it
// offers and then refuses is a fault, and no plugin is loaded.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kpid::plugin_host {

struct SandboxLimits {
  std::uint64_t memory = 0;
  std::chrono::milliseconds time{};
};

// [first thread of the child, while it is the only one]
// Descriptors, limits, no_new_privs, Landlock, the first filter. `report` gets the number of a
// system call for which the second filter ends the process. Empty on success, else why not.
[[nodiscard]] std::string enter_sandbox(const std::filesystem::path& library,
                                        const SandboxLimits& limits, int report);

// The second filter, for every thread at once. Empty on success, else why not.
[[nodiscard]] std::string close_sandbox();

// What this kernel lacks, a sentence each. [any]
[[nodiscard]] std::vector<std::string> parts_that_the_kernel_lacks();

}  // namespace kpid::plugin_host
