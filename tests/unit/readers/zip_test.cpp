// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/zip.hpp"

#include <array>

#include <gtest/gtest.h>

#include "workbook.hpp"

namespace kpid::readers {
namespace {

using testing::zip_of;

TEST(Zip, ReadsMembersWholeAndPieceByPiece) {
  std::string large;
  for (int i = 0; i < 50'000; ++i) large += std::to_string(i * 7919) + "\n";
  const std::string bytes = zip_of(
      {{"in/Pupils.csv", "a,b\n1,2\n"}, {"empty", ""}, {"large", large}, {"\u00C9cole", "x"}});
  const auto archive = ZipArchive::open(bytes);
  ASSERT_TRUE(archive) << archive.error().sentence;
  ASSERT_EQ(archive->members().size(), 4U);
  EXPECT_EQ(archive->members()[0].name, "in/Pupils.csv");
  EXPECT_EQ(archive->members()[0].bytes, 8U);
  EXPECT_EQ(archive->members()[3].name, "\u00C9cole");
  EXPECT_EQ(archive->find("IN/pupils.CSV"), 0U);
  EXPECT_EQ(archive->find("pupils.csv"), std::nullopt);
  EXPECT_EQ(*archive->read("in/Pupils.csv"), "a,b\n1,2\n");
  EXPECT_EQ(*archive->read(1), "");
  EXPECT_EQ(*archive->read("large"), large);

  auto stream = archive->stream(2);
  ASSERT_TRUE(stream);
  std::string pieces;
  std::array<char, 1000> piece{};
  for (;;) {
    const auto got = stream->read(piece);
    ASSERT_TRUE(got) << got.error().sentence;
    if (*got == 0) break;
    pieces.append(piece.data(), *got);
  }
  EXPECT_EQ(pieces, large);
}

TEST(Zip, RefusesBombsBeforeUnpacking) {
  const std::string bytes = zip_of({{"zeros", std::string(std::size_t{8} << 20U, '\0')}});
  const auto fault = [](const auto& got) {
    return got ? std::string("read") : got.error().sentence;
  };
  EXPECT_EQ(fault(ZipArchive::open(bytes)->read("zeros")),
            "In the archive, the file \"zeros\" unpacks to more than 250 times its size, as no "
            "honest file does; it was not unpacked.");
  EXPECT_EQ(fault(ZipArchive::open(bytes, {10, 1000, 5000})->read("zeros")),
            "In the archive, the file \"zeros\" is larger than 1000 bytes unpacked, which is more "
            "than is read.");
  EXPECT_EQ(fault(ZipArchive::open(bytes, {10, 1U << 30U, 5000})->read("zeros")), "read");
  EXPECT_EQ(fault(ZipArchive::open(bytes, {0, 1000, 5000})),
            "The archive holds more than 0 files; pack only what is to be read.");
  EXPECT_EQ(fault(ZipArchive::open(bytes)->read("ones")),
            "The archive holds no file \"ones\"; look at what was packed.");
}

TEST(Zip, NoticesDamage) {
  const std::string whole = zip_of({{"a.csv", "a,b\n1,2\n3,4\n5,6\n"}});
  const auto at = whole.find("a,b");
  ASSERT_NE(at, std::string::npos) << "so small a member is stored as it is";
  std::string bytes = whole;
  bytes[at] = 'z';
  const auto archive = ZipArchive::open(bytes);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->read("a.csv").error().sentence,
            "In the archive, the file \"a.csv\" does not match its checksum, so it is damaged; "
            "fetch or export the file again.");
  // Cut anywhere, it is refused or read as it was.
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = ZipArchive::open(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(cut && cut->read("a.csv")) << size;
  }
}

}  // namespace
}  // namespace kpid::readers
