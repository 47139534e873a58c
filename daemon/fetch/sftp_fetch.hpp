// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Documents over SFTP: one, or those that a pattern in the last part of the path finds. The server
// must show a host key that the config pins. [loop thread]

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "fetch/fetcher.hpp"
#include "fetch/line.hpp"
#include "fetch/url.hpp"
#include "net/route.hpp"

namespace kpid::fetch {

class SftpFetch {
 public:
  // `policy` outlives this.
  SftpFetch(const FetchPolicy& policy, std::shared_ptr<Line> line);

  [[nodiscard]] boost::asio::awaitable<Result<std::vector<Fetched>>> fetch(
      const FetchRequest& request);

 private:
  struct Visit;
  struct Found {
    std::string name;
    std::int64_t modified_at_ms = 0;
  };
  struct Credentials {
    Secret password;
    Secret passphrase;
    FileDescriptor key;  // in memory: libssh2 reads it by a name
  };

  [[nodiscard]] Result<Credentials> credentials() const;
  [[nodiscard]] std::optional<Error> fault_of(const Url& url, const std::string& place) const;
  [[nodiscard]] boost::asio::awaitable<Result<void>> run(Visit& visit);
  [[nodiscard]] boost::asio::awaitable<Result<std::vector<std::string>>> list(
      const Url& folder, const Credentials& credentials);
  [[nodiscard]] boost::asio::awaitable<Result<std::string>> newest_of(
      const Url& folder, std::vector<std::string> names, const Credentials& credentials);
  [[nodiscard]] boost::asio::awaitable<Result<Fetched>> read(const std::string& url,
                                                             const Credentials& credentials);

  const FetchPolicy& policy_;
  std::shared_ptr<Line> line_;
  net::Route route_;
};

}  // namespace kpid::fetch
