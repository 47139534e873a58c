// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/schema.hpp"
#include "store/sql_writer.hpp"

namespace kpid::store {
namespace {

// Holds `<file>.lock` for as long as it lives; the kernel lets go of it when the process dies.
class FileLock {
 public:
  FileLock() = default;
  explicit FileLock(int fd) noexcept : fd_(fd) {}
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() {
    if (fd_ >= 0) close(fd_);
  }

 private:
  int fd_ = -1;
};

std::string holder_of(int fd) {
  char text[32] = {};
  const ssize_t size = pread(fd, text, sizeof text - 1, 0);
  const std::string holder{text, size > 0 ? static_cast<std::size_t>(size) : 0};
  return holder.empty() ? "another process" : "process " + holder.substr(0, holder.find('\n'));
}

Result<FileLock> lock(const std::filesystem::path& file) {
  const std::string path = file.string() + ".lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(ErrorKind::storage,
                fmt::format("cannot make the lock file: {}; check that the folder exists and that "
                            "kpid may write there",
                            std::strerror(errno)),
                path);
  }
  FileLock held{fd};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::conflict,
                fmt::format("the database belongs to a running kpid ({}): ask it with kpictl, or "
                            "stop it first",
                            holder_of(fd)),
                file.string());
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    return fail(ErrorKind::storage,
                fmt::format("cannot write the lock file: {}", std::strerror(errno)), path);
  }
  return held;
}

// Reads every page.
void check_pages(Connection& connection) {
  Query check = connection.query("PRAGMA quick_check(1)");
  if (check.step() && check.text(0) != "ok") throw SqlError(11 /* SQLITE_CORRUPT */, check.text(0));
}

// Whoever closes the database last folds the log into it and removes the log. One that is still
// there was left by a crash or a power cut, which is when files are damaged.
bool ended_uncleanly(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file.string() + "-wal", missing);
  return !missing && size > 0;
}

class SqlReader final : public Answers<Reader> {
 public:
  explicit SqlReader(std::unique_ptr<Connection> connection)
      : Answers(*connection), owned_(std::move(connection)) {}

 private:
  std::unique_ptr<Connection> owned_;
};

class SqlDatabase final : public Database {
 public:
  SqlDatabase(std::filesystem::path file, FileLock lock, std::unique_ptr<Connection> connection)
      : file_(std::move(file)),
        lock_(std::move(lock)),
        connection_(std::move(connection)),
        writer_(*connection_) {
    connection_->allow_commits_only_while(&committing_);
  }

  Writer& writer() override { return writer_; }
  Result<std::unique_ptr<Reader>> reader() const override {
    return guarded([&]() -> std::unique_ptr<Reader> {
      return std::make_unique<SqlReader>(
          std::make_unique<Connection>(file_, Connection::Mode::read_only));
    });
  }
  Result<void> check() const override {
    auto sound = guarded([&] {
      Connection connection(file_, Connection::Mode::read_only);
      check_pages(connection);
    });
    if (!sound) sound.error().place = file_.string();
    return sound;
  }
  Result<void> begin() override { return run("BEGIN IMMEDIATE"); }
  Result<void> commit() override {
    committing_ = true;
    auto done = run("COMMIT");
    committing_ = false;
    return done;
  }
  Result<void> rollback() override {
    writer_.forget();
    return run("ROLLBACK");
  }
  Result<void> savepoint() override {
    // Without a transaction around it, a savepoint would be one, and its release a commit.
    return connection_->in_transaction() ? run("SAVEPOINT job") : given_up();
  }
  Result<void> release_savepoint() override {
    return connection_->in_transaction() ? run("RELEASE job") : given_up();
  }
  Result<void> rollback_to_savepoint() override {
    writer_.forget();
    if (!connection_->in_transaction()) return given_up();
    auto done = run("ROLLBACK TO job");
    return done ? run("RELEASE job") : done;
  }

 private:
  Result<void> run(const char* sql) {
    return guarded([&] { connection_->query(sql).run(); });
  }
  // SQLite rolls back a whole transaction by itself where the disk is full or fails.
  static Result<void> given_up() {
    return fail(ErrorKind::storage,
                "the database gave the transaction up and nothing of it was written: see to it "
                "that the disk is whole and has free space");
  }

  std::filesystem::path file_;
  FileLock lock_;
  // What is written after SQLite gave a transaction up would be committed row by row.
  bool committing_ = false;
  std::unique_ptr<Connection> connection_;
  SqlWriter writer_;
};

// A path that was mistyped in the config must not put kpid's tables among somebody else's.
bool is_foreign(Connection& connection) {
  Query q = connection.query(
      "SELECT count(*) > 0 AND NOT total(type = 'table' AND name = 'measurement')"
      " FROM sqlite_master");
  return q.step() && q.integer(0) != 0;
}

void prepare(Connection& connection) {
  // What a huge run leaves in the log is given back to the disk at the next checkpoint.
  connection.execute("PRAGMA journal_size_limit = 67108864");
  connection.execute("PRAGMA journal_mode = WAL");
  connection.execute("PRAGMA synchronous = FULL");
  connection.execute("PRAGMA foreign_keys = ON");
}

// The file is made before SQLite makes it, so that nobody else may read it for a moment.
Result<void> make_private(const std::filesystem::path& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(ErrorKind::storage,
                fmt::format("cannot open the database: {}", std::strerror(errno)), file.string());
  }
  close(fd);
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file) {
  auto held = lock(file);
  if (!held) return tl::unexpected(held.error());
  if (auto made = make_private(file); !made) return tl::unexpected(made.error());
  const auto placed = [&](Error error) {
    error.place = file.string();
    return tl::unexpected(std::move(error));
  };
  const bool unclean = ended_uncleanly(file);
  auto connection =
      guarded([&] { return std::make_unique<Connection>(file, Connection::Mode::read_write); });
  if (!connection) return placed(connection.error());
  const auto foreign = guarded([&] { return is_foreign(**connection); });
  if (!foreign) return placed(foreign.error());
  if (*foreign) {
    return placed({ErrorKind::config,
                   "this is the database of another program, which kpid leaves alone: name "
                   "another file in the config, kpid makes it",
                   {}});
  }
  const auto prepared = guarded([&] {
    prepare(**connection);
    if (unclean) check_pages(**connection);
  });
  if (!prepared) return placed(prepared.error());
  if (auto migrated = migrate(**connection, migrations()); !migrated) {
    return placed(migrated.error());
  }
  return std::make_unique<SqlDatabase>(file, std::move(*held), std::move(*connection));
}

}  // namespace kpid::store
