// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <csignal>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/schema.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

using kpid::testing::TemporaryFolder;

const Timestamp noon = Timestamp{make_date(2026, 11, 24)} + std::chrono::hours{12};

TEST(Database, IsMadePrivateAndOpensAgain) {
  const TemporaryFolder folder;
  const auto file = folder / "kpid.db";
  ASSERT_TRUE(Database::open(file));
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_TRUE(Database::open(file));
}

TEST(Database, HasOneOwnerAtATime) {
  const TemporaryFolder folder;
  const auto first = Database::open(folder / "kpid.db");
  ASSERT_TRUE(first);
  const auto second = Database::open(folder / "kpid.db");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_EQ(second.error().sentence, "the database belongs to a running kpid (process " +
                                         std::to_string(getpid()) +
                                         "): ask it with kpictl, or stop it first");
}

TEST(Database, AJpegIsNoDatabase) {
  const TemporaryFolder folder;
  const auto file = folder / "kpid.db";
  std::ofstream(file) << "\xff\xd8\xff\xe0" << std::string(5000, 'x');
  const auto opened = Database::open(file);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  EXPECT_EQ(opened.error().text(),
            file.string() +
                ": the database is damaged (file is not a database): stop kpid, keep the file, "
                "and restore the latest backup in its place");
}

// A database of several pages, one of which is overwritten.
void make_damaged(const std::filesystem::path& file) {
  {
    const auto database = Database::open(file);
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->begin());
    for (int i = 0; i < 500; ++i) {
      const std::string school = "school " + std::to_string(i);
      ASSERT_TRUE((*database)->writer().series_id("roll", {"roll.pupils", school, ""}));
    }
    ASSERT_TRUE((*database)->commit());
    EXPECT_TRUE((*database)->check());
  }
  constexpr int page = 4096;
  const auto pages = static_cast<int>(std::filesystem::file_size(file)) / page;
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(static_cast<std::streamoff>(pages - 2) * page);
  bytes << std::string(page, 'x');
}

TEST(Database, ADamagedPageIsFoundByTheCheckThatADaemonMakesWhileItWorks) {
  const TemporaryFolder folder;
  const auto file = folder / "kpid.db";
  make_damaged(file);
  const auto database = Database::open(file);
  ASSERT_TRUE(database) << database.error().text();
  const auto sound = (*database)->check();
  ASSERT_FALSE(sound);
  EXPECT_EQ(sound.error().kind, ErrorKind::storage);
  EXPECT_EQ(sound.error().place, file.string());
  EXPECT_NE(sound.error().sentence.find("the database is damaged"), std::string::npos);
}

TEST(Database, ADamagedPageRefusesTheStartAfterAnUncleanEnd) {
  const TemporaryFolder folder;
  const auto file = folder / "kpid.db";
  make_damaged(file);
  const pid_t child = fork();
  if (child == 0) {  // leaves its log behind, as a power cut does
    const auto database = Database::open(file);
    const bool written = database && (*database)->begin() &&
                         (*database)->writer().begin_run("roll", noon) && (*database)->commit();
    _exit(written ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto opened = Database::open(file);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  EXPECT_NE(opened.error().sentence.find("the database is damaged"), std::string::npos);
}

TEST(Database, AMissingFolderIsNamed) {
  const TemporaryFolder folder;
  const auto opened = Database::open(folder / "no" / "kpid.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().sentence,
            "cannot make the lock file: No such file or directory; check that the folder exists "
            "and that kpid may write there");
}

TEST(Database, AFileOfANewerKpidIsRefused) {
  const TemporaryFolder folder;
  const auto file = folder / "kpid.db";
  { Connection(file, Connection::Mode::read_write).execute("PRAGMA user_version = 99"); }
  const auto opened = Database::open(file);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::config);
  EXPECT_EQ(opened.error().sentence,
            "the database has schema version 99, and this kpid knows versions up to " +
                std::to_string(migrations().size()) + ": install the newer kpid that wrote it");
}

TEST(Database, AnotherProgramsDatabaseIsLeftAsItWas) {
  for (const int version : {0, 1}) {
    const TemporaryFolder folder;
    const auto file = folder / "places.sqlite";
    Connection(file, Connection::Mode::read_write)
        .execute("CREATE TABLE bookmark (url); PRAGMA user_version = " + std::to_string(version));
    const auto opened = Database::open(file);
    ASSERT_FALSE(opened) << version;
    EXPECT_EQ(opened.error().kind, ErrorKind::config);
    EXPECT_EQ(opened.error().text(),
              file.string() +
                  ": this is the database of another program, which kpid leaves alone: name "
                  "another file in the config, kpid makes it");
    Connection check(file, Connection::Mode::read_only);
    Query tables = check.query("SELECT count(*) FROM sqlite_master");
    ASSERT_TRUE(tables.step());
    EXPECT_EQ(tables.integer(0), 1);
    Query journal = check.query("PRAGMA journal_mode");
    ASSERT_TRUE(journal.step());
    EXPECT_EQ(journal.text(0), "delete");
  }
}

TEST(Migration, GoesForwardStepByStep) {
  const TemporaryFolder folder;
  Connection connection(folder / "m.db", Connection::Mode::read_write);
  const std::string_view steps[] = {"CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"};
  ASSERT_TRUE(migrate(connection, std::span(steps).first(1)));
  connection.execute("INSERT INTO a (x) VALUES (7)");
  ASSERT_TRUE(migrate(connection, steps));
  Query query = connection.query("SELECT x, y FROM a");
  ASSERT_TRUE(query.step());
  EXPECT_EQ(query.integer(0), 7);
  EXPECT_TRUE(query.null(1));
}

TEST(Migration, ADeliveryOfTheFirstVersionKeepsItsBody) {
  const TemporaryFolder folder;
  const auto file = folder / "m.db";
  {
    Connection connection(file, Connection::Mode::read_write);
    ASSERT_TRUE(migrate(connection, migrations().first(1)));
    connection.execute(
        "INSERT INTO event VALUES ('msg_1', 'test.ping', 's', 1, 0, 0, '', '', '', '{}');"
        "INSERT INTO delivery VALUES (7, 'msg_1', 'test.ping', 'team', 's', 'text/plain',"
        " 'the body', 0, 0, 0, 1, 1, NULL, 0, '')");
  }
  const auto database = Database::open(file);
  ASSERT_TRUE(database) << database.error().text();
  Writer& writer = (*database)->writer();
  const auto delivery = writer.delivery(7);
  ASSERT_TRUE(delivery && *delivery);
  EXPECT_EQ((*delivery)->body, "the body");
  ASSERT_TRUE((*database)->begin());
  const auto due = writer.claim_due(noon, 10);
  ASSERT_TRUE(due);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ(due->front().event_id, "msg_1");
  EXPECT_EQ(due->front().body, "the body");
}

TEST(Migration, AFailingStepLeavesTheOldSchema) {
  const TemporaryFolder folder;
  Connection connection(folder / "m.db", Connection::Mode::read_write);
  const std::string_view steps[] = {"CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"};
  ASSERT_TRUE(migrate(connection, std::span(steps).first(1)));
  EXPECT_FALSE(migrate(connection, steps));
  Query version = connection.query("PRAGMA user_version");
  ASSERT_TRUE(version.step());
  EXPECT_EQ(version.integer(0), 1);
  EXPECT_THROW((void)connection.query("SELECT * FROM b"), SqlError);
}

// A child writes run after run, rows and cursor together, until it is killed; whatever instant that
// was, the cursor fits the rows and the file is whole.
void write_until_killed(const std::filesystem::path& file, int ready) {
  auto database = Database::open(file);
  if (!database) _exit(1);
  Writer& writer = (*database)->writer();
  for (int round = 1;; ++round) {
    (void)(*database)->begin();
    const auto run = writer.begin_run("roll", noon);
    const auto series = writer.series_id("roll", {"roll.pupils", "900001", ""});
    if (!run || !series) _exit(2);
    for (int i = 0; i < 20; ++i) {
      NewMeasurement row;
      const Date day = make_date(2020, 1, 1) + std::chrono::days{round * 20 + i};
      row.period = {day, day};
      row.value = round;
      if (!writer.put(*series, *run, noon, row)) _exit(3);
    }
    SourceState state;
    state.name = "roll";
    state.cursor = std::to_string(round);
    if (!writer.save_source_state(state)) _exit(4);
    if (!(*database)->commit()) _exit(5);
    if (round == 3 && write(ready, "r", 1) != 1) _exit(6);
  }
}

// Enough rows that SQLite has written pages of the open transaction to the log before the kill.
void write_half_a_transaction(const std::filesystem::path& file, int ready) {
  auto database = Database::open(file);
  if (!database || !(*database)->begin()) _exit(1);
  Writer& writer = (*database)->writer();
  const auto run = writer.begin_run("roll", noon);
  const auto series = writer.series_id("roll", {"roll.pupils", "900001", ""});
  if (!run || !series) _exit(2);
  for (int i = 0; i < 200'000; ++i) {
    NewMeasurement row;
    row.period = {date_from_days(i), date_from_days(i)};
    if (!writer.put(*series, *run, noon, row)) _exit(3);
  }
  if (write(ready, "r", 1) != 1) _exit(4);
  for (;;) pause();
}

TEST(Database, AKillInTheMiddleOfATransactionLeavesNothingOfIt) {
  const TemporaryFolder folder;
  const auto file = folder / "kpid.db";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) write_half_a_transaction(file, ends[1]);
  close(ends[1]);
  char byte = 0;
  ASSERT_EQ(read(ends[0], &byte, 1), 1);
  close(ends[0]);
  EXPECT_GT(std::filesystem::file_size(file.string() + "-wal"), 1'000'000U) << "too few rows";
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);

  auto database = Database::open(file);
  ASSERT_TRUE(database) << database.error().text();
  EXPECT_TRUE((*database)->writer().series({"roll.pupils", "900001", ""}, {})->empty());
  EXPECT_FALSE(*(*database)->writer().source_state("roll"));
  Connection check(file, Connection::Mode::read_only);
  Query integrity = check.query("PRAGMA integrity_check");
  ASSERT_TRUE(integrity.step());
  EXPECT_EQ(integrity.text(0), "ok");
}

TEST(Database, AKillAtAnyInstantLeavesCursorAndRowsTogether) {
  const TemporaryFolder folder;
  const auto file = folder / "kpid.db";
  for (int attempt = 0; attempt < 10; ++attempt) {
    std::filesystem::remove(file);
    std::filesystem::remove(file.string() + "-wal");
    std::filesystem::remove(file.string() + "-shm");
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(file, ends[1]);
    close(ends[1]);
    char byte = 0;
    ASSERT_EQ(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    usleep(static_cast<useconds_t>(attempt) * 700);  // another instant each time
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));

    auto database = Database::open(file);
    ASSERT_TRUE(database) << database.error().text();
    Writer& writer = (*database)->writer();
    const auto rows = writer.series({"roll.pupils", "900001", ""}, {});
    const auto state = writer.source_state("roll");
    ASSERT_TRUE(rows && state && *state);
    EXPECT_EQ(std::to_string(rows->size()), std::to_string(std::stoul((*state)->cursor) * 20));
    EXPECT_EQ(rows->back().value, std::stod((*state)->cursor));
    Connection check(file, Connection::Mode::read_only);
    Query integrity = check.query("PRAGMA integrity_check");
    ASSERT_TRUE(integrity.step());
    EXPECT_EQ(integrity.text(0), "ok");
  }
}

}  // namespace
}  // namespace kpid::store
