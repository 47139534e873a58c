// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// The same posts as the outbox makes, by libcurl's multi interface, and nothing else: no signature,
// no database, no rules. What the outbox is measured against.

#include <string>
#include <vector>

#include <curl/curl.h>

#include "bench.hpp"

namespace kpid::bench {

class BareLoop {
 public:
  BareLoop(const std::string& url, const std::string& body, std::uint32_t connections)
      : multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
    headers_ = curl_slist_append(headers_, "content-type: application/cloudevents+json");
    headers_ = curl_slist_append(headers_, "webhook-id: msg_00000000000000000000000001");
    headers_ = curl_slist_append(headers_, "webhook-timestamp: 1700000000");
    headers_ = curl_slist_append(
        headers_, "webhook-signature: v1,MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    headers_ = curl_slist_append(headers_, "Expect:");
    for (std::uint32_t i = 0; i < connections; ++i) {
      CURL* easy = curl_easy_init();
      curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
      curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
      curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &discard);
      curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
      handles_.push_back(easy);
    }
  }
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;
  ~BareLoop() {
    for (CURL* easy : handles_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }

  double per_second(int count) {
    post_all(static_cast<int>(handles_.size()));  // opens the connections
    const Instant start = now();
    post_all(count);
    return count / seconds_since(start);
  }

 private:
  static std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }

  void post_all(int count) {
    int left = count;
    int under_way = 0;
    for (CURL* easy : handles_) {
      if (left == 0) break;
      curl_multi_add_handle(multi_, easy);
      --left;
      ++under_way;
    }
    while (under_way > 0) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      int queued = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &queued)) {
        CURL* const easy = message->easy_handle;
        must(message->data.result == CURLE_OK, curl_easy_strerror(message->data.result));
        curl_multi_remove_handle(multi_, easy);
        --under_way;
        if (left == 0) continue;
        curl_multi_add_handle(multi_, easy);
        --left;
        ++under_way;
      }
      if (under_way > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
  }

  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::vector<CURL*> handles_;
};

}  // namespace kpid::bench
