// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "good_behaviours.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace bad {
namespace {

// Everything that an orderly pull does, in an order that a test can follow.
std::int32_t whole_pull(const kpid_host_v1* host, const kpid_pull* pull) {
  const std::string told = "cursor=" + std::string(pull->cursor.ptr, pull->cursor.len) +
                           " since=" + std::to_string(pull->since_ms) +
                           " until=" + std::to_string(pull->until_ms) +
                           " now=" + std::to_string(pull->now_ms);
  host->log(host, 1, borrow(told));
  host->rows_read(host, 3);
  std::int32_t status = emit_rows(host, 3);
  if (status == KPID_OK) status = host->checkpoint(host, borrow("first"));
  const kpid_note note{sizeof note, KPID_NOTE_SKIPPED, borrow("roll.csv, row 4"),
                       borrow("the value \"n/a\" is not a number; the row was left out")};
  if (status == KPID_OK) status = host->note(host, &note);
  if (status == KPID_OK) status = emit_rows(host, 2);
  if (status == KPID_OK) status = host->checkpoint(host, borrow(std::string_view("se\0cond", 7)));
  std::printf("printed to stdout\n");
  std::fprintf(stderr, "printed to stderr, \x1b[31mred, \xff");
  return status;
}

kpid_fetch_request request_for(const char* location, std::int32_t select) {
  kpid_fetch_request request{};
  request.struct_size = sizeof request;
  request.select = select;
  request.location = borrow(location);
  return request;
}

const kpid_fetch_v1* fetch_of(const kpid_host_v1* host) {
  return static_cast<const kpid_fetch_v1*>(host->extension(host, borrow(KPID_FETCH_V1)));
}

// Counts the lines of every document that *.txt finds, and says what it was told of each.
std::int32_t read_documents(const kpid_host_v1* host, const kpid_pull*) {
  const kpid_fetch_v1* fetch = fetch_of(host);
  const kpid_fetch_request request = request_for("*.txt", KPID_SELECT_ALL);
  const kpid_document* documents = nullptr;
  std::size_t count = 0;
  const std::int32_t status = fetch->fetch(host, &request, &documents, &count);
  if (status != KPID_OK) return status;
  std::vector<kpid_observation> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const kpid_document& document = documents[i];
    const auto* bytes = static_cast<const char*>(document.data);
    const auto lines = document.size == 0 ? 0 : std::count(bytes, bytes + document.size, '\n');
    kpid_observation row = observation(20000, static_cast<double>(lines));
    row.document = document.number;
    row.row_first = 1;
    row.row_last = static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(lines, 1));
    rows.push_back(row);
    host->log(host, 0,
              borrow(std::string(document.sha256.ptr, document.sha256.len) + " " +
                     std::to_string(document.size) + " " + std::to_string(document.unchanged)));
  }
  fetch->release(host, documents);
  return host->emit(host, rows.data(), rows.size(), sizeof(kpid_observation));
}

// Reads all.txt twice and emits its lines, and how often the second reading had to bring memory in
// that the first had given back.
std::int32_t read_twice(const kpid_host_v1* host, bool discards) {
  const kpid_fetch_v1* fetch = fetch_of(host);
  const kpid_fetch_request request = request_for("all.txt", KPID_SELECT_ONLY);
  const kpid_document* document = nullptr;
  std::size_t count = 0;
  const std::int32_t status = fetch->fetch(host, &request, &document, &count);
  if (status != KPID_OK) return status;
  const auto faults = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
  };
  const auto* bytes = static_cast<const char*>(document->data);
  const auto lines = [&] { return std::count(bytes, bytes + document->size, '\n'); };
  const auto first = lines();
  if (discards) fetch->discard(host, document, document->size);
  const auto before = faults();
  if (lines() != first) return KPID_INTERNAL;
  kpid_observation row = observation(20000, static_cast<double>(first));
  row.document = document->number;
  row.flags |= KPID_HAS_PARTS;
  row.numerator = static_cast<double>(faults() - before);
  row.denominator = 1;
  row.stated_on = 19'999;
  return host->emit(host, &row, 1, sizeof row);
}
std::int32_t read_and_discard(const kpid_host_v1* host, const kpid_pull*) {
  return read_twice(host, true);
}
std::int32_t read_and_keep(const kpid_host_v1* host, const kpid_pull*) {
  return read_twice(host, false);
}

std::int32_t fetch_missing(const kpid_host_v1* host, const kpid_pull*) {
  const kpid_fetch_request request = request_for("not-there.txt", KPID_SELECT_ONLY);
  const kpid_document* documents = nullptr;
  std::size_t count = 0;
  return fetch_of(host)->fetch(host, &request, &documents, &count);
}

// Asks the address in the cursor a question, and logs what it answers.
std::int32_t ask(const kpid_host_v1* host, const kpid_pull* pull) {
  const kpid_header headers[] = {{borrow("X-Key"), borrow("{{secret:token}}")},
                                 {borrow("Accept"), borrow("text/plain")}};
  kpid_fetch_request request = request_for("", KPID_SELECT_ONLY);
  request.location = pull->cursor;
  request.headers = headers;
  request.header_count = 2;
  request.header_size = sizeof(kpid_header);
  request.has_body = 1;
  request.body = borrow("since when?");
  const kpid_document* document = nullptr;
  std::size_t count = 0;
  const std::int32_t status = fetch_of(host)->fetch(host, &request, &document, &count);
  if (status != KPID_OK) return status;
  host->log(host, 1,
            borrow(std::string(static_cast<const char*>(document->data), document->size) + " " +
                   std::string(document->etag.ptr, document->etag.len)));
  return KPID_OK;
}

std::int32_t ask_with_strange_headers(const kpid_host_v1* host, const kpid_pull*) {
  const kpid_header header{borrow("A"), borrow("b")};
  kpid_fetch_request request = request_for("https://example.org/", KPID_SELECT_ONLY);
  request.headers = &header;
  request.header_count = 1;
  request.header_size = 8;
  const kpid_document* document = nullptr;
  std::size_t count = 0;
  return fetch_of(host)->fetch(host, &request, &document, &count);
}

std::int32_t many_rows(const kpid_host_v1* host, const kpid_pull*) {
  const std::int32_t status = emit_rows(host, 100'000);
  return status == KPID_OK ? host->checkpoint(host, borrow("many")) : status;
}

std::int32_t forty_without_checkpoint(const kpid_host_v1* host, const kpid_pull*) {
  for (int i = 0; i < 20; ++i) {
    if (const auto status = emit_rows(host, 16'384); status != KPID_OK) return status;
  }
  return KPID_OK;
}

std::int32_t wait_for_cancel(const kpid_host_v1* host, const kpid_pull*) {
  host->log(host, 1, borrow("waiting"));
  while (host->cancelled(host) == 0) {
  }
  return emit_rows(host, 1);  // which must now answer KPID_CANCELLED
}

std::int32_t config(const kpid_host_v1* host, const kpid_pull*) {
  return explain(host, KPID_CONFIG, "the key is wrong; set another", "401 from /token");
}
std::int32_t transient(const kpid_host_v1* host, const kpid_pull*) {
  return explain(host, KPID_TRANSIENT, "the source is down", "503");
}
std::int32_t rate_limited(const kpid_host_v1* host, const kpid_pull*) {
  return explain(host, KPID_RATE_LIMITED, "too many requests", "429", 1'800'000'000'000);
}
std::int32_t source(const kpid_host_v1* host, const kpid_pull*) {
  return explain(host, KPID_SOURCE, "the column Pupils is missing", "");
}
std::int32_t unsupported(const kpid_host_v1*, const kpid_pull*) { return KPID_UNSUPPORTED; }
std::int32_t cancelled_unasked(const kpid_host_v1*, const kpid_pull*) { return KPID_CANCELLED; }
std::int32_t unknown_status(const kpid_host_v1*, const kpid_pull*) { return 42; }
std::int32_t late_failure(const kpid_host_v1* host, const kpid_pull* pull) {
  whole_pull(host, pull);
  return explain(host, KPID_TRANSIENT, "the last page did not come", "");
}

std::int32_t emit_not_a_number(const kpid_host_v1* host, const kpid_pull*) {
  const kpid_observation row = observation(20000, std::numeric_limits<double>::quiet_NaN());
  return host->emit(host, &row, 1, sizeof row);
}
std::int32_t emit_backwards(const kpid_host_v1* host, const kpid_pull*) {
  kpid_observation row = observation(20000, 1);
  row.period_end = 19999;
  return host->emit(host, &row, 1, sizeof row);
}
std::int32_t emit_long_name(const kpid_host_v1* host, const kpid_pull*) {
  const std::string name(1001, 'x');
  kpid_observation row = observation(20000, 1);
  row.organisation = borrow(name);
  return host->emit(host, &row, 1, sizeof row);
}
std::int32_t emit_not_utf8(const kpid_host_v1* host, const kpid_pull*) {
  kpid_observation row = observation(20000, 1);
  row.subgroup = borrow("year=\xff");
  return host->emit(host, &row, 1, sizeof row);
}
std::int32_t emit_from_nowhere(const kpid_host_v1* host, const kpid_pull*) {
  kpid_observation row = observation(20000, 1);
  row.document = 7;
  return host->emit(host, &row, 1, sizeof row);
}
std::int32_t long_cursor(const kpid_host_v1* host, const kpid_pull*) {
  return host->checkpoint(host, borrow(std::string(65'537, 'x')));
}
std::int32_t nothing(const kpid_host_v1*, const kpid_pull*) { return KPID_OK; }

}  // namespace

std::span<const Named> good_behaviours() {
  static constexpr Named all[] = {{"whole_pull", whole_pull},
                                  {"read_documents", read_documents},
                                  {"read_and_discard", read_and_discard},
                                  {"read_and_keep", read_and_keep},
                                  {"fetch_missing", fetch_missing},
                                  {"ask", ask},
                                  {"ask_with_strange_headers", ask_with_strange_headers},
                                  {"many_rows", many_rows},
                                  {"without_checkpoint", forty_without_checkpoint},
                                  {"wait_for_cancel", wait_for_cancel},
                                  {"config", config},
                                  {"transient", transient},
                                  {"rate_limited", rate_limited},
                                  {"source", source},
                                  {"unsupported", unsupported},
                                  {"cancelled_unasked", cancelled_unasked},
                                  {"unknown_status", unknown_status},
                                  {"late_failure", late_failure},
                                  {"emit_not_a_number", emit_not_a_number},
                                  {"emit_backwards", emit_backwards},
                                  {"emit_long_name", emit_long_name},
                                  {"emit_not_utf8", emit_not_utf8},
                                  {"emit_from_nowhere", emit_from_nowhere},
                                  {"long_cursor", long_cursor},
                                  {"nothing", nothing},
                                  {"hang_in_destroy", nothing}};
  return all;
}

}  // namespace bad
