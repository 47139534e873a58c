// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whatever stands behind a location, a plugin gets its exact bytes or a sentence that helps.

#include "fetch/fetcher.hpp"

#include <chrono>
#include <fstream>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace kpid::fetch {
namespace {

using ::testing::HasSubstr;
using Select = FetchRequest::Select;
using Documents = Result<std::vector<Fetched>>;

class FetcherTest : public ::testing::Test {
 protected:
  void put(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  void date(const std::string& name, int hours) const {
    using std::filesystem::file_time_type;
    std::filesystem::last_write_time(folder_ / name,
                                     file_time_type::clock::now() + std::chrono::hours(hours));
  }
  Documents fetch(const std::string& location, Select select = Select::only) {
    policy_.base = folder_.path();
    policy_.scratch = folder_.path();
    const auto fetcher = make_fetcher(policy_);
    std::optional<Documents> result;
    boost::asio::io_context loop;
    boost::asio::co_spawn(loop, fetcher->fetch({location, select}),
                          [&](std::exception_ptr fault, Documents documents) {
                            EXPECT_EQ(fault, nullptr);
                            result = std::move(documents);
                          });
    loop.run();
    return std::move(*result);
  }
  static std::string content(const Fetched& fetched) {
    std::string text(fetched.document.size, '\0');
    EXPECT_EQ(::pread(fetched.content.get(), text.data(), text.size(), 0),
              static_cast<ssize_t>(text.size()));
    return text;
  }
  static std::vector<std::string> names(const Documents& documents) {
    std::vector<std::string> all;
    for (const Fetched& one : *documents) {
      all.push_back(std::filesystem::path(one.document.origin).filename());
    }
    return all;
  }

  kpid::testing::TemporaryFolder folder_;
  FetchPolicy policy_;
};

TEST_F(FetcherTest, HandsOverTheBytesWithTheirHash) {
  put("a.csv", "abc");
  const auto got = fetch("a.csv");
  ASSERT_TRUE(got) << got.error().text();
  ASSERT_EQ(got->size(), 1U);
  EXPECT_EQ(content((*got)[0]), "abc");
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ((*got)[0].document.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ((*got)[0].document.origin, (folder_ / "a.csv").string());
  EXPECT_GT((*got)[0].document.modified_at_ms, 0);
  EXPECT_GT((*got)[0].document.fetched_at_ms, 0);
  EXPECT_FALSE((*got)[0].unchanged);
}

TEST_F(FetcherTest, DescriptorCannotBeWrittenAndHasNoName) {
  put("a.csv", "abc");
  const auto got = fetch("a.csv");
  ASSERT_TRUE(got);
  const int fd = (*got)[0].content.get();
  EXPECT_EQ(::write(fd, "x", 1), -1);
  EXPECT_EQ(::mmap(nullptr, 3, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
  struct stat about {};
  ASSERT_EQ(::fstat(fd, &about), 0);
  EXPECT_EQ(about.st_nlink, 0U);
  put("a.csv", "changed");  // what was fetched stays as it was
  EXPECT_EQ(content((*got)[0]), "abc");
}

TEST_F(FetcherTest, EmptyFileIsADocument) {
  put("empty.csv", "");
  const auto got = fetch("empty.csv");
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)[0].document.size, 0U);
}

TEST_F(FetcherTest, KnowsWhatIsUnchanged) {
  put("a.csv", "abc");
  policy_.last_hashes = {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"};
  EXPECT_TRUE((*fetch("a.csv"))[0].unchanged);
}

TEST_F(FetcherTest, AllComesInTheOrderOfNames) {
  put("in/b.csv", "b");
  put("in/a.csv", "a");
  put("in/c.txt", "c");
  std::filesystem::create_directory(folder_ / "in/d.csv");
  EXPECT_EQ(names(fetch("in/*.csv", Select::all)), (std::vector<std::string>{"a.csv", "b.csv"}));
}

TEST_F(FetcherTest, NewestIsChosenByModificationTime) {
  put("in/b.csv", "b");
  put("in/a.csv", "a");
  date("in/a.csv", -1);
  date("in/b.csv", -5);
  EXPECT_EQ(names(fetch("in/*.csv", Select::newest)), std::vector<std::string>{"a.csv"});
}

TEST_F(FetcherTest, SeveralMatchesAreRefusedWhereOneIsExpected) {
  put("in/b.csv", "b");
  put("in/a.csv", "a");
  const auto got = fetch("in/*.csv");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::config);
  EXPECT_THAT(got.error().text(), HasSubstr("matches 2 files (a.csv, b.csv, …)"));
}

TEST_F(FetcherTest, NameWithPatternCharactersIsTakenLiterally) {
  put("roll [final].csv", "x");
  EXPECT_EQ(names(fetch("roll [final].csv")), std::vector<std::string>{"roll [final].csv"});
}

TEST_F(FetcherTest, PatternThatMatchesNothing) {
  const auto got = fetch("in/*.csv", Select::all);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::not_found);
  EXPECT_THAT(got.error().text(), HasSubstr("matches the pattern"));
}

TEST_F(FetcherTest, TooManyMatches) {
  for (int i = 0; i < 251; ++i) put("in/" + std::to_string(i) + ".csv", "x");
  const auto got = fetch("in/*.csv", Select::all);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().sentence, HasSubstr("251 files, more than the 250"));
}

TEST_F(FetcherTest, MissingFile) {
  const auto got = fetch("none.csv");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::not_found);
  EXPECT_THAT(got.error().text(), HasSubstr("none.csv: the file does not exist"));
}

TEST_F(FetcherTest, UnreadableFile) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads every file";
  put("a.csv", "abc");
  std::filesystem::permissions(folder_ / "a.csv", std::filesystem::perms::none);
  const auto got = fetch("a.csv");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), HasSubstr("may not be read"));
}

TEST_F(FetcherTest, FolderIsNoFile) {
  std::filesystem::create_directory(folder_ / "in");
  const auto got = fetch("in");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), HasSubstr("this is a folder"));
}

TEST_F(FetcherTest, FifoNeitherBlocksNorPasses) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  const auto got = fetch("pipe");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().text(), HasSubstr("not a regular file"));
}

TEST_F(FetcherTest, FileOverTheLimit) {
  put("a.csv", "abcd");
  policy_.size_limit = 3;
  const auto got = fetch("a.csv");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::source);
  EXPECT_THAT(got.error().text(), HasSubstr("larger than the limit of 3 bytes"));
}

TEST_F(FetcherTest, SchemesThatAreNotHereYet) {
  for (const std::string url : {"ftp://h/a", "gopher://x"}) {
    const auto got = fetch(url);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(got.error().place, url);
  }
}

TEST_F(FetcherTest, HostileLocations) {
  for (const std::string& location :
       {std::string(), std::string("a\0b", 3), std::string(5000, 'a')}) {
    const auto got = fetch(location);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::config);
  }
}

}  // namespace
}  // namespace kpid::fetch
