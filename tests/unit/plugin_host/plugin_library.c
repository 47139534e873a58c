/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * The smallest library that bears a manifest. There is room behind the JSON, so that a test can put
 * another manifest in its place. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef ABI_MAJOR
#define ABI_MAJOR 1
#endif
#ifndef ENTRY
#define ENTRY kpid_plugin_entry_v1
#endif

#define JSON                                                                             \
  "{\"id\":\"roll\",\"version\":\"1.2.0\",\"title\":\"Pupil roll\",\"licence\":\"MIT\"," \
  "\"requires\":[\"kpid.fetch/1\"],\"settings\":{\"type\":\"object\"},"                  \
  "\"measures\":[{\"id\":\"roll.pupils\",\"title\":\"Pupils\",\"unit\":\"pupils\","      \
  "\"calendar\":\"day\",\"minimum\":0,\"whole\":true}]}"

#ifndef NO_SECTION
__attribute__((section("kpid_manifest"), used)) static const struct {
  char magic[8];
  uint32_t abi_major;
  uint32_t abi_minor;
  uint64_t length;
  char json[32768];
} manifest = {{'K', 'P', 'I', 'D', 'P', 'L', 'G', '1'}, ABI_MAJOR, 0, sizeof(JSON) - 1, JSON};
#endif

#ifndef NO_ENTRY
__attribute__((visibility("default"))) const void* ENTRY(void);
const void* ENTRY(void) { return NULL; }
#endif

#ifdef WITH_CONSTRUCTOR
__attribute__((constructor)) static void leave_marker(void) {
  const char* path = getenv("KPID_TEST_MARKER");
  if (path == NULL) return;
  const int fd = open(path, O_CREAT | O_WRONLY, 0600);
  if (fd >= 0) close(fd);
}
#endif

#ifdef WITH_MAIN
int main(void) { return 0; }
#endif
