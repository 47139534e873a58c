// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <flatbuffers/flatbuffers.h>

#include "plugin_host/wire.hpp"
#include "wire_generated.h"

namespace kpid::plugin_host::wire {
namespace {

using Builder = flatbuffers::FlatBufferBuilder;
using Strings = std::vector<flatbuffers::Offset<flatbuffers::String>>;

static_assert(sizeof(schema::Row) == sizeof(ObservationRow));
static_assert(alignof(schema::Row) == alignof(ObservationRow));

auto bytes(Builder& builder, std::string_view text) {
  return builder.CreateVector(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

schema::Row to_wire(const ObservationRow& row) {
  return schema::Row(row.measure, row.organisation, row.subgroup, row.period_start, row.period_end,
                     row.flags, row.fetch, row.row_first, row.row_last, row.stated_on, row.value,
                     row.numerator, row.denominator);
}

// Builds the body of each message; the overload's type names the union's member.
struct ChildBody {
  Builder& builder;

  auto operator()(const Hello& hello) const {
    return schema::CreateHello(builder, hello.abi_minor);
  }
  auto operator()(const Refusal& refusal) const {
    const auto sentence = builder.CreateString(refusal.sentence);
    return schema::CreateRefusal(builder, sentence, builder.CreateString(refusal.detail));
  }
  auto operator()(const FetchAsked& asked) const {
    std::vector<flatbuffers::Offset<schema::Header>> headers;
    headers.reserve(asked.headers.size());
    for (const auto& [name, value] : asked.headers) {
      const auto head = builder.CreateString(name);
      headers.push_back(schema::CreateHeader(builder, head, builder.CreateString(value)));
    }
    const auto location = builder.CreateString(asked.location);
    const auto all = builder.CreateVector(headers);
    return schema::CreateFetchAsked(builder, location, asked.select, all,
                                    asked.body ? builder.CreateString(*asked.body) : 0);
  }
  auto operator()(const ObservationBatch& batch) const {
    Strings strings;
    strings.reserve(batch.strings.size());
    for (const auto text : batch.strings) strings.push_back(builder.CreateString(text));
    const auto table = builder.CreateVector(strings);
    schema::Row* rows = nullptr;
    const auto vector = builder.CreateUninitializedVectorOfStructs(batch.rows.size(), &rows);
    for (const auto& row : batch.rows) *rows++ = to_wire(row);
    return schema::CreateBatch(builder, table, vector);
  }
  auto operator()(const CheckpointAsked& asked) const {
    return schema::CreateCheckpoint(builder, bytes(builder, asked.cursor));
  }
  auto operator()(const RunNote& note) const {
    const auto place = builder.CreateString(note.place);
    return schema::CreateNote(builder, static_cast<std::int32_t>(note.level), place,
                              builder.CreateString(note.sentence));
  }
  auto operator()(const RowsRead& read) const { return schema::CreateRowsRead(builder, read.rows); }
  auto operator()(const LogLine& line) const {
    return schema::CreateLogLine(builder, line.level, builder.CreateString(line.line));
  }
  auto operator()(const Ended& ended) const {
    const auto text = builder.CreateString(ended.operator_text);
    return schema::CreateEnded(builder, ended.status, text,
                               builder.CreateString(ended.developer_text), ended.retry_at_ms);
  }
};

struct DaemonBody {
  Builder& builder;

  auto operator()(const Start& start) const {
    const auto library = builder.CreateString(start.library);
    const auto manifest = builder.CreateString(start.manifest);
    const auto settings = builder.CreateString(start.settings);
    return schema::CreateStart(builder, start.verb, library, manifest, settings,
                               bytes(builder, start.cursor), start.since_ms, start.until_ms,
                               start.now_ms, start.memory, start.time_ms);
  }
  auto operator()(const Document& document) const {
    const FetchedDocument& about = document.document;
    const auto origin = builder.CreateString(about.origin);
    const auto sha256 = builder.CreateString(about.sha256);
    return schema::CreateDocument(builder, about.number, about.size, origin, sha256,
                                  builder.CreateString(document.etag), about.fetched_at_ms,
                                  about.modified_at_ms, document.unchanged);
  }
  auto operator()(const FetchEnded& ended) const {
    const auto text = builder.CreateString(ended.operator_text);
    return schema::CreateFetchEnded(builder, ended.status, text,
                                    builder.CreateString(ended.developer_text), ended.retry_at_ms);
  }
  auto operator()(const Committed&) const { return schema::CreateCommitted(builder); }
};

template <class T>
T table_of(flatbuffers::Offset<T>);

}  // namespace

std::array<unsigned char, header_bytes> encode_header(std::size_t size) noexcept {
  std::array<unsigned char, header_bytes> header{};
  for (std::size_t i = 0; i < header_bytes; ++i) {
    header[i] = static_cast<unsigned char>((size >> (8 * i)) & 0xFFU);
  }
  return header;
}

flatbuffers::DetachedBuffer encode_child(const ChildMessage& message) {
  Builder builder;
  std::visit(
      [&](const auto& body) {
        const auto offset = ChildBody{builder}(body);
        using Table = decltype(table_of(offset));
        builder.Finish(schema::CreateChildFrame(builder, schema::FromChildTraits<Table>::enum_value,
                                                offset.Union()));
      },
      message);
  return builder.Release();
}

flatbuffers::DetachedBuffer encode_daemon(const DaemonMessage& message) {
  Builder builder;
  std::visit(
      [&](const auto& body) {
        const auto offset = DaemonBody{builder}(body);
        using Table = decltype(table_of(offset));
        builder.Finish(schema::CreateDaemonFrame(
            builder, schema::FromDaemonTraits<Table>::enum_value, offset.Union()));
      },
      message);
  return builder.Release();
}

}  // namespace kpid::plugin_host::wire
