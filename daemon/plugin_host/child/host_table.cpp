// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/child/host_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "plugin_host/child/mapping.hpp"
#include "plugin_host/clean_text.hpp"
#include "readers/encoding.hpp"

namespace kpid::plugin_host {
namespace {

std::string_view view(kpid_string text) {
  if (text.ptr == nullptr) return {};
  return {text.ptr, text.len};
}
kpid_string borrow(const std::string& text) { return {text.data(), text.size()}; }

HostTable& self(const kpid_host_v1* host) { return *static_cast<HostTable*>(host->context); }

// Nothing that we throw may cross into the plugin.
template <class Call>
std::int32_t guarded(HostTable& table, Call call) noexcept {
  try {
    return table.cancelled() ? KPID_CANCELLED : call();
  } catch (const std::exception& fault) {
    try {
      return table.refuse(fmt::format("the plugin's process ran out of memory ({})", fault.what()));
    } catch (...) {
      return KPID_INTERNAL;
    }
  }
}
template <class Call>
void guarded_quietly(HostTable& table, Call call) noexcept {
  try {
    if (!table.cancelled()) call();
  } catch (...) {  // no memory for a log line: the plugin will meet the same in its own work
  }
}

std::int32_t host_cancelled(const kpid_host_v1* host) { return self(host).cancelled() ? 1 : 0; }
void host_log(const kpid_host_v1* host, std::int32_t level, kpid_string line) {
  guarded_quietly(self(host), [&] { self(host).log(level, line); });
}
void host_set_error(const kpid_host_v1* host, const kpid_error* error) {
  if (error == nullptr) return;
  guarded_quietly(self(host), [&] { self(host).set_error(*error); });
}
std::int32_t host_emit(const kpid_host_v1* host, const kpid_observation* items, std::size_t count,
                       std::uint32_t item_size) {
  return guarded(self(host), [&] { return self(host).emit(items, count, item_size); });
}
std::int32_t host_checkpoint(const kpid_host_v1* host, kpid_string cursor) {
  return guarded(self(host), [&] { return self(host).checkpoint(cursor); });
}
std::int32_t host_note(const kpid_host_v1* host, const kpid_note* note) {
  return guarded(self(host), [&] {
    return note == nullptr ? self(host).refuse("the plugin gave a null note")
                           : self(host).note(*note);
  });
}
void host_rows_read(const kpid_host_v1* host, std::uint64_t rows) {
  guarded_quietly(self(host), [&] { self(host).rows_read(rows); });
}
const void* host_extension(const kpid_host_v1* host, kpid_string id) {
  return self(host).extension(id);
}
std::int32_t host_fetch(const kpid_host_v1* host, const kpid_fetch_request* request,
                        const kpid_document** documents, std::size_t* count) {
  return guarded(self(host), [&] {
    if (request == nullptr || documents == nullptr || count == nullptr) {
      return self(host).refuse("the plugin called fetch with a null pointer");
    }
    return self(host).fetch(*request, documents, count);
  });
}
void host_release(const kpid_host_v1* host, const kpid_document* documents) {
  self(host).release(documents);
}
void host_discard(const kpid_host_v1* host, const kpid_document* document, std::uint64_t bytes) {
  self(host).discard(document, bytes);
}

constexpr std::uint32_t end_of_request =
    offsetof(kpid_fetch_request, location) + sizeof(kpid_fetch_request::location);
constexpr std::uint32_t end_of_observation =
    offsetof(kpid_observation, denominator) + sizeof(kpid_observation::denominator);
constexpr std::uint32_t end_of_extras =
    offsetof(kpid_fetch_request, has_body) + sizeof(kpid_fetch_request::has_body);
constexpr std::uint32_t end_of_note = offsetof(kpid_note, sentence) + sizeof(kpid_note::sentence);

}  // namespace

namespace {

// The headers and the body that a plugin of 1.1 may add; what is wrong with them, if anything is.
std::optional<std::string> add_extras(const kpid_fetch_request& request, wire::FetchAsked& asked) {
  if (request.struct_size < end_of_extras) return std::nullopt;
  if (request.header_count > wire::max_headers ||
      (request.header_count > 0 &&
       (request.headers == nullptr || request.header_size < sizeof(kpid_header) ||
        request.header_size % alignof(kpid_header) != 0))) {
    return fmt::format(
        "the plugin asked for a document with {} headers, or with headers of a size that ABI 1.1 "
        "does not know",
        request.header_count);
  }
  const char* at = reinterpret_cast<const char*>(request.headers);
  for (std::size_t i = 0; i < request.header_count; ++i, at += request.header_size) {
    const auto& header = *reinterpret_cast<const kpid_header*>(at);
    const std::string_view name = view(header.name);
    const std::string_view value = view(header.value);
    if (name.size() > wire::max_header_bytes || value.size() > wire::max_header_bytes ||
        !readers::is_utf8(name) || !readers::is_utf8(value)) {
      return fmt::format("the plugin asked with a header that is not UTF-8 of at most {} bytes",
                         wire::max_header_bytes);
    }
    asked.headers.emplace_back(name, value);
  }
  if (request.has_body == 0) return std::nullopt;
  if (request.body.len > wire::max_body_bytes ||
      (request.body.ptr == nullptr && request.body.len > 0)) {
    return fmt::format("the plugin asked with a body of {} bytes; at most {} are sent",
                       request.body.len, wire::max_body_bytes);
  }
  asked.body = view(request.body);
  return std::nullopt;
}

}  // namespace

struct HostTable::Fetch {
  std::list<wire::Document> about;  // stable addresses
  std::list<DocumentMapping> mappings;
  std::vector<kpid_document> documents;
};

HostTable::HostTable(Channel& channel, bool may_emit) : channel_(channel), may_emit_(may_emit) {
  table_.struct_size = sizeof table_;
  table_.abi_minor = KPID_ABI_MINOR;
  table_.context = this;
  table_.cancelled = host_cancelled;
  table_.log = host_log;
  table_.set_error = host_set_error;
  table_.emit = host_emit;
  table_.checkpoint = host_checkpoint;
  table_.note = host_note;
  table_.rows_read = host_rows_read;
  table_.extension = host_extension;
  fetch_table_.struct_size = sizeof fetch_table_;
  fetch_table_.fetch = host_fetch;
  fetch_table_.release = host_release;
  fetch_table_.discard = host_discard;
}

HostTable::~HostTable() = default;

std::int32_t HostTable::refuse(std::string sentence) {
  explained_ = wire::Ended{KPID_INTERNAL, clean_text(sentence, wire::max_operator_text), {}, 0};
  return KPID_INTERNAL;
}

void HostTable::log(std::int32_t level, kpid_string line) {
  channel_.send(
      wire::LogLine{std::clamp(level, 0, 3), clean_text(view(line), wire::max_line_bytes)});
}

void HostTable::set_error(const kpid_error& error) {
  // All members stand in 1.0; a shorter struct has been cut by its writer.
  if (error.struct_size < offsetof(kpid_error, retry_at_ms) + sizeof error.retry_at_ms) {
    refuse("the plugin explained an error in a struct that is too small for ABI 1.0");
    return;
  }
  explained_ =
      wire::Ended{error.status, clean_text(view(error.operator_text), wire::max_operator_text),
                  clean_text(view(error.developer_text), wire::max_developer_text, Lines::many),
                  error.retry_at_ms};
}

std::optional<std::uint32_t> HostTable::intern(kpid_string text) {
  const std::string_view name = view(text);
  if (const auto found = index_.find(name); found != index_.end()) return found->second;
  if ((text.ptr == nullptr && text.len > 0) || name.size() > wire::max_name_bytes ||
      !readers::is_utf8(name)) {
    return std::nullopt;
  }
  const auto number = static_cast<std::uint32_t>(names_.size());
  const std::string& kept = names_.emplace_back(name);
  index_.emplace(kept, number);
  text_bytes_ += kept.size() + 8;  // with its length and padding
  return number;
}

// Packs one observation; what is wrong with it, if anything is.
std::optional<std::string> HostTable::add(const kpid_observation& item) {
  const auto fault = [&](std::string_view what) {
    return fmt::format("the plugin emitted an observation of the measure \"{}\" {}",
                       clean_text(view(item.measure).substr(0, 100), 100), what);
  };
  constexpr std::uint32_t known = KPID_HAS_VALUE | KPID_HAS_PARTS;
  if (item.period_start > item.period_end) return fault("whose period ends before it starts");
  if (item.period_start < wire::first_day || item.period_end > wire::last_day) {
    return fault("whose period is not within the years 1900 to 2199");
  }
  if (item.flags == 0 || (item.flags & ~known) != 0) {
    return fault("that has neither a value nor parts, or an unknown flag");
  }
  if (item.document > documents_) return fault("from a document that was never fetched");
  if (item.stated_on < 0 || item.stated_on > wire::last_day) {
    return fault("that is stated on a day that is not within the years 1970 to 2199");
  }
  const std::uint32_t row_last = std::max(item.row_first, item.row_last);
  if (item.row_last != 0 && item.row_last < item.row_first) {
    return fault("whose last row comes before its first");
  }
  ObservationRow row;
  row.period_start = item.period_start;
  row.period_end = item.period_end;
  row.flags = item.flags;
  row.fetch = item.document;
  row.row_first = item.row_first;
  row.row_last = row_last;
  row.stated_on = item.stated_on;
  if ((item.flags & KPID_HAS_VALUE) != 0) row.value = item.value;
  if ((item.flags & KPID_HAS_PARTS) != 0) {
    row.numerator = item.numerator;
    row.denominator = item.denominator;
  }
  if (!std::isfinite(row.value) || !std::isfinite(row.numerator) ||
      !std::isfinite(row.denominator)) {
    return fault("whose value is not a finite number");
  }
  const auto measure = intern(item.measure);
  const auto organisation = intern(item.organisation);
  const auto subgroup = intern(item.subgroup);
  if (!measure || !organisation || !subgroup) {
    return fault(fmt::format(
        "with a measure, organisation or subgroup that is not UTF-8 of at most {} bytes",
        wire::max_name_bytes));
  }
  row.measure = *measure;
  row.organisation = *organisation;
  row.subgroup = *subgroup;
  rows_.push_back(row);
  return std::nullopt;
}

std::int32_t HostTable::emit(const kpid_observation* items, std::size_t count,
                             std::uint32_t item_size) {
  if (!may_emit_) return refuse("the plugin emitted during a check, which may not emit");
  if (count == 0) return KPID_OK;
  if (items == nullptr || item_size < end_of_observation ||
      item_size % alignof(kpid_observation) != 0) {
    return refuse("the plugin emitted observations of a size that ABI 1.0 does not know");
  }
  const char* at = reinterpret_cast<const char*>(items);
  for (std::size_t i = 0; i < count; ++i, at += item_size) {
    kpid_observation item{};  // of a plugin of 1.0: what came later is zero
    std::memcpy(&item, at, std::min<std::size_t>(item_size, sizeof item));
    if (auto fault = add(item)) {
      return refuse(std::move(*fault));
    }
    if (rows_.size() == wire::max_batch_rows || text_bytes_ >= wire::max_batch_text) flush();
    if (channel_.cancelled()) return KPID_CANCELLED;
  }
  return KPID_OK;
}

void HostTable::flush() {
  if (rows_read_ != rows_told_) {
    channel_.send(wire::RowsRead{rows_read_});
    rows_told_ = rows_read_;
  }
  if (!rows_.empty()) {
    ObservationBatch batch;
    batch.strings.assign(names_.begin(), names_.end());
    batch.rows = rows_;
    channel_.send(batch);
  }
  rows_.clear();
  index_.clear();
  names_.clear();
  text_bytes_ = 0;
}

std::int32_t HostTable::checkpoint(kpid_string cursor) {
  if (!may_emit_) return refuse("the plugin made a checkpoint during a check");
  if (cursor.len > wire::max_cursor_bytes || (cursor.ptr == nullptr && cursor.len > 0)) {
    return refuse(fmt::format("the plugin's cursor has {} bytes; at most {} are kept", cursor.len,
                              wire::max_cursor_bytes));
  }
  flush();
  channel_.send(wire::CheckpointAsked{std::string(view(cursor))});
  const auto answer = channel_.wait();
  if (!answer || !std::holds_alternative<wire::Committed>(answer->message)) return KPID_CANCELLED;
  return KPID_OK;
}

std::int32_t HostTable::note(const kpid_note& note) {
  if (note.struct_size < end_of_note || note.level < KPID_NOTE_INFO ||
      note.level > KPID_NOTE_SKIPPED) {
    return refuse("the plugin gave a note of a level or size that ABI 1.0 does not know");
  }
  flush();
  channel_.send(RunNote{static_cast<RunNote::Level>(note.level),
                        clean_text(view(note.place), wire::max_place_bytes),
                        clean_text(view(note.sentence), wire::max_sentence_bytes)});
  return KPID_OK;
}

void HostTable::rows_read(std::uint64_t rows) {
  constexpr std::uint64_t step = 10'000;  // plugins may call this for each row
  rows_read_ = rows;
  if (rows_read_ >= rows_told_ + step) {
    channel_.send(wire::RowsRead{rows_read_});
    rows_told_ = rows_read_;
  }
}

const void* HostTable::extension(kpid_string id) const {
  return view(id) == KPID_FETCH_V1 ? &fetch_table_ : nullptr;
}

std::int32_t HostTable::fetch(const kpid_fetch_request& request, const kpid_document** documents,
                              std::size_t* count) {
  *documents = nullptr;
  *count = 0;
  const std::string_view location =
      request.struct_size < end_of_request ? std::string_view{} : view(request.location);
  if (location.empty() || location.size() > wire::max_location_bytes ||
      !readers::is_utf8(location) || request.select < KPID_SELECT_ONLY ||
      request.select > KPID_SELECT_ALL) {
    return refuse(fmt::format(
        "the plugin asked for a document by a location that is not UTF-8 of 1 to {} bytes, or by "
        "a way to select that ABI 1.0 does not know",
        wire::max_location_bytes));
  }
  wire::FetchAsked asked{std::string(location), request.select};
  if (auto fault = add_extras(request, asked)) return refuse(std::move(*fault));
  flush();
  channel_.send(asked);
  Fetch& fetched = fetches_.emplace_back();
  const std::int32_t status = receive_documents(fetched);
  if (status != KPID_OK) {
    fetches_.pop_back();
    return status;
  }
  *documents = fetched.documents.data();
  *count = fetched.documents.size();
  return KPID_OK;
}

std::int32_t HostTable::receive_documents(Fetch& into) {
  std::string fault;
  for (;;) {
    auto answer = channel_.wait();
    if (!answer) return KPID_CANCELLED;
    if (auto* ended = std::get_if<wire::FetchEnded>(&answer->message)) {
      if (!fault.empty()) return refuse(std::move(fault));
      if (ended->status != KPID_OK) {
        explained_ = wire::Ended{ended->status, std::move(ended->operator_text),
                                 std::move(ended->developer_text), ended->retry_at_ms};
      }
      return ended->status;
    }
    auto* document = std::get_if<wire::Document>(&answer->message);
    if (document == nullptr) return refuse("the daemon answered a fetch with something else");
    auto& mapping = into.mappings.emplace_back(answer->descriptor.get(), document->document.size);
    if (!mapping.good()) {
      fault = fmt::format("{} of {} bytes does not fit into the memory that the plugin may use",
                          document->document.origin, document->document.size);
    }
    const wire::Document& kept = into.about.emplace_back(std::move(*document));
    documents_ = std::max(documents_, kept.document.number);
    kpid_document given{};
    given.struct_size = sizeof given;
    given.number = kept.document.number;
    given.data = mapping.data();
    given.size = kept.document.size;
    given.origin = borrow(kept.document.origin);
    given.sha256 = borrow(kept.document.sha256);
    given.etag = borrow(kept.etag);
    given.fetched_at_ms = kept.document.fetched_at_ms;
    given.modified_at_ms = kept.document.modified_at_ms;
    given.unchanged = kept.unchanged ? 1 : 0;
    into.documents.push_back(given);
  }
}

void HostTable::release(const kpid_document* documents) {
  fetches_.remove_if([&](const Fetch& fetched) {
    return documents != nullptr && fetched.documents.data() == documents;
  });
}

void HostTable::discard(const kpid_document* document, std::uint64_t bytes) {
  for (Fetch& fetched : fetches_) {
    auto mapping = fetched.mappings.begin();
    for (const kpid_document& one : fetched.documents) {
      if (&one == document) return mapping->discard(bytes);
      ++mapping;
    }
  }
}

wire::Ended HostTable::finish(std::int32_t status) {
  if (!channel_.cancelled()) flush();
  if (explained_ && explained_->status == status) return *explained_;
  return {status, {}, {}, 0};
}

}  // namespace kpid::plugin_host
