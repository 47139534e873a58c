// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The host as a plugin's check and pull see it, and what they hand to it. A Host lives for one
// call. Every function is for the thread that was called, except those marked [any]. since 1.0

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kpid/days.hpp>
#include <kpid/error.hpp>
#include <kpid/plugin.h>

// True where `object`, written by somebody who may know a shorter struct, has the member.
#define KPID_HAS_MEMBER(object, type, member) \
  ((object).struct_size >= offsetof(type, member) + sizeof((object).member))

namespace kpid::plugin {

namespace detail {

[[nodiscard]] inline kpid_string to_c(std::string_view text) noexcept {
  return {text.data(), text.size()};
}
[[nodiscard]] inline std::string_view to_view(kpid_string text) noexcept {
  return text.ptr == nullptr ? std::string_view{} : std::string_view{text.ptr, text.len};
}

// At most `bytes` of it, not cutting a character in two.
[[nodiscard]] inline std::string_view cut(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

inline constexpr std::size_t operator_text_bytes = 1000;
inline constexpr std::size_t developer_text_bytes = 4000;
inline constexpr std::size_t place_bytes = 500;
inline constexpr std::size_t sentence_bytes = 1000;

// What the host said of a call.
[[nodiscard]] inline Status from_host(std::int32_t status) {
  if (status == KPID_OK) return ok();
  const bool known = status > KPID_OK && status <= KPID_INTERNAL;
  return Error{known ? status : KPID_INTERNAL, {}, {}, 0, true};
}

// True where the host's table holds what version 1.0 promises.
[[nodiscard]] inline bool is_complete(const kpid_host_v1& host) noexcept {
  return KPID_HAS_MEMBER(host, kpid_host_v1, extension) && host.cancelled != nullptr &&
         host.log != nullptr && host.set_error != nullptr && host.emit != nullptr &&
         host.checkpoint != nullptr && host.note != nullptr && host.rows_read != nullptr &&
         host.extension != nullptr;
}

}  // namespace detail

// Something counted. The views are copied by emit. `value` in the measure's unit, money in whole
// pence; a percentage travels as its parts. since 1.0
struct Observation {
  std::string_view measure{};       // declared in the manifest
  std::string_view organisation{};  // any code that the source uses
  std::string_view subgroup{};      // "" or "year_group=4;pupil_group=send"
  Period period{};
  std::optional<double> value{};
  std::optional<double> numerator{};  // both parts or neither
  std::optional<double> denominator{};
  std::uint32_t document = 0;   // Document::number that it was read from
  std::uint32_t row_first = 0;  // rows of it, counted from 1; 0: not known
  std::uint32_t row_last = 0;   // 0: the same as row_first
  // The day on which the source states this: of its export, or the date in the document's name.
  // Where two documents contradict each other, the later one holds. since 1.1
  std::optional<Day> stated_on{};
};

// What a pull was asked for. The view lives as long as the call. since 1.0
struct Pull {
  std::string_view cursor{};  // as last committed; "" on the first pull
  std::int64_t since_ms = 0;  // inclusive; 0: as far back as the source goes
  std::int64_t until_ms = 0;  // 0: up to now
  std::int64_t now_ms = 0;    // the daemon's clock
};

// A fetched document; every view is borrowed from its Documents. since 1.0
struct Document {
  std::string_view bytes{};
  std::string_view origin{};  // path or URL, for error messages
  std::string_view sha256{};  // 64 lower-case hex digits
  std::string_view etag{};    // "" where there is none
  std::uint32_t number = 0;   // for Observation::document
  std::int64_t fetched_at_ms = 0;
  std::int64_t modified_at_ms = 0;  // 0: not known
  bool unchanged = false;           // the content is that of the last successful pull

  // "roll.csv, row 12, column Pupils", for errors and notes. since 1.0
  [[nodiscard]] std::string place(std::uint32_t row = 0, std::string_view column = {}) const {
    std::string text(origin);
    if (row != 0) text += ", row " + std::to_string(row);
    if (!column.empty()) text.append(", column ").append(column);
    return text;
  }

  // The first `length` bytes will not be looked at again soon: their memory is given back. A long
  // document that is read once then takes no more of it than a short one. They may be read again
  // all the same. Nothing happens under a kpid that offers only 1.0. since 1.1
  void discard(std::uint64_t length) const noexcept {
    if (table == nullptr || !KPID_HAS_MEMBER(*table, kpid_fetch_v1, discard)) return;
    if (table->discard != nullptr) table->discard(host, raw, length);
  }

  // Where it came from; set by Documents.
  const kpid_host_v1* host = nullptr;
  const kpid_fetch_v1* table = nullptr;
  const kpid_document* raw = nullptr;
};

// What one fetch gave; owns the documents and gives them back when it ends. since 1.0
class Documents {
 public:
  Documents(const kpid_host_v1* host, const kpid_fetch_v1* table, const kpid_document* first,
            std::size_t count)
      : first_(first, Release{host, table}) {
    const std::size_t step = count == 0 ? 0 : first->struct_size;
    const auto* at = reinterpret_cast<const std::byte*>(first);
    for (std::size_t i = 0; i < count; ++i, at += step) {
      const auto& raw = *reinterpret_cast<const kpid_document*>(at);
      documents_.push_back({{static_cast<const char*>(raw.data), raw.size},
                            detail::to_view(raw.origin),
                            detail::to_view(raw.sha256),
                            detail::to_view(raw.etag),
                            raw.number,
                            raw.fetched_at_ms,
                            raw.modified_at_ms,
                            raw.unchanged != 0,
                            host,
                            table,
                            &raw});
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return documents_.size(); }
  [[nodiscard]] bool empty() const noexcept { return documents_.empty(); }
  [[nodiscard]] auto begin() const noexcept { return documents_.begin(); }
  [[nodiscard]] auto end() const noexcept { return documents_.end(); }
  // std::out_of_range beyond the last. since 1.0
  [[nodiscard]] const Document& operator[](std::size_t i) const { return documents_.at(i); }
  // The first, and with Select::only and Select::newest the only one. since 1.0
  [[nodiscard]] const Document& front() const { return documents_.at(0); }

 private:
  struct Release {
    const kpid_host_v1* host;
    const kpid_fetch_v1* table;
    void operator()(const kpid_document* documents) const noexcept {
      table->release(host, documents);
    }
  };
  std::unique_ptr<const kpid_document, Release> first_;
  std::vector<Document> documents_;
};

// KPID_SOURCE for what a reader found wrong in a document: any type with a `sentence` and a `row`.
// since 1.0
template <class Fault>
requires requires(const Fault& fault) {
  std::string(fault.sentence);
  static_cast<std::uint32_t>(fault.row);
}
[[nodiscard]] Error source_error(const Document& document, const Fault& fault) {
  return source_error(document.place(static_cast<std::uint32_t>(fault.row)) + ": " +
                      std::string(fault.sentence));
}

// Which of the documents that a location finds. since 1.0
enum class Select : std::int32_t {
  only = KPID_SELECT_ONLY,      // exactly one; more are an error
  newest = KPID_SELECT_NEWEST,  // the one with the latest modification time
  all = KPID_SELECT_ALL,        // all, in the order of their names
};

// A document that is asked for with headers or a body, over HTTP. Values and body may name secrets
// of the source, as {{secret:name}}; the host puts them in. since 1.1
struct Request {
  std::string_view location{};
  Select select = Select::only;
  std::vector<std::pair<std::string, std::string>> headers{};  // name, value
  std::optional<std::string> body{};  // then it is a POST, as JSON unless a header says otherwise
};

class Host {
 public:
  static constexpr std::size_t batch_rows = 4096;
  static constexpr std::size_t batch_text_bytes = std::size_t{1024} * 1024;

  // Made by KPID_PLUGIN. `raw` is complete (detail::is_complete) and outlives this.
  explicit Host(const kpid_host_v1& raw) noexcept : raw_(raw) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Hands an observation over. They are gathered and travel in batches, so a fault may be told by a
  // later call; once a call has failed, every later one fails alike. since 1.0
  Status emit(const Observation& observation) {
    if (failed_) return *failed_;
    kpid_observation item{};
    std::uint32_t flags = 0;
    if (observation.value) {
      flags |= KPID_HAS_VALUE;
      item.value = *observation.value;
    }
    if (observation.numerator.has_value() != observation.denominator.has_value()) {
      return fail(internal_error(
          "The plugin has a fault: tell its author.",
          "an observation of " + std::string(observation.measure) + " has one part of two"));
    }
    if (observation.numerator) {
      flags |= KPID_HAS_PARTS;
      item.numerator = *observation.numerator;
      item.denominator = *observation.denominator;
    }
    item.flags = flags;
    item.period_start = days_since_epoch(observation.period.first);
    item.period_end = days_since_epoch(observation.period.last);
    item.document = observation.document;
    item.row_first = observation.row_first;
    item.row_last = std::max(observation.row_first, observation.row_last);
    if (observation.stated_on) item.stated_on = days_since_epoch(*observation.stated_on);
    const Places before = places_.empty() ? Places{} : places_.back();
    places_.push_back({keep(observation.measure, before[0]),
                       keep(observation.organisation, before[1]),
                       keep(observation.subgroup, before[2])});
    items_.push_back(item);
    if (items_.size() < batch_rows && text_.size() < batch_text_bytes) return ok();
    return flush();
  }

  // Sends what is gathered now. Seldom needed: checkpoint and the end of a pull do it. since 1.0
  Status flush() {
    if (failed_) return *failed_;
    if (items_.empty()) return ok();
    for (std::size_t i = 0; i < items_.size(); ++i) {
      items_[i].measure = view(places_[i][0]);
      items_[i].organisation = view(places_[i][1]);
      items_[i].subgroup = view(places_[i][2]);
    }
    const std::int32_t status =
        raw_.emit(&raw_, items_.data(), items_.size(), sizeof(kpid_observation));
    items_.clear();
    places_.clear();
    text_.clear();
    return take(status);
  }

  // All that was emitted before is covered by `cursor` (any bytes, at most 64 KiB, no pupil's data)
  // and is committed with it; the next pull is given the last cursor that was committed. since 1.0
  Status checkpoint(std::string_view cursor) {
    if (Status flushed = flush(); !flushed) return flushed;
    return take(raw_.checkpoint(&raw_, detail::to_c(cursor)));
  }

  // A note for the operator: where (at most 500 bytes) and one sentence (at most 1000), without a
  // pupil's name, id or row. Longer text is cut. A failure shows in the next emit. since 1.0
  void note(std::string_view place, std::string_view sentence) {
    send_note(KPID_NOTE_INFO, place, sentence);
  }
  void warning(std::string_view place, std::string_view sentence) {
    send_note(KPID_NOTE_WARNING, place, sentence);
  }
  // Something was left out. since 1.0
  void skipped(std::string_view place, std::string_view sentence) {
    send_note(KPID_NOTE_SKIPPED, place, sentence);
  }

  // How many rows (records, lines) were read so far; shown to the operator. since 1.0
  void rows_read(std::uint64_t rows) { raw_.rows_read(&raw_, rows); }

  // [any] True once the host wants the call to end: return cancelled_error(). emit tells it too.
  // since 1.0
  [[nodiscard]] bool cancelled() const { return raw_.cancelled(&raw_) != 0; }

  // [any] A line for the daemon's log; rate-limited by the host. since 1.0
  void debug(std::string_view line) const { raw_.log(&raw_, 0, detail::to_c(line)); }
  void info(std::string_view line) const { raw_.log(&raw_, 1, detail::to_c(line)); }

  // Asks for documents: a path, glob or URL as the settings name it. They are mapped read-only
  // until the Documents end. Needs "kpid.fetch/1" under `requires` or `optional` in the manifest;
  // KPID_UNSUPPORTED where the host does not offer it. since 1.0
  Result<Documents> fetch(std::string_view location, Select select = Select::only) {
    Request request;
    request.location = location;
    request.select = select;
    return fetch(request);
  }

  // Headers and a body need a kpid of 1.1: an older one does not see them, so it is not asked, and
  // the answer is KPID_UNSUPPORTED. since 1.1
  Result<Documents> fetch(const Request& wanted) {
    if ((!wanted.headers.empty() || wanted.body) && raw_.abi_minor < 1) {
      return unsupported_error(
          "This plugin must ask its source with headers or a question, which this kpid is too old "
          "for; update kpid.",
          "kpid_fetch_request has headers and body since 1.1");
    }
    const auto* table =
        static_cast<const kpid_fetch_v1*>(raw_.extension(&raw_, detail::to_c(KPID_FETCH_V1)));
    if (table == nullptr || !KPID_HAS_MEMBER(*table, kpid_fetch_v1, release) ||
        table->fetch == nullptr || table->release == nullptr) {
      return unsupported_error(
          "This plugin must fetch documents, which this kpid does not offer to it; update kpid.",
          "no " KPID_FETCH_V1 ": is it under \"requires\" in the manifest?");
    }
    std::vector<kpid_header> headers;
    headers.reserve(wanted.headers.size());
    for (const auto& [name, value] : wanted.headers) {
      headers.push_back({detail::to_c(name), detail::to_c(value)});
    }
    kpid_fetch_request request{};
    request.struct_size = sizeof request;
    request.select = static_cast<std::int32_t>(wanted.select);
    request.location = detail::to_c(wanted.location);
    request.headers = headers.data();
    request.header_count = headers.size();
    request.header_size = sizeof(kpid_header);
    if (wanted.body) {
      request.body = detail::to_c(*wanted.body);
      request.has_body = 1;
    }
    const kpid_document* documents = nullptr;
    std::size_t count = 0;
    const std::int32_t status = table->fetch(&raw_, &request, &documents, &count);
    if (Status fetched = detail::from_host(status); !fetched) return fetched.error();
    if (count != 0 &&
        (documents == nullptr || !KPID_HAS_MEMBER(*documents, kpid_document, unchanged))) {
      return unsupported_error("This kpid is older than the plugin can do with; update kpid.",
                               "kpid_document is shorter than in 1.0");
    }
    return Documents(&raw_, table, documents, count);
  }

  // For extensions that this SDK does not wrap. since 1.0
  [[nodiscard]] const kpid_host_v1& raw() const noexcept { return raw_; }

 private:
  struct Place {  // in text_
    std::size_t at = 0;
    std::size_t length = 0;
  };
  using Places = std::array<Place, 3>;

  // Most texts are those of the row before: they are kept once.
  Place keep(std::string_view text, Place before) {
    if (std::string_view{text_}.substr(before.at, before.length) == text) return before;
    const Place place{text_.size(), text.size()};
    text_.append(text);
    return place;
  }
  [[nodiscard]] kpid_string view(Place place) const noexcept {
    return {text_.data() + place.at, place.length};
  }
  Status take(std::int32_t status) {
    Status told = detail::from_host(status);
    if (!told && !failed_) failed_ = told.error();
    return told;
  }
  Status fail(Error error) {
    failed_ = error;
    return error;
  }
  void send_note(std::int32_t level, std::string_view place, std::string_view sentence) {
    const kpid_note note{sizeof(kpid_note), level,
                         detail::to_c(detail::cut(place, detail::place_bytes)),
                         detail::to_c(detail::cut(sentence, detail::sentence_bytes))};
    static_cast<void>(take(raw_.note(&raw_, &note)));
  }

  const kpid_host_v1& raw_;
  std::vector<kpid_observation> items_;
  std::vector<Places> places_;
  std::string text_;
  std::optional<Error> failed_;
};

// What to return when Host::cancelled() is true. since 1.0
[[nodiscard]] inline Error cancelled_error() { return {KPID_CANCELLED, {}, {}, 0, true}; }

}  // namespace kpid::plugin
