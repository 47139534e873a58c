// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "support/sql_query.hpp"

#include <sqlite3.h>

namespace kpid::testing {

std::string query(const std::filesystem::path& database, const std::string& sql) {
  sqlite3* connection = nullptr;
  std::string found = "(no row)";
  if (sqlite3_open_v2(database.c_str(), &connection, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
      found = sqlite3_errmsg(connection);
    } else if (sqlite3_step(statement) == SQLITE_ROW) {
      const unsigned char* text = sqlite3_column_text(statement, 0);
      found = text == nullptr ? "" : reinterpret_cast<const char*>(text);
    }
    sqlite3_finalize(statement);
  }
  sqlite3_close(connection);
  return found;
}

}  // namespace kpid::testing
