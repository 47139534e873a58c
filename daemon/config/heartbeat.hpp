// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// [heartbeat]: who notices when kpid is silent.

#include "config/builder.hpp"

namespace kpid::config {

void read_heartbeat(Builder& builder, TableReader& root);

}  // namespace kpid::config
