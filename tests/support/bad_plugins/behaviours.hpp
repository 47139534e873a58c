// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

#include <cstdint>
#include <string_view>

#include "kpid/plugin.h"

namespace bad {

// `pull` is null during a check.
std::int32_t behave(std::string_view behaviour, const kpid_host_v1* host, const kpid_pull* pull);
void end(std::string_view behaviour);  // within destroy
std::int32_t explain(const kpid_host_v1* host, std::int32_t status, std::string_view sentence,
                     std::string_view detail, std::int64_t retry_at_ms = 0);

// Shared by the files of the behaviours.
kpid_string borrow(std::string_view text);
kpid_observation observation(std::int32_t day, double value);
std::int32_t emit_rows(const kpid_host_v1* host, std::int32_t count);

struct Named {
  std::string_view name;
  std::int32_t (*act)(const kpid_host_v1* host, const kpid_pull* pull);
};

}  // namespace bad
