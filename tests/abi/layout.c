/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * Compiling this is the test: every member of every struct stands where version 1.0 put it. It is
 * compiled against today's header and against the frozen one. A struct may be larger than it was,
 * for it grows at its end. */
#include <kpid/plugin.h>
#include <stddef.h>

#ifdef __cplusplus
#define KPID_ASSERT static_assert
#else
#define KPID_ASSERT _Static_assert
#endif
#define KPID_SIZE(type, size) KPID_ASSERT(sizeof(type) >= (size), #type " has shrunk")
#define KPID_OFFSET(type, member, offset) \
  KPID_ASSERT(offsetof(type, member) == (offset), #type "." #member " has moved")

#include "layout_v1_0.h"
#if KPID_ABI_MINOR >= 1u
#include "layout_v1_1.h"
#endif

KPID_ASSERT(KPID_ABI_MAJOR == 1, "the entry symbol ends in _v1");
KPID_ASSERT(KPID_OK == 0 && KPID_CONFIG == 1 && KPID_TRANSIENT == 2 && KPID_RATE_LIMITED == 3 &&
                KPID_SOURCE == 4 && KPID_CANCELLED == 5 && KPID_UNSUPPORTED == 6 &&
                KPID_INTERNAL == 7,
            "a status has changed its number");

/* What a plugin of 1.0 writes still compiles and still has the type of the entry point. */
static const kpid_plugin_v1 table = {sizeof(kpid_plugin_v1), 0, {"", 0}, 0, 0, 0, 0};
const kpid_plugin_v1 *kpid_plugin_entry_v1(void) { return &table; }
