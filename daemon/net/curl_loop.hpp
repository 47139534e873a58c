// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// libcurl's multi interface inside the Asio loop: no thread waits for a peer. It moves transfers
// and keeps their connections; what a transfer is, its owner sets up. [loop thread]

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <curl/curl.h>

namespace kpid::net {

struct EasyDelete {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct ListDelete {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDelete>;
using List = std::unique_ptr<curl_slist, ListDelete>;

// Once in a process, before any other function of libcurl; a failure shows at the first handle.
// [any thread]
void set_up_curl();

// False where there is no memory; the list is then as it was.
[[nodiscard]] bool append(List& list, const char* line);

class CurlLoop {
 public:
  // `connections` at one time, and as many kept open for the next transfer.
  CurlLoop(const boost::asio::any_io_executor& executor, std::uint32_t connections);
  ~CurlLoop();  // cancels
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  // Told once, from the loop: how the transfer ended, or nothing where it was cancelled. The handle
  // is then its owner's again, who may start another transfer or destroy it there.
  using Done = std::function<void(std::optional<CURLcode>)>;
  // The handle stays its owner's and must live until `done`. False where it could not be started:
  // `done` is then not called.
  [[nodiscard]] bool start(CURL* easy, Done done);
  void cancel(CURL* easy);
  void cancel();  // all that are under way
  void close();   // after it no callback of libcurl or Asio reaches the owner

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace kpid::net
