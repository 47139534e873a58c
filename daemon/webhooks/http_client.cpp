// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/http_client.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/curl_loop.hpp"
#include "net/route.hpp"

namespace kpid::webhooks {
namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_answer = std::size_t{64} * 1024;  // a receiver that never ends
constexpr std::size_t most_kept = 1024;                         // of an answer

struct Transfer {
  net::Gate gate;
  HttpRequest request;
  Secret url;                       // the handle's, from one request to the next
  std::vector<curl_slist> headers;  // over the request's
  std::size_t received = 0;
  std::string kept;  // the beginning of the answer's body
  std::function<void(std::optional<Answer>)> done;
  net::Easy easy;  // last: it looks into the others until it is gone
};

// The answer's body is read to its end where it is short, so that the connection can be used
// again. A delivery is judged by its status; some receivers say in the body when to come back.
std::size_t discard(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.kept.append(bytes, std::min(size * count, most_kept - transfer.kept.size()));
  transfer.received += size * count;
  return transfer.received > longest_answer ? 0 : size * count;
}

void take_headers(Transfer& transfer, Answer& answer) {
  for (const std::string& name : transfer.request.wanted_headers) {
    curl_header* header = nullptr;
    for (std::size_t i = 0; curl_easy_header(transfer.easy.get(), name.c_str(), i, CURLH_HEADER, -1,
                                             &header) == CURLHE_OK;
         ++i) {
      answer.headers.emplace_back(name, header->value);
    }
  }
}

Answer answer_of(CURLcode code, Transfer& transfer) {
  Answer answer;
  CURL* const easy = transfer.easy.get();
  const long status = net::information(easy, CURLINFO_RESPONSE_CODE);
  if (status >= 200) {  // a body that was cut or came too slowly changes nothing
    answer.status = static_cast<int>(status);
    if (status >= 300) answer.body = std::move(transfer.kept);
    curl_off_t after = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after);
    if (after > 0) answer.retry_after = std::chrono::seconds{after};
    take_headers(transfer, answer);
    return answer;
  }
  answer.network_error = code == CURLE_OK ? std::string("the receiver's answer is not HTTP")
                                          : net::words_for(code, easy, transfer.gate, {});
  return answer;
}

// What all requests of a client have in common.
bool set_common_options(Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  if (!net::set_route(easy, transfer.gate)) return false;
  CURLcode first = CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    if (first == CURLE_OK) first = code;
  };
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Not PIPEWAIT: behind a first request that is never answered, all others would wait.
  set(CURLOPT_USERAGENT, "kpid");
  set(CURLOPT_POST, 1L);
  set(CURLOPT_WRITEFUNCTION, &discard);
  set(CURLOPT_WRITEDATA, &transfer);
  return first == CURLE_OK;
}

bool set_url(Transfer& transfer) {
  if (transfer.request.url == transfer.url) return true;
  transfer.url = transfer.request.url;
  return curl_easy_setopt(transfer.easy.get(), CURLOPT_URL, transfer.url.reveal().c_str()) ==
         CURLE_OK;
}

// libcurl only reads the list: its lines are those of the request, and nothing is copied.
void list_headers(Transfer& transfer) {
  auto& lines = transfer.request.headers;
  lines.emplace_back("Expect:");  // no round trip before so small a body
  transfer.headers.resize(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    curl_slist* const next = i + 1 < lines.size() ? &transfer.headers[i + 1] : nullptr;
    transfer.headers[i] = {lines[i].data(), next};
  }
}

bool is_post(const HttpRequest& request) { return request.method == "POST"; }

bool set_request(Transfer& transfer) {
  list_headers(transfer);
  CURL* const easy = transfer.easy.get();
  const HttpRequest& request = transfer.request;
  if (!set_url(transfer) ||
      curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.data()) != CURLE_OK) {
    return false;
  }
  if (!is_post(request)) {
    return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str()) == CURLE_OK;
  }
  const auto size = static_cast<curl_off_t>(request.body.size());
  return curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data()) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, size) == CURLE_OK;
}

// Behind a proxy the callbacks see nothing but the proxy: a host that is written as an address, in
// whatever spelling, is looked at here. A name is the proxy's to resolve, and to refuse.
std::optional<std::string> refused_behind_proxy(const net::Route& route, const Secret& url) {
  if (route.proxy.empty()) return std::nullopt;
  struct UrlDelete {
    void operator()(CURLU* parsed) const noexcept { curl_url_cleanup(parsed); }
  };
  struct TextDelete {
    void operator()(char* text) const noexcept { curl_free(text); }
  };
  const std::unique_ptr<CURLU, UrlDelete> parsed{curl_url()};
  char* raw = nullptr;
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.reveal().c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &raw, 0) != CURLUE_OK) {
    return std::nullopt;  // the transfer will say so
  }
  const std::unique_ptr<char, TextDelete> owned{raw};
  std::string host{raw};
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code no_address;
  const auto address = asio::ip::make_address(host, no_address);
  if (no_address) return std::nullopt;
  return net::refusal(address, route.allowed);
}

net::Route route_of(HttpSettings settings) {
  net::Route route{std::move(settings.allowed), std::move(settings.ca_file),
                   std::move(settings.proxy), settings.timeout};
  route.client_certificate = std::move(settings.client_certificate);
  route.client_key = std::move(settings.client_key);
  route.allowed_only = settings.allowed_only;
  return route;
}

}  // namespace

class HttpClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, HttpSettings settings)
      : loop_(loop.get_executor()),
        connections_(settings.connections),
        route_(route_of(std::move(settings))),
        curl_(loop_, connections_) {}

  void start(HttpRequest request, std::function<void(std::optional<Answer>)> done) {
    if (request.envelope) return mail(std::move(request), std::move(done));
    if (auto refused = refused_behind_proxy(route_, request.url)) {
      return done(Answer{0, std::move(*refused), {}});
    }
    auto transfer = fresh_transfer();
    transfer->request = std::move(request);
    transfer->done = std::move(done);
    Transfer* const one = transfer.get();
    if (one->easy && set_request(*one)) {
      transfers_.push_back(std::move(transfer));
      // Its own: once closed, curl_ calls nothing, and it is closed with this.
      const auto ended = [this, one](std::optional<CURLcode> code) { end(one, code); };
      if (curl_.start(one->easy.get(), ended)) return;
      transfer = take(one);
    }
    transfer->done(Answer{0, "the request could not be prepared", {}});
  }

  void cancel() {
    curl_.cancel();
    if (mail_) mail_->cancel();
  }
  void close() {
    curl_.close();
    mail_.reset();
  }

 private:
  void mail(HttpRequest request, std::function<void(std::optional<Answer>)> done) {
    if (!mail_) mail_ = std::make_unique<MailClient>(loop_, route_, connections_);
    mail_->send({std::move(request.url), std::move(*request.envelope), std::move(request.body)},
                std::move(done));
  }

  // One that has served before, where there is: to make and to set up a handle of libcurl's costs
  // as much as a short request.
  std::unique_ptr<Transfer> fresh_transfer() {
    if (!spare_.empty()) {
      auto transfer = std::move(spare_.back());
      spare_.pop_back();
      return transfer;
    }
    auto transfer = std::make_unique<Transfer>();
    transfer->gate.route = &route_;
    transfer->easy.reset(curl_easy_init());
    if (transfer->easy && !set_common_options(*transfer)) transfer->easy.reset();
    return transfer;
  }

  void keep(std::unique_ptr<Transfer> transfer) {
    if (spare_.size() >= connections_) return;
    transfer->request = {};
    transfer->headers.clear();
    transfer->gate.reset();
    transfer->received = 0;
    transfer->kept.clear();
    transfer->done = nullptr;
    spare_.push_back(std::move(transfer));
  }

  std::unique_ptr<Transfer> take(Transfer* one) {
    const auto found = std::find_if(transfers_.begin(), transfers_.end(),
                                    [&](const auto& transfer) { return transfer.get() == one; });
    if (found == transfers_.end()) return nullptr;
    std::swap(*found, transfers_.back());
    std::unique_ptr<Transfer> transfer = std::move(transfers_.back());
    transfers_.pop_back();
    return transfer;
  }

  void end(Transfer* one, std::optional<CURLcode> code) {
    std::unique_ptr<Transfer> transfer = take(one);
    if (!transfer) return;
    if (!code) return transfer->done(std::nullopt);
    Answer answer = answer_of(*code, *transfer);
    // What libcurl remembers of one that failed must not colour the next.
    const bool spotless =
        answer.status / 100 == 2 && !answer.retry_after && is_post(transfer->request);
    transfer->done(std::move(answer));
    if (spotless) keep(std::move(transfer));
  }

  asio::any_io_executor loop_;
  std::uint32_t connections_;
  net::Route route_;
  std::vector<std::unique_ptr<Transfer>> transfers_;  // under way
  std::vector<std::unique_ptr<Transfer>> spare_;
  std::unique_ptr<MailClient> mail_;  // from the first mail
  net::CurlLoop curl_;                // last: it ends what the others hold
};

HttpClient::HttpClient(asio::io_context& loop, HttpSettings settings)
    : impl_(std::make_shared<Impl>(loop, std::move(settings))) {}

HttpClient::~HttpClient() { impl_->close(); }

void HttpClient::cancel() { impl_->cancel(); }

asio::awaitable<std::optional<Answer>> HttpClient::send(HttpRequest request) {
  auto executor = co_await asio::this_coro::executor;
  auto initiate = [impl = impl_, executor](auto handler, HttpRequest what) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    // Keeps the loop alive while libcurl looks up a name.
    auto guard = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    impl->start(std::move(what), [shared, guard](std::optional<Answer> answer) {
      asio::post(guard, [shared, answer = std::move(answer)]() mutable {
        std::move (*shared)(std::move(answer));
      });
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(std::optional<Answer>)>(
      initiate, asio::use_awaitable, std::move(request));
}

}  // namespace kpid::webhooks
