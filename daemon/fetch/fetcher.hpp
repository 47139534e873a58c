// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Opens what plugins ask for. A plugin names a location; the daemon finds it, copies it into an
// unlinked file (so that nobody can change it while it is read, and no name leads to it), hashes
// it, and hands over a read-only descriptor. Files, HTTP and SFTP stand behind the same call.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "fetch/file_descriptor.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/fetch_config.hpp"
#include "model/fetch_memory.hpp"
#include "model/observation.hpp"
#include "model/secret.hpp"

namespace kpid::fetch {

class Lines;

struct FetchRequest {
  std::string location;  // a path, a glob ("in/*.csv"), or a URL; relative paths stand on `base`
  enum class Select { only, newest, all } select = Select::only;  // of what a glob finds
  // HTTP only; both may name secrets.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<std::string> body{};  // then it is a POST
  friend bool operator==(const FetchRequest&, const FetchRequest&) = default;
};

struct Fetched {
  FetchedDocument document;     // number is set by the supervisor
  FileDescriptor content;       // read-only, at offset 0, of document.size bytes
  std::string etag;             // empty for files
  std::string last_modified{};  // the header, as the server wrote it
  bool unchanged = false;       // same content as at the source's last successful run
};

// What one source may fetch, and where it stands.
struct FetchPolicy {
  std::filesystem::path base;     // folder of the config file
  std::filesystem::path scratch;  // where unlinked copies are made
  std::uint64_t size_limit = 4ULL << 30;
  std::string source;  // its name: what is kept between its pulls
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_networks;  // private ones that may be reached
  std::map<std::string, Secret> secrets;
  HttpConfig http;
  SftpConfig sftp;
  std::optional<DropConfig> drop;                                  // files are read once each
  std::vector<FileRead> files_read;                                // by earlier runs
  std::chrono::milliseconds time_limit{std::chrono::minutes{10}};  // of one transfer
  std::shared_ptr<Lines> lines;                                    // null: nothing is kept
  std::vector<std::string> last_hashes;  // of the last successful run: tells what is unchanged
  const Clock* clock = nullptr;          // outlives the fetcher; null: the system's
};

struct DroppedFile {
  std::filesystem::path path;
  FileRead about;
};
struct Dropped;

// What a run did with its drop folder.
struct DropReport {
  std::vector<DroppedFile> taken;          // to be remembered once the run has succeeded
  std::vector<DroppedFile> old;            // read by an earlier run, and still there
  std::optional<Timestamp> look_again_at;  // more files are there than were taken
  bool nothing_new = false;                // a fetch found no new file
  void add(const Dropped& dropped);
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // Documents in the order of their names (select all), or one. An Error names the location, what
  // is wrong with it and what to do. Never blocks the loop for long: copies run off it.
  [[nodiscard]] virtual boost::asio::awaitable<Result<std::vector<Fetched>>> fetch(
      FetchRequest request) = 0;
  // Nothing where the server says that it still has what `before` tells, or where a drop folder has
  // no new file. What is fetched all the same may yet have the same content.
  [[nodiscard]] virtual boost::asio::awaitable<Result<std::optional<std::vector<Fetched>>>>
  fetch_unless_unchanged(FetchRequest request, std::vector<FetchedBefore> before);
  // When to ask again, where the last fetch failed as rate_limited and the server said when.
  [[nodiscard]] virtual std::optional<Timestamp> retry_at() const { return std::nullopt; }
  [[nodiscard]] virtual DropReport drop_report() const { return {}; }
};

// The fetcher of one run. Chooses by the location's scheme; an unknown scheme is `unsupported`.
[[nodiscard]] std::unique_ptr<Fetcher> make_fetcher(FetchPolicy policy);

}  // namespace kpid::fetch
