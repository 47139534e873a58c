// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what is encoded comes back the same, and nothing that is not sound comes through.

#include "plugin_host/wire.hpp"

#include <cstring>
#include <functional>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kpid::plugin_host::wire {
namespace {

using ::testing::HasSubstr;

Frame frame_of(const flatbuffers::DetachedBuffer& bytes) {
  Frame frame(bytes.size());
  std::memcpy(frame.data(), bytes.data(), bytes.size());
  return frame;
}
Result<ChildMessage> through(const ChildMessage& message) {
  return decode_child(frame_of(encode_child(message)));
}
std::string why_not(const ChildMessage& message) {
  const auto result = through(message);
  return result ? "it came through" : result.error().sentence;
}

ObservationRow sound_row() {
  ObservationRow row{1,  2, 0, 100, 200, ObservationRow::has_value | ObservationRow::has_parts,
                     3,  4, 5, 0,   6.5, 7.5,
                     8.5};
  return row;
}
ObservationBatch batch_of(const std::vector<ObservationRow>& rows) {
  return {{"", "roll.pupils", "900001"}, rows, nullptr};
}

TEST(Wire, ARowKeepsEachOfItsMembers) {
  const std::vector<ObservationRow> rows{sound_row(), sound_row()};
  auto message = through(batch_of(rows));
  ASSERT_TRUE(message) << message.error().sentence;
  // The message holds the storage: the frame itself is gone by now.
  const auto& batch = std::get<ObservationBatch>(*message);
  EXPECT_THAT(batch.strings, ::testing::ElementsAre("", "roll.pupils", "900001"));
  ASSERT_EQ(batch.rows.size(), 2U);
  EXPECT_EQ(std::memcmp(&batch.rows[1], &rows[1], sizeof(ObservationRow)), 0);
}

TEST(Wire, UnsoundRowsAreRefused) {
  const std::vector<std::function<void(ObservationRow&)>> faults{
      [](auto& row) { row.measure = 3; },
      [](auto& row) { row.organisation = 3; },
      [](auto& row) { row.subgroup = std::numeric_limits<std::uint32_t>::max(); },
      [](auto& row) { row.period_start = 201; },
      [](auto& row) { row.period_start = first_day - 1; },
      [](auto& row) { row.period_end = last_day + 1; },
      [](auto& row) { row.flags = 0; },
      [](auto& row) { row.flags |= 4; },
      [](auto& row) { row.row_first = 6; },
      [](auto& row) { row.stated_on = -1; },
      [](auto& row) { row.stated_on = last_day + 1; },
      [](auto& row) { row.value = std::numeric_limits<double>::quiet_NaN(); },
      [](auto& row) { row.numerator = std::numeric_limits<double>::infinity(); },
      [](auto& row) { row.denominator = -std::numeric_limits<double>::infinity(); }};
  for (std::size_t i = 0; i < faults.size(); ++i) {
    std::vector<ObservationRow> rows{sound_row(), sound_row()};
    faults[i](rows[1]);
    EXPECT_THAT(why_not(batch_of(rows)),
                HasSubstr("a row that breaks the contract, number 2 of its batch"))
        << "fault " << i;
  }
}

TEST(Wire, LimitsAreKept) {
  EXPECT_THAT(why_not(batch_of({})), HasSubstr("a batch of 0 rows"));
  EXPECT_THAT(why_not(batch_of(std::vector(max_batch_rows + 1, sound_row()))),
              HasSubstr("a batch of 16385 rows"));
  const std::string long_text(5000, 'x');
  ObservationBatch batch = batch_of({});
  const std::vector<ObservationRow> rows{sound_row()};
  batch.rows = rows;
  batch.strings[0] = long_text;
  EXPECT_THAT(why_not(batch), HasSubstr("a name of 5000 bytes"));
  batch.strings[0] = "\xC0\xAF";
  EXPECT_THAT(why_not(batch), HasSubstr("a name that is not UTF-8"));
  EXPECT_THAT(why_not(CheckpointAsked{std::string(max_cursor_bytes + 1, 'x')}),
              HasSubstr("a cursor of 65537 bytes"));
  EXPECT_THAT(why_not(FetchAsked{long_text, 0}), HasSubstr("a location of 5000 bytes"));
  EXPECT_THAT(why_not(FetchAsked{"a.csv", 3}), HasSubstr("unknown way to select"));
  FetchAsked asked{"https://example.org/", 0};
  asked.headers.assign(max_headers + 1, {"A", "b"});
  EXPECT_THAT(why_not(asked), HasSubstr("a fetch with 65 headers"));
  asked.headers = {{"A", std::string(max_header_bytes + 1, 'x')}};
  EXPECT_THAT(why_not(asked), HasSubstr("a header of 8193 bytes"));
  asked.headers.clear();
  asked.body = std::string(max_body_bytes + 1, 'x');
  EXPECT_THAT(why_not(asked), HasSubstr("a body of 1048577 bytes"));
  EXPECT_THAT(why_not(RunNote{RunNote::Level::info, long_text, ""}), HasSubstr("a place of"));
  EXPECT_THAT(why_not(RunNote{static_cast<RunNote::Level>(3), "", ""}),
              HasSubstr("a note of an unknown level"));
  EXPECT_THAT(why_not(LogLine{1, long_text}), HasSubstr("a log line of"));
  EXPECT_THAT(why_not(LogLine{4, ""}), HasSubstr("a log line of an unknown level"));
  EXPECT_THAT(why_not(Ended{0, long_text, "", 0}), HasSubstr("a sentence of"));
  EXPECT_THAT(why_not(Ended{0, "", long_text, 0}), HasSubstr("a detail of"));
  EXPECT_THAT(why_not(Refusal{"\xFF", ""}), HasSubstr("a sentence that is not UTF-8"));
}

TEST(Wire, AFullBatchFitsIntoAFrame) {
  std::vector<std::string> names;
  ObservationBatch batch;
  std::vector<ObservationRow> rows(max_batch_rows, sound_row());
  for (std::size_t i = 0; i * max_name_bytes < max_batch_text + 3 * max_name_bytes; ++i) {
    names.emplace_back(max_name_bytes, 'x');
  }
  batch.strings.assign(names.begin(), names.end());
  batch.rows = rows;
  EXPECT_LE(encode_child(batch).size(), max_frame_bytes);
}

TEST(Wire, HeadersHaveACap) {
  EXPECT_EQ(decode_header(encode_header(0)), std::nullopt);
  EXPECT_EQ(decode_header(encode_header(1)), 1U);
  EXPECT_EQ(decode_header(encode_header(max_frame_bytes)), max_frame_bytes);
  EXPECT_EQ(decode_header(encode_header(max_frame_bytes + 1)), std::nullopt);
  EXPECT_EQ(decode_header(encode_header(0xFFFFFFFF)), std::nullopt);
  EXPECT_EQ(encode_header(0x01020304), (std::array<unsigned char, 4>{4, 3, 2, 1}));
}

TEST(Wire, TheDaemonsMessagesComeBack) {
  const Start start{1, "/p.so", "{}", "{\"a\":1}", std::string("c\0d", 3), 1, 2, 3, 4, 5};
  const auto decoded = decode_daemon(frame_of(encode_daemon(start)));
  ASSERT_TRUE(decoded);
  const auto& back = std::get<Start>(*decoded);
  EXPECT_EQ(back.verb, 1);
  EXPECT_EQ(back.library, start.library);
  EXPECT_EQ(back.manifest, start.manifest);
  EXPECT_EQ(back.settings, start.settings);
  EXPECT_EQ(back.cursor, start.cursor);
  EXPECT_EQ(back.since_ms, 1);
  EXPECT_EQ(back.until_ms, 2);
  EXPECT_EQ(back.now_ms, 3);
  EXPECT_EQ(back.memory, 4U);
  EXPECT_EQ(back.time_ms, 5);
  const Document document{{7, "/a.csv", "ab", 9, 10, 11}, "etag", true};
  const auto other = decode_daemon(frame_of(encode_daemon(document)));
  ASSERT_TRUE(other);
  const auto& given = std::get<Document>(*other);
  EXPECT_EQ(given.document.number, 7U);
  EXPECT_EQ(given.document.origin, "/a.csv");
  EXPECT_EQ(given.document.sha256, "ab");
  EXPECT_EQ(given.document.size, 9U);
  EXPECT_EQ(given.document.fetched_at_ms, 10);
  EXPECT_EQ(given.document.modified_at_ms, 11);
  EXPECT_EQ(given.etag, "etag");
  EXPECT_TRUE(given.unchanged);
}

// Every single byte of a sound frame turned into others: decoding ends, and what still comes
// through keeps its promises. The sanitizers watch.
TEST(Wire, ABatchWithOneByteChanged) {
  const std::vector<ObservationRow> rows(3, sound_row());
  const auto bytes = encode_child(batch_of(rows));
  std::size_t refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned change : {0x01U, 0x04U, 0x80U, 0xFFU}) {
      Frame frame = frame_of(bytes);
      frame.data()[at] = static_cast<unsigned char>(frame.data()[at] ^ change);
      const auto message = decode_child(frame);
      if (!message) {
        ++refused;
        continue;
      }
      if (const auto* batch = std::get_if<ObservationBatch>(&*message)) {
        for (const auto& row : batch->rows) ASSERT_LT(row.measure, batch->strings.size());
      }
    }
  }
  EXPECT_GT(refused, bytes.size());
}

}  // namespace
}  // namespace kpid::plugin_host::wire
