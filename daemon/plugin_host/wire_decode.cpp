// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <bit>
#include <cmath>

#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>

#include "plugin_host/wire.hpp"
#include "readers/encoding.hpp"
#include "wire_generated.h"

namespace kpid::plugin_host::wire {
namespace {

static_assert(std::endian::native == std::endian::little, "rows are read in place");

tl::unexpected<Error> bad(std::string what) {
  return fail(ErrorKind::plugin, fmt::format("the plugin's process sent {}", what));
}

std::string_view view(const flatbuffers::String& text) { return {text.c_str(), text.size()}; }
std::string_view view(const flatbuffers::Vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A text as the message may bear it: within its limit and UTF-8.
Result<std::string> text(const flatbuffers::String* from, std::size_t limit,
                         std::string_view what) {
  const std::string_view bytes = view(*from);
  if (bytes.size() > limit) return bad(fmt::format("a {} of {} bytes", what, bytes.size()));
  if (!readers::is_utf8(bytes)) return bad(fmt::format("a {} that is not UTF-8", what));
  return std::string(bytes);
}

bool sound(const ObservationRow& row, std::size_t strings) {
  constexpr std::uint32_t known = ObservationRow::has_value | ObservationRow::has_parts;
  return row.measure < strings && row.organisation < strings && row.subgroup < strings &&
         row.period_start >= first_day && row.period_end <= last_day &&
         row.period_start <= row.period_end && row.flags != 0 && (row.flags & ~known) == 0 &&
         row.stated_on >= 0 && row.stated_on <= last_day && row.row_first <= row.row_last &&
         std::isfinite(row.value) && std::isfinite(row.numerator) && std::isfinite(row.denominator);
}

Result<ChildMessage> decode(const schema::Hello& hello, const Frame&) {
  return Hello{hello.abi_minor()};
}

Result<ChildMessage> decode(const schema::Refusal& refusal, const Frame&) {
  auto sentence = text(refusal.sentence(), max_operator_text, "sentence");
  if (!sentence) return tl::unexpected(sentence.error());
  auto detail = text(refusal.detail(), max_developer_text, "detail");
  if (!detail) return tl::unexpected(detail.error());
  return Refusal{std::move(*sentence), std::move(*detail)};
}

Result<ChildMessage> decode(const schema::FetchAsked& asked, const Frame&) {
  auto location = text(asked.location(), max_location_bytes, "location");
  if (!location) return tl::unexpected(location.error());
  if (asked.select() < 0 || asked.select() > 2) return bad("an unknown way to select documents");
  FetchAsked message{std::move(*location), asked.select()};
  const std::size_t headers = asked.headers() == nullptr ? 0 : asked.headers()->size();
  if (headers > max_headers) return bad(fmt::format("a fetch with {} headers", headers));
  for (std::size_t i = 0; i < headers; ++i) {
    const auto& header = *asked.headers()->Get(static_cast<flatbuffers::uoffset_t>(i));
    auto name = text(header.name(), max_header_bytes, "header");
    if (!name) return tl::unexpected(name.error());
    auto value = text(header.value(), max_header_bytes, "header");
    if (!value) return tl::unexpected(value.error());
    message.headers.emplace_back(std::move(*name), std::move(*value));
  }
  if (asked.body() != nullptr) {
    const std::string_view body = view(*asked.body());
    if (body.size() > max_body_bytes) return bad(fmt::format("a body of {} bytes", body.size()));
    message.body = body;
  }
  return message;
}

Result<ChildMessage> decode(const schema::Batch& batch, const Frame& frame) {
  const auto& strings = *batch.strings();
  const auto& rows = *batch.rows();
  if (rows.size() == 0 || rows.size() > max_batch_rows || strings.size() > max_batch_strings) {
    return bad(fmt::format("a batch of {} rows and {} names", rows.size(), strings.size()));
  }
  ObservationBatch message;
  message.strings.reserve(strings.size());
  for (const auto* name : strings) {
    const std::string_view bytes = view(*name);
    if (bytes.size() > max_name_bytes) return bad(fmt::format("a name of {} bytes", bytes.size()));
    if (!readers::is_utf8(bytes)) return bad("a name that is not UTF-8");
    message.strings.push_back(bytes);
  }
  // The verifier checks the alignment of the vector's length, not of what follows it.
  if (reinterpret_cast<std::uintptr_t>(rows.Data()) % alignof(ObservationRow) != 0) {
    return bad("rows that are not aligned");
  }
  message.rows = {reinterpret_cast<const ObservationRow*>(rows.Data()), rows.size()};
  for (std::size_t i = 0; i < message.rows.size(); ++i) {
    if (!sound(message.rows[i], message.strings.size())) {
      return bad(fmt::format("a row that breaks the contract, number {} of its batch", i + 1));
    }
  }
  message.storage = frame.share();
  return message;
}

Result<ChildMessage> decode(const schema::Checkpoint& checkpoint, const Frame&) {
  const std::string_view cursor = view(*checkpoint.cursor());
  if (cursor.size() > max_cursor_bytes) {
    return bad(fmt::format("a cursor of {} bytes", cursor.size()));
  }
  return CheckpointAsked{std::string(cursor)};
}

Result<ChildMessage> decode(const schema::Note& note, const Frame&) {
  if (note.level() < 0 || note.level() > 2) return bad("a note of an unknown level");
  auto place = text(note.place(), max_place_bytes, "place");
  if (!place) return tl::unexpected(place.error());
  auto sentence = text(note.sentence(), max_sentence_bytes, "sentence");
  if (!sentence) return tl::unexpected(sentence.error());
  return RunNote{static_cast<RunNote::Level>(note.level()), std::move(*place),
                 std::move(*sentence)};
}

Result<ChildMessage> decode(const schema::RowsRead& read, const Frame&) {
  return RowsRead{read.rows()};
}

Result<ChildMessage> decode(const schema::LogLine& line, const Frame&) {
  if (line.level() < 0 || line.level() > 3) return bad("a log line of an unknown level");
  auto bytes = text(line.line(), max_line_bytes, "log line");
  if (!bytes) return tl::unexpected(bytes.error());
  return LogLine{line.level(), std::move(*bytes)};
}

Result<ChildMessage> decode(const schema::Ended& ended, const Frame&) {
  auto for_operator = text(ended.operator_text(), max_operator_text, "sentence");
  if (!for_operator) return tl::unexpected(for_operator.error());
  auto for_developer = text(ended.developer_text(), max_developer_text, "detail");
  if (!for_developer) return tl::unexpected(for_developer.error());
  return Ended{ended.status(), std::move(*for_operator), std::move(*for_developer),
               ended.retry_at_ms()};
}

Start decode(const schema::Start& start) {
  return {start.verb(),
          start.library()->str(),
          start.manifest()->str(),
          start.settings()->str(),
          std::string(view(*start.cursor())),
          start.since_ms(),
          start.until_ms(),
          start.now_ms(),
          start.memory(),
          start.time_ms()};
}

Document decode(const schema::Document& document) {
  return {{document.number(), document.origin()->str(), document.sha256()->str(), document.size(),
           document.fetched_at_ms(), document.modified_at_ms()},
          document.etag()->str(),
          document.unchanged()};
}

}  // namespace

std::optional<std::size_t> decode_header(
    std::span<const unsigned char, header_bytes> header) noexcept {
  std::size_t size = 0;
  for (std::size_t i = 0; i < header_bytes; ++i) size |= std::size_t{header[i]} << (8 * i);
  if (size == 0 || size > max_frame_bytes) return std::nullopt;
  return size;
}

Result<ChildMessage> decode_child(const Frame& frame) {
  flatbuffers::Verifier verifier(frame.data(), frame.size());
  if (!verifier.VerifyBuffer<schema::ChildFrame>(nullptr)) {
    return bad("bytes that are not a message");
  }
  const auto& child = *flatbuffers::GetRoot<schema::ChildFrame>(frame.data());
  switch (child.body_type()) {
    case schema::FromChild_Hello:
      return decode(*child.body_as_Hello(), frame);
    case schema::FromChild_Refusal:
      return decode(*child.body_as_Refusal(), frame);
    case schema::FromChild_FetchAsked:
      return decode(*child.body_as_FetchAsked(), frame);
    case schema::FromChild_Batch:
      return decode(*child.body_as_Batch(), frame);
    case schema::FromChild_Checkpoint:
      return decode(*child.body_as_Checkpoint(), frame);
    case schema::FromChild_Note:
      return decode(*child.body_as_Note(), frame);
    case schema::FromChild_RowsRead:
      return decode(*child.body_as_RowsRead(), frame);
    case schema::FromChild_LogLine:
      return decode(*child.body_as_LogLine(), frame);
    case schema::FromChild_Ended:
      return decode(*child.body_as_Ended(), frame);
    default:
      // The verifier lets a member through that it does not know: it may come from a newer schema.
      return bad("a message of an unknown kind");
  }
}

Result<DaemonMessage> decode_daemon(const Frame& frame) {
  flatbuffers::Verifier verifier(frame.data(), frame.size());
  if (!verifier.VerifyBuffer<schema::DaemonFrame>(nullptr)) {
    return fail(ErrorKind::internal, "the daemon sent bytes that are not a message");
  }
  const auto& daemon = *flatbuffers::GetRoot<schema::DaemonFrame>(frame.data());
  switch (daemon.body_type()) {
    case schema::FromDaemon_Start:
      return decode(*daemon.body_as_Start());
    case schema::FromDaemon_Document:
      return decode(*daemon.body_as_Document());
    case schema::FromDaemon_FetchEnded: {
      const auto& ended = *daemon.body_as_FetchEnded();
      return FetchEnded{ended.status(), ended.operator_text()->str(), ended.developer_text()->str(),
                        ended.retry_at_ms()};
    }
    case schema::FromDaemon_Committed:
      return Committed{};
    default:
      return fail(ErrorKind::internal, "the daemon sent a message of an unknown kind");
  }
}

}  // namespace kpid::plugin_host::wire
