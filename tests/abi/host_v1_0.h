/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * A host as version 1.0 had it. Names no type of plugin.h, so that a test compiled against today's
 * header can call what was compiled against the frozen one. */
#ifndef KPID_HOST_V1_0_H
#define KPID_HOST_V1_0_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct host_v1_0_result {
  int32_t status;
  int refused_by_host; /* the host found a fault in what the plugin handed over */
  int created;
  int destroyed;
  size_t observations;
  size_t checkpoints;
  double sum; /* of all values */
  char cursor[64];
  char operator_text[1001];
} host_v1_0_result;

/* Creates an instance with the plugin's table, pulls, destroys. `content` is what any fetch gives;
 * null: kpid.fetch/1 is not offered. `unknown_bytes`: how much longer than 1.0 the host's table
 * says that it is; negative: shorter. */
host_v1_0_result host_v1_0_pull(const void* plugin_table, const char* settings, const char* content,
                                int unknown_bytes);

#ifdef __cplusplus
}
#endif

#endif
