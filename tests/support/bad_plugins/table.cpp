// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Libraries whose handshake must fail. FAULT: 1 no entry, 2 no table, 3 a table that is too small,
// 4 a later ABI, 5 a function missing.

#include <cstdint>

#include "kpid/plugin.h"

namespace {

[[maybe_unused]] std::int32_t create(const kpid_host_v1*, kpid_string, void**) { return KPID_OK; }
[[maybe_unused]] std::int32_t check(void*, const kpid_host_v1*) { return KPID_OK; }
[[maybe_unused]] std::int32_t pull(void*, const kpid_host_v1*, const kpid_pull*) { return KPID_OK; }
[[maybe_unused]] void destroy(void*) {}

}  // namespace

#if FAULT == 1
extern "C" __attribute__((visibility("default"))) int some_other_function() { return 1; }
#else
extern "C" const kpid_plugin_v1* kpid_plugin_entry_v1(void) {
  static const kpid_plugin_v1 table{FAULT == 3 ? 16U : sizeof(kpid_plugin_v1),
                                    FAULT == 4 ? 99U : 0U,
                                    {nullptr, 0},
                                    create,
                                    check,
                                    FAULT == 5 ? nullptr : pull,
                                    destroy};
  return FAULT == 2 ? nullptr : &table;
}
#endif
