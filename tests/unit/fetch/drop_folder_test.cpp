// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what is put into a drop folder is read once, when it is complete, oldest first, and moved
// away where that is asked; nothing is ever lost.

#include "fetch/drop_folder.hpp"

#include <chrono>

#include <fcntl.h>
#include <sys/stat.h>

#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Select = FetchRequest::Select;

class AnyClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return at; }
  Timestamp at = SystemClock{}.now();
};

class DropFolder : public RemoteFetch {
 protected:
  DropFolder() {
    std::filesystem::create_directories(folder_ / "in");
    policy_.drop = DropConfig{};
    policy_.clock = &clock_;
    clock_.at += 1h;  // everything has rested
  }
  void put(const std::string& name, const std::string& text, int minutes_old = 0) const {
    write("in/" + name, text);
    const auto then =
        std::filesystem::file_time_type::clock::now() - std::chrono::minutes(minutes_old);
    std::filesystem::last_write_time(folder_ / ("in/" + name), then);
  }
  // What a run reads; its success is remembered, as the daemon does.
  std::vector<std::string> read(Select select = Select::all, const std::string& at_what = "in/*") {
    const auto got = fetch(at(at_what, select));
    std::vector<std::string> contents;
    if (!got) {
      if (got.error().kind != ErrorKind::not_found) contents.push_back(got.error().text());
      return contents;
    }
    for (const Fetched& one : *got) contents.push_back(content(one));
    return contents;
  }
  void succeed() {
    for (const DroppedFile& file : fetcher_->drop_report().taken) {
      policy_.files_read.push_back(file.about);
    }
  }
  AnyClock clock_;
};

TEST_F(DropFolder, EachFileIsReadOnceOldestFirst) {
  put("b.csv", "older", 20);
  put("a.csv", "newer", 10);
  EXPECT_THAT(read(), ElementsAre("older", "newer"));
  succeed();
  EXPECT_THAT(read(), IsEmpty());
  EXPECT_TRUE(fetcher_->drop_report().nothing_new);
  put("c.csv", "third", 5);
  EXPECT_THAT(read(), ElementsAre("third"));
}

TEST_F(DropFolder, WhatARunThatFailedHasReadIsReadAgain) {
  put("a.csv", "one");
  EXPECT_THAT(read(), ElementsAre("one"));
  EXPECT_THAT(read(), ElementsAre("one")) << "no success was remembered";
}

TEST_F(DropFolder, ANewContentUnderAnOldNameIsNew) {
  put("a.csv", "one", 30);
  ASSERT_THAT(read(), ElementsAre("one"));
  succeed();
  put("a.csv", "two", 20);
  EXPECT_THAT(read(), ElementsAre("two"));
  succeed();
  put("a.csv", "two", 5);  // copied again: the same content with another time
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(DropFolder, OneThatIsStillBeingWrittenWaits) {
  clock_.at -= 1h;
  put("a.csv", "half of it", 60);  // an old time, and yet it has just been written
  EXPECT_THAT(read(), IsEmpty());
  const auto again = fetcher_->drop_report().look_again_at;
  ASSERT_TRUE(again);
  EXPECT_GT(*again, clock_.at);
  EXPECT_LE(*again, clock_.at + 31s);
  clock_.at = *again;
  EXPECT_THAT(read(), ElementsAre("half of it"));
}

TEST_F(DropFolder, NamesOfUnfinishedFilesAreLeftAlone) {
  for (const char* name : {".a.csv", "a.csv.part", "a.csv.partial", "a.tmp", "a.crdownload",
                           "a.csv.filepart", "a.csv~", "~$a.xlsx"}) {
    put(name, "x");
  }
  EXPECT_THAT(read(), IsEmpty());
  EXPECT_FALSE(fetcher_->drop_report().look_again_at);
}

TEST_F(DropFolder, APluginThatTakesOneFileGetsTheOldestAndTheOthersSoon) {
  put("a.csv", "second", 10);
  put("b.csv", "first", 20);
  EXPECT_THAT(read(Select::newest), ElementsAre("first"));
  EXPECT_EQ(fetcher_->drop_report().look_again_at, clock_.at);
  succeed();
  EXPECT_THAT(read(Select::only), ElementsAre("second"));
  EXPECT_FALSE(fetcher_->drop_report().look_again_at);
}

TEST_F(DropFolder, ThereMayBeMoreThanOneFetchCanTake) {
  for (int i = 0; i < 260; ++i) put("f" + std::to_string(i), std::to_string(i), 300 - i);
  EXPECT_EQ(read().size(), 250U);
  EXPECT_EQ(fetcher_->drop_report().look_again_at, clock_.at);
  succeed();
  EXPECT_EQ(read().size(), 10U);
}

TEST_F(DropFolder, AFolderStandsForItsFiles) {
  put("a.csv", "one");
  std::filesystem::create_directories(folder_ / "in/done");
  EXPECT_THAT(read(Select::all, "in"), ElementsAre("one"));
  EXPECT_THAT(read(Select::all, "in/*.xlsx"), IsEmpty());
  EXPECT_THAT(read(Select::all, "absent/*.csv"),
              ElementsAre(HasSubstr("the drop folder is not there")));
}

// ---- Moving ------------------------------------------------------------------------------------

class Moving : public DropFolder {
 protected:
  Moving() { std::filesystem::create_directories(folder_ / "done"); }
  std::vector<Error> move() {
    const DropReport report = fetcher_->drop_report();
    std::vector<DroppedFile> all = report.taken;
    all.insert(all.end(), report.old.begin(), report.old.end());
    return move_files(all, folder_ / "done");
  }
  [[nodiscard]] bool is_there(const std::string& name) const {
    return std::filesystem::exists(folder_ / name);
  }
};

TEST_F(Moving, WhatIsReadGoesAwayAndNothingIsOverwritten) {
  put("a.csv", "new");
  write("done/a.csv", "of last month");
  ASSERT_THAT(read(), ElementsAre("new"));
  EXPECT_THAT(move(), IsEmpty());
  EXPECT_FALSE(is_there("in/a.csv"));
  EXPECT_TRUE(is_there("done/a-2.csv"));
  std::ifstream old(folder_ / "done/a.csv");
  std::string text;
  std::getline(old, text);
  EXPECT_EQ(text, "of last month");
}

TEST_F(Moving, WhatACrashLeftBehindIsMovedByTheNextRun) {
  put("a.csv", "one");
  ASSERT_THAT(read(), ElementsAre("one"));
  succeed();  // and kpid ended before it moved the file
  ASSERT_THAT(read(), IsEmpty());
  EXPECT_THAT(move(), IsEmpty());
  EXPECT_TRUE(is_there("done/a.csv"));
}

TEST_F(Moving, OneThatWasReplacedStaysToBeRead) {
  put("a.csv", "one", 10);
  ASSERT_THAT(read(), ElementsAre("one"));
  put("a.csv", "two", 5);
  EXPECT_THAT(move(), IsEmpty());
  EXPECT_TRUE(is_there("in/a.csv"));
  EXPECT_FALSE(is_there("done/a.csv"));
}

TEST_F(Moving, WhatCannotBeMovedIsSaid) {
  put("a.csv", "one");
  ASSERT_THAT(read(), ElementsAre("one"));
  const auto errors = move_files(fetcher_->drop_report().taken, folder_ / "absent");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].place, (folder_ / "in/a.csv").string());
  EXPECT_THAT(errors[0].sentence, HasSubstr("was read and could not be moved: No such file or"));
  EXPECT_TRUE(is_there("in/a.csv"));
}

}  // namespace
}  // namespace kpid::fetch
