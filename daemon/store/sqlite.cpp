// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "store/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace kpid::store {
namespace {

[[noreturn]] void fail_with(sqlite3* handle, int code) {
  const char* text = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  throw SqlError(code, text);
}

constexpr int busy_timeout_ms = 5000;

}  // namespace

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::check(int code) const {
  if (code != SQLITE_OK) fail_with(sqlite3_db_handle(statement_), code);
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail_with(sqlite3_db_handle(statement_), code);
}

void Query::run() {
  while (step()) {
  }
}

void Query::put(std::int64_t value) { check(sqlite3_bind_int64(statement_, next_++, value)); }
void Query::put(double value) { check(sqlite3_bind_double(statement_, next_++, value)); }
void Query::put(std::nullopt_t) { check(sqlite3_bind_null(statement_, next_++)); }
void Query::put(std::string_view value) {
  // A null pointer would bind NULL, and an empty text is not NULL.
  const char* data = value.data() != nullptr ? value.data() : "";
  check(sqlite3_bind_text64(statement_, next_++, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}
void Query::put(Bytes value) {
  check(sqlite3_bind_blob64(statement_, next_++, value.content.data(), value.content.size(),
                            SQLITE_STATIC));
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Query::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::string Query::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}
Timestamp Query::time(int column) const { return timestamp_from_milliseconds(integer(column)); }
Date Query::day(int column) const {
  return date_from_days(static_cast<std::int32_t>(integer(column)));
}
std::optional<Timestamp> Query::optional_time(int column) const {
  if (null(column)) return std::nullopt;
  return time(column);
}
std::optional<Date> Query::optional_day(int column) const {
  return null(column) ? std::nullopt : std::optional{day(column)};
}
std::optional<double> Query::optional_real(int column) const {
  if (null(column)) return std::nullopt;
  return real(column);
}

void Connection::Close::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
void Connection::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Connection::Connection(const std::filesystem::path& file, Mode mode) {
  const int flags =
      mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail_with(handle, code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
}

void Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(handle_.get(), code);
}

Query Connection::query(const char* sql) {
  auto& kept = statements_[sql];
  if (!kept) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail_with(handle_.get(), code);
    kept.reset(statement);
  }
  return Query{kept.get()};
}

std::int64_t Connection::last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
std::int64_t Connection::changes() const { return sqlite3_changes64(handle_.get()); }
bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

void Connection::allow_commits_only_while(const bool* allowed) {
  const auto refuses = [](void* flag) { return *static_cast<const bool*>(flag) ? 0 : 1; };
  sqlite3_commit_hook(handle_.get(), refuses, const_cast<bool*>(allowed));  // only ever read
}

Error storage_error(const SqlError& error) {
  const int primary = error.code() & 0xff;
  if (primary == SQLITE_FULL) {
    return {
        ErrorKind::storage, "the disk is full: free some space, kpid then goes on by itself", {}};
  }
  if (primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT) {
    return {ErrorKind::storage,
            fmt::format("the database is damaged ({}): stop kpid, keep the file, and restore the "
                        "latest backup in its place",
                        error.what()),
            {}};
  }
  return {ErrorKind::storage, fmt::format("the database refused: {}", error.what()), {}};
}

}  // namespace kpid::store
