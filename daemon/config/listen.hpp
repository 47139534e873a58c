// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// [http]: where kpid listens for what is pushed and for links that are followed. Nothing without
// it.

#include "config/builder.hpp"

namespace kpid::config {

void read_listen(Builder& builder, TableReader& root);

}  // namespace kpid::config
