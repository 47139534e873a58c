/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * A host in plain C as version 1.0 had it, compiled against the frozen header by every build:
 * today's plugins must run in it. Never edited to follow the header. */
#include "host_v1_0.h"

#include <kpid/plugin.h>
#include <stdlib.h>
#include <string.h>

typedef struct context {
  host_v1_0_result* result;
  const char* content;
  kpid_document document;
} context;

static context* context_of(const kpid_host_v1* host) { return host->context; }

static int32_t cancelled(const kpid_host_v1* host) {
  (void)host;
  return 0;
}

static void log_line(const kpid_host_v1* host, int32_t level, kpid_string line) {
  (void)host, (void)level, (void)line;
}

static void copy(char* to, size_t room, kpid_string from) {
  const size_t length = from.len < room ? from.len : room - 1;
  if (length != 0) memcpy(to, from.ptr, length);
  to[length] = '\0';
}

static void set_error(const kpid_host_v1* host, const kpid_error* error) {
  host_v1_0_result* result = context_of(host)->result;
  if (error->struct_size < sizeof *error) result->refused_by_host = 1;
  copy(result->operator_text, sizeof result->operator_text, error->operator_text);
}

static int32_t emit(const kpid_host_v1* host, const kpid_observation* items, size_t count,
                    uint32_t item_size) {
  host_v1_0_result* result = context_of(host)->result;
  size_t i;
  if (item_size < sizeof *items) {
    result->refused_by_host = 1;
    return KPID_INTERNAL;
  }
  for (i = 0; i < count; ++i) {
    kpid_observation item;
    memcpy(&item, (const char*)items + i * item_size, sizeof item);
    if (item.measure.len == 0 || item.organisation.len == 0 ||
        item.period_end < item.period_start ||
        (item.flags & (KPID_HAS_VALUE | KPID_HAS_PARTS)) == 0) {
      result->refused_by_host = 1;
      return KPID_INTERNAL;
    }
    result->sum += item.value;
    ++result->observations;
  }
  return KPID_OK;
}

static int32_t checkpoint(const kpid_host_v1* host, kpid_string cursor) {
  host_v1_0_result* result = context_of(host)->result;
  copy(result->cursor, sizeof result->cursor, cursor);
  ++result->checkpoints;
  return KPID_OK;
}

static int32_t note(const kpid_host_v1* host, const kpid_note* told) {
  if (told->struct_size < sizeof *told) context_of(host)->result->refused_by_host = 1;
  return KPID_OK;
}

static void rows_read(const kpid_host_v1* host, uint64_t rows) { (void)host, (void)rows; }

static int32_t fetch(const kpid_host_v1* host, const kpid_fetch_request* request,
                     const kpid_document** documents, size_t* count) {
  context* self = context_of(host);
  if (request->struct_size < sizeof *request) {
    self->result->refused_by_host = 1;
    return KPID_INTERNAL;
  }
  self->document.struct_size = sizeof self->document;
  self->document.number = 1;
  self->document.data = self->content;
  self->document.size = strlen(self->content);
  self->document.origin = request->location;
  *documents = &self->document;
  *count = 1;
  return KPID_OK;
}

static void release(const kpid_host_v1* host, const kpid_document* documents) {
  if (documents != &context_of(host)->document) context_of(host)->result->refused_by_host = 1;
}

static const void* extension(const kpid_host_v1* host, kpid_string id) {
  static const kpid_fetch_v1 table = {sizeof(kpid_fetch_v1), 0, fetch, release};
  const size_t length = strlen(KPID_FETCH_V1);
  if (context_of(host)->content == NULL || id.len != length) return NULL;
  return memcmp(id.ptr, KPID_FETCH_V1, length) == 0 ? &table : NULL;
}

host_v1_0_result host_v1_0_pull(const void* plugin_table, const char* settings, const char* content,
                                int unknown_bytes) {
  const kpid_plugin_v1* plugin = plugin_table;
  host_v1_0_result result;
  context self;
  void* instance = NULL;
  kpid_string json;
  kpid_host_v1 whole = {sizeof(kpid_host_v1), 0,    NULL,      cancelled, log_line, set_error, emit,
                        checkpoint,           note, rows_read, extension};
  const size_t size = (size_t)((int)sizeof whole + unknown_bytes);
  kpid_host_v1* host = malloc(size);
  memset(&result, 0, sizeof result);
  memset(&self, 0, sizeof self);
  result.status = KPID_INTERNAL;
  if (host == NULL) return result;
  self.result = &result;
  self.content = content;
  whole.context = &self;
  whole.struct_size = (uint32_t)size;
  memset(host, 0xA5, size); /* what lies beyond 1.0 is no null */
  memcpy(host, &whole, size < sizeof whole ? size : sizeof whole);
  json.ptr = settings;
  json.len = strlen(settings);
  result.status = plugin->create(host, json, &instance);
  if (result.status == KPID_OK) {
    kpid_pull asked;
    memset(&asked, 0, sizeof asked);
    asked.struct_size = sizeof asked;
    result.created = 1;
    result.status = plugin->pull(instance, host, &asked);
    plugin->destroy(instance);
    result.destroyed = 1;
  }
  free(host);
  return result;
}
