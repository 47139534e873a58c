/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * A plugin in plain C as it was written for version 1.0. It is compiled against the frozen header
 * by every build, and must load and run in every later host: this file is never edited to follow
 * the header. It sums the numbers of a document with one "organisation=number" a line. */
#include <kpid/plugin.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST                                                                           \
  "{\"id\": \"abi_v1_0\", \"version\": \"1.0.0\", \"title\": \"A plugin of version 1.0\"," \
  " \"licence\": \"MIT\", \"requires\": [\"kpid.fetch/1\"], \"optional\": [],"             \
  " \"allowed_hosts\": [], \"settings\": {\"type\": \"object\"},"                          \
  " \"measures\": [{\"id\": \"abi.number\", \"title\": \"A number\", \"unit\": \"count\"," \
  " \"calendar\": \"day\", \"minimum\": 0, \"dimensions\": []}]}"
#define MANIFEST_LENGTH (sizeof(MANIFEST) - 1)

/* What kpid_add_plugin() makes of a manifest, by hand. */
static const struct {
  char magic[8];
  uint32_t abi_major;
  uint32_t abi_minor;
  uint64_t length;
  char json[MANIFEST_LENGTH];
} manifest __attribute__((section("kpid_manifest"), used)) = {
    {'K', 'P', 'I', 'D', 'P', 'L', 'G', '1'}, 1, 0, MANIFEST_LENGTH, MANIFEST};

typedef struct instance {
  size_t settings_length;
} instance;

static kpid_string text(const char* literal) {
  kpid_string string;
  string.ptr = literal;
  string.len = strlen(literal);
  return string;
}

static int32_t fail(const kpid_host_v1* host, int32_t status, const char* sentence) {
  kpid_error error;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  error.status = status;
  error.operator_text = text(sentence);
  host->set_error(host, &error);
  return status;
}

static int32_t create(const kpid_host_v1* host, kpid_string settings, void** made) {
  instance* self = calloc(1, sizeof *self);
  if (self == NULL) return fail(host, KPID_INTERNAL, "Out of memory.");
  self->settings_length = settings.len;
  *made = self;
  return KPID_OK;
}

static void destroy(void* self) { free(self); }

static int32_t emit_line(const kpid_host_v1* host, uint32_t document, uint32_t row,
                         const char* line, size_t length) {
  const char* equals = memchr(line, '=', length);
  kpid_observation item;
  char digits[32];
  size_t count;
  if (equals == NULL || equals == line) {
    kpid_note note;
    memset(&note, 0, sizeof note);
    note.struct_size = sizeof note;
    note.level = KPID_NOTE_SKIPPED;
    note.place = text("a row");
    note.sentence = text("This is no organisation=number; left out.");
    return host->note(host, &note);
  }
  count = length - (size_t)(equals - line) - 1;
  if (count >= sizeof digits) return fail(host, KPID_SOURCE, "A number is too long.");
  memcpy(digits, equals + 1, count);
  digits[count] = '\0';
  memset(&item, 0, sizeof item);
  item.measure = text("abi.number");
  item.organisation.ptr = line;
  item.organisation.len = (size_t)(equals - line);
  item.period_start = item.period_end = 20000;
  item.flags = KPID_HAS_VALUE | KPID_HAS_PARTS;
  item.document = document;
  item.row_first = item.row_last = row;
  item.value = strtod(digits, NULL);
  item.numerator = item.value;
  item.denominator = 1;
  return host->emit(host, &item, 1, sizeof item);
}

static int32_t read_document(const kpid_host_v1* host, const kpid_document* document) {
  const char* at = document->data;
  const char* end = at + document->size;
  uint32_t row = 0;
  while (at != end) {
    const char* stop = memchr(at, '\n', (size_t)(end - at));
    const size_t length = stop == NULL ? (size_t)(end - at) : (size_t)(stop - at);
    const int32_t status = emit_line(host, document->number, ++row, at, length);
    if (status != KPID_OK) return status;
    host->rows_read(host, row);
    at = stop == NULL ? end : stop + 1;
  }
  return KPID_OK;
}

static int32_t fetch(const kpid_host_v1* host, const kpid_document** documents, size_t* count,
                     const kpid_fetch_v1** table) {
  kpid_fetch_request request;
  *table = host->extension(host, text(KPID_FETCH_V1));
  if (*table == NULL) return fail(host, KPID_UNSUPPORTED, "There is no fetch.");
  memset(&request, 0, sizeof request);
  request.struct_size = sizeof request;
  request.select = KPID_SELECT_ALL;
  request.location = text("numbers.txt");
  return (*table)->fetch(host, &request, documents, count);
}

static int32_t check(void* self, const kpid_host_v1* host) {
  const kpid_fetch_v1* table;
  const kpid_document* documents;
  size_t count;
  const int32_t status = fetch(host, &documents, &count, &table);
  (void)self;
  if (status == KPID_OK) table->release(host, documents);
  return status;
}

static int32_t pull(void* self, const kpid_host_v1* host, const kpid_pull* asked) {
  const kpid_fetch_v1* table;
  const kpid_document* documents;
  size_t count;
  size_t i;
  const instance* made = self;
  int32_t status = fetch(host, &documents, &count, &table);
  if (status != KPID_OK) return status;
  if (made->settings_length == 0) return fail(host, KPID_INTERNAL, "There are no settings.");
  for (i = 0; status == KPID_OK && i < count; ++i) {
    const char* at = (const char*)documents + i * documents->struct_size;
    status = read_document(host, (const kpid_document*)(const void*)at);
  }
  table->release(host, documents);
  if (status != KPID_OK) return status;
  host->log(host, 1, asked->cursor.len == 0 ? text("first") : text("again"));
  return host->checkpoint(host, text("done"));
}

const kpid_plugin_v1* kpid_plugin_entry_v1(void) {
  static const kpid_plugin_v1 table = {
      sizeof(kpid_plugin_v1), 0, {manifest.json, MANIFEST_LENGTH}, create, check, pull, destroy};
  return &table;
}
