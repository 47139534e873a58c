// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// A thin hold on SQLite's C interface. Inside this room a failing call throws SqlError, so that a
// query reads as what it asks; guarded() turns it into a Result where the room ends.

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "model/error.hpp"
#include "model/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace kpid::store {

class SqlError : public std::runtime_error {
 public:
  SqlError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

// What is bound as a BLOB; it must live until the query ends. Query::text() reads it back.
struct Bytes {
  std::string_view content;
};

// A prepared statement while it is used: binds from 1, reads columns from 0, resets at its end.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  ~Query();
  Query(Query&& other) noexcept : statement_(other.statement_), next_(other.next_) {
    other.statement_ = nullptr;
  }
  Query& operator=(Query&&) = delete;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  template <class... Values>
  Query& bind(const Values&... values) {
    (put(values), ...);
    return *this;
  }
  bool step();  // true: a row stands ready
  void run();   // for statements that return nothing

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool null(int column) const;
  [[nodiscard]] Timestamp time(int column) const;
  [[nodiscard]] Date day(int column) const;
  [[nodiscard]] std::optional<Timestamp> optional_time(int column) const;
  [[nodiscard]] std::optional<double> optional_real(int column) const;
  [[nodiscard]] std::optional<Date> optional_day(int column) const;

 private:
  void put(std::int64_t value);
  void put(std::uint64_t value) { put(static_cast<std::int64_t>(value)); }
  void put(std::int32_t value) { put(static_cast<std::int64_t>(value)); }
  void put(std::uint32_t value) { put(static_cast<std::int64_t>(value)); }
  void put(bool value) { put(static_cast<std::int64_t>(value)); }
  void put(double value);
  void put(std::string_view value);  // the text must live until the query ends
  void put(const std::string& value) { put(std::string_view{value}); }
  void put(const char* value) { put(std::string_view{value}); }
  void put(Bytes value);
  void put(Timestamp value) { put(milliseconds_since_epoch(value)); }
  void put(Date value) { put(days_since_epoch(value)); }
  void put(std::nullopt_t);
  template <class T>
  void put(const std::optional<T>& value) {
    value ? put(*value) : put(std::nullopt);
  }
  void check(int code) const;

  sqlite3_stmt* statement_;
  int next_ = 1;
};

class Connection {
 public:
  enum class Mode { read_write, read_only };
  Connection(const std::filesystem::path& file, Mode mode);  // throws SqlError

  void execute(const std::string& sql);
  // `sql` must be a literal: statements are prepared once and kept by its address.
  [[nodiscard]] Query query(const char* sql);
  [[nodiscard]] std::int64_t last_id() const;
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] bool in_transaction() const;
  // From now on a commit succeeds only while `*allowed`, which must outlive the connection.
  void allow_commits_only_while(const bool* allowed);

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

[[nodiscard]] Error storage_error(const SqlError& error);

// Runs what may throw SqlError and returns it as a Result.
template <class Work>
auto guarded(Work work) noexcept -> Result<decltype(work())> {
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const SqlError& error) {
    return tl::unexpected(storage_error(error));
  } catch (const std::exception& error) {
    return fail(ErrorKind::storage, std::string{"the database layer failed: "} + error.what());
  }
}

}  // namespace kpid::store
