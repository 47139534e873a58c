// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The frames between the daemon and kpid-plugin-host: a length (u32, little endian), then a
// FlatBuffer. Decoding trusts nothing: the cap comes before the allocation, the verifier before the
// first access, and the meaning (indexes, limits, UTF-8, numbers) before anything is handed on.
// Pure functions; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <flatbuffers/detached_buffer.h>

#include "model/error.hpp"
#include "model/observation.hpp"

namespace kpid::plugin_host::wire {

inline constexpr std::size_t max_frame_bytes = 8U << 20;
inline constexpr std::size_t max_batch_rows = 16384;
inline constexpr std::size_t max_batch_strings = 3 * max_batch_rows;
inline constexpr std::size_t max_batch_text = 2U << 20;  // what the child packs into one batch
inline constexpr std::size_t max_name_bytes = 1000;      // measure, organisation, subgroup
inline constexpr std::size_t max_cursor_bytes = 64U << 10;
inline constexpr std::size_t max_operator_text = 1000;
inline constexpr std::size_t max_developer_text = 4000;
inline constexpr std::size_t max_place_bytes = 500;
inline constexpr std::size_t max_sentence_bytes = 1000;
inline constexpr std::size_t max_location_bytes = 4096;
inline constexpr std::size_t max_headers = 64;
inline constexpr std::size_t max_header_bytes = 8192;  // name or value
inline constexpr std::size_t max_body_bytes = 1U << 20;
inline constexpr std::size_t max_line_bytes = 1000;
inline constexpr std::int32_t first_day = -25567;  // 1900-01-01: no school's figures are older
inline constexpr std::int32_t last_day = 84006;    // 2200-01-01

// A received payload, aligned for every type; views into it keep it alive by sharing it.
class Frame {
 public:
  explicit Frame(std::size_t size) : bytes_(new unsigned char[size]), size_(size) {}
  [[nodiscard]] unsigned char* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const unsigned char* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::shared_ptr<const void> share() const noexcept { return bytes_; }

 private:
  std::shared_ptr<unsigned char[]> bytes_;
  std::size_t size_;
};

inline constexpr std::size_t header_bytes = 4;
[[nodiscard]] std::array<unsigned char, header_bytes> encode_header(std::size_t size) noexcept;
// Nothing where the length is 0 or over the cap.
[[nodiscard]] std::optional<std::size_t> decode_header(
    std::span<const unsigned char, header_bytes> header) noexcept;

// ---- From the child ----------------------------------------------------------------------------

struct Hello {                  // the library is loaded, its table checked, the sandbox closed
  std::uint32_t abi_minor = 0;  // that the plugin needs
};
struct Refusal {  // the library is not loaded
  std::string sentence;
  std::string detail;
};
struct FetchAsked {
  std::string location;
  std::int32_t select = 0;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<std::string> body{};
};
struct CheckpointAsked {
  std::string cursor;
};
struct RowsRead {
  std::uint64_t rows = 0;
};
struct LogLine {
  std::int32_t level = 0;
  std::string line;
};
struct Ended {
  std::int32_t status = 0;
  std::string operator_text;
  std::string developer_text;
  std::int64_t retry_at_ms = 0;
};
using ChildMessage = std::variant<Hello, Refusal, FetchAsked, ObservationBatch, CheckpointAsked,
                                  RunNote, RowsRead, LogLine, Ended>;

[[nodiscard]] flatbuffers::DetachedBuffer encode_child(const ChildMessage& message);
[[nodiscard]] Result<ChildMessage> decode_child(const Frame& frame);

// ---- From the daemon ---------------------------------------------------------------------------

struct Start {
  std::int32_t verb = 0;  // 0 check, 1 pull
  std::string library;
  std::string manifest;  // empty: not compared
  std::string settings;
  std::string cursor;
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
  std::int64_t now_ms = 0;
  std::uint64_t memory = 0;
  std::int64_t time_ms = 0;
};
struct Document {
  FetchedDocument document;
  std::string etag;
  bool unchanged = false;
};
struct FetchEnded {
  std::int32_t status = 0;
  std::string operator_text;
  std::string developer_text;
  std::int64_t retry_at_ms = 0;
};
struct Committed {};
using DaemonMessage = std::variant<Start, Document, FetchEnded, Committed>;

[[nodiscard]] flatbuffers::DetachedBuffer encode_daemon(const DaemonMessage& message);
[[nodiscard]] Result<DaemonMessage> decode_daemon(const Frame& frame);

}  // namespace kpid::plugin_host::wire
