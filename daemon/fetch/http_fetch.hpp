// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One document over HTTP or HTTPS, with the source's credentials, rules and limits. [loop thread]

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "fetch/fetcher.hpp"
#include "fetch/http_answer.hpp"
#include "fetch/line.hpp"
#include "fetch/scratch.hpp"
#include "fetch/url.hpp"
#include "net/route.hpp"

namespace kpid::fetch {

// As it was when it was last read: the server is asked whether it still is.
struct Condition {
  std::string etag;
  std::string last_modified;
};

struct HttpDocument {
  bool not_modified = false;  // then there is no content
  Fetched fetched;
};

// The parts of a policy that a transfer needs, worked out once.
[[nodiscard]] net::Route route_for(const FetchPolicy& policy);

class HttpFetch {
 public:
  // `policy` outlives this.
  HttpFetch(const FetchPolicy& policy, std::shared_ptr<Line> line);

  [[nodiscard]] boost::asio::awaitable<Result<HttpDocument>> fetch(
      const FetchRequest& request, const std::optional<Condition>& condition);

  // When to ask again, where the last fetch failed as rate_limited and the server said when.
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }

 private:
  struct Hop;
  using Headers = std::vector<std::pair<std::string, Secret>>;

  [[nodiscard]] Result<Url> first_url(const FetchRequest& request) const;
  [[nodiscard]] std::optional<Error> fault_of_url(const Url& url, const std::string& place) const;
  [[nodiscard]] Result<Headers> own_headers(const FetchRequest& request) const;
  [[nodiscard]] boost::asio::awaitable<Result<Headers>> with_credentials(
      const FetchRequest& request, bool anew);
  [[nodiscard]] boost::asio::awaitable<Result<void>> run(Hop& hop);
  [[nodiscard]] boost::asio::awaitable<Result<HttpDocument>> follow(
      const FetchRequest& request, Url url, Headers headers,
      const std::optional<Condition>& condition);
  [[nodiscard]] Result<HttpDocument> document_of(Hop& hop, const std::string& place) const;
  [[nodiscard]] boost::asio::awaitable<Result<Secret>> access_token(bool anew);

  const FetchPolicy& policy_;
  std::shared_ptr<Line> line_;
  net::Route route_;
  std::optional<std::chrono::seconds> retry_after_;
  bool token_was_refused_ = false;
};

}  // namespace kpid::fetch
