// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where the sources are and where they were built. Told by one file alone: what is compiled in one
// folder is then the same as in any other, and ccache knows it.

#include <string>

namespace kpid::testing {

[[nodiscard]] std::string source_folder();
[[nodiscard]] std::string binary_folder();  // with bin/ and plugins/

}  // namespace kpid::testing
