/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * The plugin interface of kpid, version 1.1.
 *
 * A plugin is a shared library that exports one function, kpid_plugin_entry_v1. It is loaded in a
 * child process that lives for one call of check or pull, opens nothing by itself, and cannot reach
 * the daemon's memory, files or network. A plugin asks its host for documents, reads them, and
 * emits observations.
 *
 * This header is frozen: what stands here keeps its meaning, its offset and its type for as long as
 * the entry symbol ends in _v1. Structs grow at their end only, and each begins with its
 * size as its writer knew it (struct_size); a reader uses a member only where
 * offset + size <= struct_size. Arrays travel with the size of one item. The header is C11 and also
 * compiles as C++11 and later.
 *
 * Conventions
 *   Text     kpid_string: UTF-8, not terminated, borrowed for the duration of the call. Whoever
 *            receives it copies what it wants to keep; nobody frees memory of the other side.
 *   Status   int32_t, one of KPID_*; never an enum, so that its size is the same everywhere.
 *   Truth    int32_t, 0 is false.
 *   Days     int32_t, days since 1970-01-01 in the calendar of the trust's own time zone.
 *   Instants int64_t, milliseconds since 1970-01-01T00:00:00Z; 0 where there is none.
 *   Threads  [worker]: called by one thread at a time, never concurrently for one instance.
 *            [any]: may be called by any thread at any time.
 *   Errors   No exception may cross this boundary in either direction.
 *   Globals  Several instances may live in one process: keep no mutable globals.
 */
#ifndef KPID_PLUGIN_H
#define KPID_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KPID_ABI_MAJOR 1u
#define KPID_ABI_MINOR 1u

/* ---- Status ---------------------------------------------------------------------------------- */

#define KPID_OK INT32_C(0)
/* The operator must change something in the settings or at the source; do not try again. */
#define KPID_CONFIG INT32_C(1)
/* Try again later; the host backs off. */
#define KPID_TRANSIENT INT32_C(2)
/* Try again at the time that the error states. */
#define KPID_RATE_LIMITED INT32_C(3)
/* The upstream is not what it used to be: a column is missing, a file is of another kind. */
#define KPID_SOURCE INT32_C(4)
/* The host asked to stop. Every host function returns this after a cancellation: clean up, return. */
#define KPID_CANCELLED INT32_C(5)
/* The host or this machine does not offer what was asked for. */
#define KPID_UNSUPPORTED INT32_C(6)
/* A fault of the plugin itself. */
#define KPID_INTERNAL INT32_C(7)

/* ---- Plain values ---------------------------------------------------------------------------- */

typedef struct kpid_string { /* since 1.0 */
  const char *ptr;           /* may be null where len is 0 */
  size_t len;                /* bytes */
} kpid_string;

/* Why a call failed. since 1.0 */
typedef struct kpid_error {
  uint32_t struct_size;
  int32_t status;              /* what the failing function is about to return */
  kpid_string operator_text;   /* one sentence: what is wrong and what to do; at most 1000 bytes */
  kpid_string developer_text;  /* whatever helps the plugin's author; at most 4000 bytes */
  int64_t retry_at_ms;         /* with KPID_RATE_LIMITED: not before this instant */
} kpid_error;

#define KPID_HAS_VALUE UINT32_C(1) /* value is set */
#define KPID_HAS_PARTS UINT32_C(2) /* numerator and denominator are set */

/* Something counted. Its identity is (source, measure, organisation, subgroup, period): emitting the
 * same identity again replaces the earlier value, so rows may overlap between pulls. since 1.0 */
typedef struct kpid_observation {
  kpid_string measure;       /* declared in the manifest */
  kpid_string organisation;  /* any code that the source uses: URN, LAEstab, short name */
  kpid_string subgroup;      /* "" or "year_group=4;pupil_group=send" */
  int32_t period_start;      /* day */
  int32_t period_end;        /* day, included; the same as period_start for a moment in time */
  uint32_t flags;            /* KPID_HAS_VALUE or KPID_HAS_PARTS or both */
  uint32_t document;         /* kpid_document.number that it was read from; 0: none */
  uint32_t row_first;        /* rows of that document, counted from 1; 0: not known */
  uint32_t row_last;
  double value;              /* money in whole pence; never NaN or infinite */
  double numerator;
  double denominator;
  /* since 1.1 */
  int32_t stated_on; /* day on which the source states this: of its export, its publication or the
                      * date in its name; 0: not known. Where two documents contradict each other,
                      * the one stated later holds, whichever is read first. */
  int32_t reserved;  /* 0 */
} kpid_observation;

#define KPID_NOTE_INFO INT32_C(0)
#define KPID_NOTE_WARNING INT32_C(1)
#define KPID_NOTE_SKIPPED INT32_C(2) /* something was left out */

/* Told to the operator beside the run's outcome: what was left out, and why. since 1.0 */
typedef struct kpid_note {
  uint32_t struct_size;
  int32_t level;         /* KPID_NOTE_* */
  kpid_string place;     /* "roll.csv, row 12, column Pupils"; at most 500 bytes */
  kpid_string sentence;  /* at most 1000 bytes; holds no pupil's name, id or row */
} kpid_note;

/* ---- Host ------------------------------------------------------------------------------------ */

typedef struct kpid_host_v1 kpid_host_v1;

struct kpid_host_v1 { /* since 1.0 */
  uint32_t struct_size;
  uint32_t abi_minor; /* of the host */
  void *context;      /* the host's own */

  /* [any] True once the host wants the call to end. */
  int32_t (*cancelled)(const kpid_host_v1 *host);

  /* [any] A line for the log. level: 0 debug, 1 info, 2 warning, 3 error. Rate-limited by the host. */
  void (*log)(const kpid_host_v1 *host, int32_t level, kpid_string line);

  /* [worker] Explains the status that the plugin is about to return; the last one counts. */
  void (*set_error)(const kpid_host_v1 *host, const kpid_error *error);

  /* [worker] Hands over `count` observations, each `item_size` bytes apart. KPID_INTERNAL where one
   * of them breaks the contract (set_error is then already done), KPID_CANCELLED, or KPID_OK. May
   * wait while the daemon is busy. */
  int32_t (*emit)(const kpid_host_v1 *host, const kpid_observation *items, size_t count,
                  uint32_t item_size);

  /* [worker] All that was emitted before is covered by `cursor` (at most 64 KiB, any bytes, no
   * pupil's data): the daemon commits both together. The next pull is given the last cursor that
   * was committed. */
  int32_t (*checkpoint)(const kpid_host_v1 *host, kpid_string cursor);

  /* [worker] A note for the operator. */
  int32_t (*note)(const kpid_host_v1 *host, const kpid_note *note);

  /* [worker] How many rows (records, lines) were read so far; shown to the operator. */
  void (*rows_read)(const kpid_host_v1 *host, uint64_t rows);

  /* [worker] A table of further functions by its id ("kpid.fetch/1"), or null. Lives as long as the
   * host. */
  const void *(*extension)(const kpid_host_v1 *host, kpid_string id);
};

/* ---- kpid.fetch/1 ---------------------------------------------------------------------------- */

#define KPID_FETCH_V1 "kpid.fetch/1"

#define KPID_SELECT_ONLY INT32_C(0)   /* exactly one document; a glob that finds more is an error */
#define KPID_SELECT_NEWEST INT32_C(1) /* the one with the latest modification time */
#define KPID_SELECT_ALL INT32_C(2)    /* all, in the order of their names */

/* A line of a request's head. since 1.1 */
typedef struct kpid_header {
  kpid_string name;
  kpid_string value; /* may hold {{secret:name}}, of the source's secrets: the host puts the value in */
} kpid_header;

typedef struct kpid_fetch_request { /* since 1.0 */
  uint32_t struct_size;
  int32_t select;        /* KPID_SELECT_* */
  kpid_string location;  /* path, glob or URL, as the settings name it; since 1.1 a URL's path and
                          * query may hold {{secret:name}} too */
  /* since 1.1: for http(s) only, else KPID_CONFIG */
  const kpid_header *headers; /* may be null where header_count is 0; at most 64 */
  size_t header_count;
  kpid_string body;      /* read where has_body is true; at most 1 MiB; may hold {{secret:name}} */
  uint32_t header_size;  /* of one header */
  int32_t has_body;      /* true: a POST, as application/json unless a header says otherwise */
} kpid_fetch_request;

/* A document, mapped read-only until release() or the end of the call. since 1.0 */
typedef struct kpid_document {
  uint32_t struct_size;
  uint32_t number;       /* counted from 1 within the call: kpid_observation.document */
  const void *data;      /* `size` bytes; null where size is 0 */
  uint64_t size;
  kpid_string origin;    /* path or URL, for error messages */
  kpid_string sha256;    /* 64 lower-case hex digits */
  kpid_string etag;      /* "" where there is none */
  int64_t fetched_at_ms;
  int64_t modified_at_ms;
  int32_t unchanged;     /* true: the content is that of the last successful pull */
  int32_t reserved;
} kpid_document;

typedef struct kpid_fetch_v1 { /* since 1.0 */
  uint32_t struct_size;
  uint32_t reserved;
  /* [worker] On KPID_OK `*documents` points to `*count` documents (item size in struct_size of the
   * first), valid until release() or the end of the call. Else set_error is already done. */
  int32_t (*fetch)(const kpid_host_v1 *host, const kpid_fetch_request *request,
                   const kpid_document **documents, size_t *count);
  /* [worker] Unmaps what one fetch returned. */
  void (*release)(const kpid_host_v1 *host, const kpid_document *documents);
  /* [worker] The first `bytes` of `document` are not looked at again soon: their memory is given
   * back, and is read from the disk where it is needed after all. A long document read from its
   * beginning to its end then takes no more memory than a short one. since 1.1 */
  void (*discard)(const kpid_host_v1 *host, const kpid_document *document, uint64_t bytes);
} kpid_fetch_v1;

/* ---- Plugin ---------------------------------------------------------------------------------- */

typedef struct kpid_pull { /* since 1.0 */
  uint32_t struct_size;
  uint32_t reserved;
  kpid_string cursor;  /* as last committed; "" on the first pull */
  int64_t since_ms;    /* inclusive; 0: as far back as the source goes */
  int64_t until_ms;    /* 0: up to now */
  int64_t now_ms;      /* the daemon's clock */
} kpid_pull;

typedef struct kpid_plugin_v1 { /* since 1.0 */
  uint32_t struct_size;
  uint32_t abi_minor;    /* the lowest minor version that the plugin needs */
  kpid_string manifest;  /* the JSON that also stands in the library's ELF section kpid_manifest */

  /* [worker] Makes an instance from settings that the daemon has checked against the manifest's
   * schema and filled with its defaults. No input or output here. */
  int32_t (*create)(const kpid_host_v1 *host, kpid_string settings_json, void **instance);

  /* [worker] Reaches the source, looks at its first records, emits nothing. */
  int32_t (*check)(void *instance, const kpid_host_v1 *host);

  /* [worker] Reads the source and emits. */
  int32_t (*pull)(void *instance, const kpid_host_v1 *host, const kpid_pull *pull);

  /* [worker] Ends the instance; called once for each successful create. */
  void (*destroy)(void *instance);
} kpid_plugin_v1;

/* The one symbol that a plugin exports. Returns a table that lives as long as the process. */
typedef const kpid_plugin_v1 *(*kpid_plugin_entry_v1_fn)(void);
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const kpid_plugin_v1 *kpid_plugin_entry_v1(void);

#ifdef __cplusplus
}
#endif

#endif /* KPID_PLUGIN_H */
