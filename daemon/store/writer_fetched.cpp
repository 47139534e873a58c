// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What is remembered of sources' documents.

#include <utility>

#include "store/sql_writer.hpp"

namespace kpid::store {

Result<FetchMemory> SqlWriter::fetch_memory(std::string_view source) const {
  return guarded([&] {
    Query q = connection_.query(
        "SELECT made_by, location, pick, origin, sha256, etag, last_modified FROM fetched"
        " WHERE source = ?1 ORDER BY number");
    q.bind(source);
    FetchMemory memory;
    while (q.step()) {
      memory.made_by = q.text(0);
      memory.documents.push_back({q.text(1), static_cast<std::int32_t>(q.integer(2)), q.text(3),
                                  q.text(4), q.text(5), q.text(6)});
    }
    return memory;
  });
}

Result<void> SqlWriter::save_fetch_memory(std::string_view source, const FetchMemory& memory) {
  return guarded([&] {
    connection_.query("DELETE FROM fetched WHERE source = ?1").bind(source).run();
    std::int64_t number = 0;
    for (const FetchedBefore& one : memory.documents) {
      connection_
          .query(
              "INSERT INTO fetched (source, number, made_by, location, pick, origin, sha256, etag,"
              " last_modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
          .bind(source, ++number, memory.made_by, one.location, std::int64_t{one.select},
                one.origin, one.sha256, one.etag, one.last_modified)
          .run();
    }
  });
}

Result<std::vector<FileRead>> SqlWriter::files_read(std::string_view source) const {
  return guarded([&] {
    Query q = connection_.query(
        "SELECT name, sha256, size, modified_ns FROM file_read WHERE source = ?1");
    q.bind(source);
    std::vector<FileRead> files;
    while (q.step()) {
      files.push_back(
          {q.text(0), q.text(1), static_cast<std::uint64_t>(q.integer(2)), q.integer(3)});
    }
    return files;
  });
}

Result<void> SqlWriter::add_file_read(std::string_view source, RunId run, const FileRead& file) {
  return guarded([&] {
    connection_
        .query(
            "INSERT OR REPLACE INTO file_read (source, name, sha256, size, modified_ns, run)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(source, file.name, file.sha256, static_cast<std::int64_t>(file.size),
              file.modified_ns, run)
        .run();
  });
}

}  // namespace kpid::store
