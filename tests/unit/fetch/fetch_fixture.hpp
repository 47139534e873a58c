// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A fetcher with a loop of its own, which may reach this machine and nothing else.

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "fetch/fetcher.hpp"
#include "fetch/line.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::fetch {

using Documents = Result<std::vector<Fetched>>;

class RemoteFetch : public ::testing::Test {
 protected:
  RemoteFetch() {
    policy_.base = folder_.path();
    policy_.scratch = folder_.path();
    policy_.source = "test";
    policy_.allowed_hosts = {"127.0.0.1", "localhost"};
    policy_.allowed_networks = {"127.0.0.0/8"};
    policy_.lines = std::make_shared<Lines>();
  }
  ~RemoteFetch() override { policy_.lines->close(); }

  Documents fetch(FetchRequest request) {
    fetcher_ = make_fetcher(policy_);
    return fetch_again(std::move(request));
  }
  Documents fetch(const std::string& location) { return fetch(at(location)); }
  // By the same fetcher.
  Documents fetch_again(FetchRequest request) {
    std::optional<Documents> result;
    boost::asio::co_spawn(loop_, fetcher_->fetch(std::move(request)),
                          [&](const std::exception_ptr& fault, Documents documents) {
                            EXPECT_EQ(fault, nullptr);
                            result = std::move(documents);
                          });
    loop_.run();
    loop_.restart();
    if (!result) return fail(ErrorKind::internal, "the fetch never ended");
    return std::move(*result);
  }
  static FetchRequest at(const std::string& location,
                         FetchRequest::Select select = FetchRequest::Select::only) {
    FetchRequest request;
    request.location = location;
    request.select = select;
    return request;
  }
  static std::string content(const Fetched& fetched) {
    std::string text(fetched.document.size, '\0');
    EXPECT_EQ(::pread(fetched.content.get(), text.data(), text.size(), 0),
              static_cast<ssize_t>(text.size()));
    return text;
  }
  // The one document's content, or the error.
  static std::string told(const Documents& documents) {
    if (!documents) return documents.error().text();
    return documents->size() == 1 ? content(documents->front())
                                  : std::to_string(documents->size()) + " documents";
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  boost::asio::io_context loop_;
  kpid::testing::TemporaryFolder folder_;
  FetchPolicy policy_;
  std::unique_ptr<Fetcher> fetcher_;
};

}  // namespace kpid::fetch
