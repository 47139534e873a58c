// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/http_client.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include "model/time.hpp"

namespace kpid::webhooks {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr std::size_t longest_answer = std::size_t{64} * 1024;  // a receiver that never ends
constexpr milliseconds longest_connect{std::chrono::seconds{10}};
constexpr long connection_lifetime_s = 300;  // so that a change of the DNS is noticed

struct EasyDelete {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct MultiDelete {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
struct ListDelete {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDelete>;
using Multi = std::unique_ptr<CURLM, MultiDelete>;
using List = std::unique_ptr<curl_slist, ListDelete>;

// OpenSSL writes to a connection that the receiver has closed with write(), and with NOSIGNAL
// libcurl leaves SIGPIPE alone: the default would end the daemon. A handler of the program's stays.
void ignore_broken_pipes() {
  struct sigaction now {};
  if (sigaction(SIGPIPE, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 &&
      now.sa_handler == SIG_DFL) {
    now.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &now, nullptr);
  }
}

// Once in a process, before any other function of libcurl.
void set_up_curl() {
  static const CURLcode done = [] {
    ignore_broken_pipes();
    return curl_global_init(CURL_GLOBAL_DEFAULT);
  }();
  (void)done;  // a failure shows at the first handle
}

std::optional<asio::ip::address> address_of(const sockaddr& raw) {
  if (raw.sa_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(raw);
    return asio::ip::address_v4{ntohl(four.sin_addr.s_addr)};
  }
  if (raw.sa_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(raw);
    asio::ip::address_v6::bytes_type bytes;
    std::copy(std::begin(six.sin6_addr.s6_addr), std::end(six.sin6_addr.s6_addr), bytes.begin());
    return asio::ip::address_v6{bytes};
  }
  return std::nullopt;
}

// Why an address must not be reached, as a sentence with what to do; nothing where it may.
std::optional<std::string> refusal(const asio::ip::address& address,
                                   const std::vector<Network>& allowed) {
  const auto reason = forbidden(address, allowed);
  if (!reason) return std::nullopt;
  const auto real = canonical(address);
  const std::vector<Network> itself{{real, real.is_v4() ? 32U : 128U}};
  const bool can_be_allowed = !forbidden(real, itself);
  return fmt::format(
      "the address {} is {}; {}", real.to_string(), *reason,
      can_be_allowed ? "name it in allowed_networks to allow it" : "it is never allowed");
}

struct Transfer {
  const HttpSettings* settings = nullptr;
  HttpRequest request;
  List headers;
  std::string refused;  // why the last address was refused; empty: none was
  bool opened_socket = false;
  std::size_t received = 0;
  std::function<void(std::optional<Answer>)> done;
  Easy easy;  // last: it looks into the others until it is gone
};

// Sees every address as it was resolved, so that a name that changes its address is caught.
curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto target = address_of(address->addr);
  if (!target) {
    transfer.refused = "the address is neither IPv4 nor IPv6; it is never allowed";
    return CURL_SOCKET_BAD;
  }
  if (auto reason = refusal(*target, transfer.settings->allowed)) {
    transfer.refused = std::move(*reason);
    return CURL_SOCKET_BAD;
  }
  transfer.opened_socket = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Sees the peer on a connection that is used again, too.
int before_request(void* user, char* peer, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(user);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(peer == nullptr ? "" : peer, error);
  auto reason = error ? std::optional<std::string>{"the receiver's address could not be read"}
                      : refusal(address, transfer.settings->allowed);
  if (!reason) return CURL_PREREQFUNC_OK;
  transfer.refused = std::move(*reason);
  transfer.opened_socket = false;
  return CURL_PREREQFUNC_ABORT;
}

// The answer's body is read to its end where it is short, so that the connection can be used
// again, and is otherwise of no use: a delivery is judged by its status.
std::size_t discard(char*, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.received += size * count;
  return transfer.received > longest_answer ? 0 : size * count;
}

long information(CURL* easy, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

std::string connect_words(const Transfer& transfer) {
  if (!transfer.opened_socket && !transfer.refused.empty()) return transfer.refused;
  switch (information(transfer.easy.get(), CURLINFO_OS_ERRNO)) {
    case ECONNREFUSED:
      return "the connection was refused";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return "the host could not be reached";
    case ETIMEDOUT:
      return "no connection could be made in time";
    default:
      return "no connection could be made";
  }
}

std::string certificate_words(CURL* easy) {
  const long verdict = information(easy, CURLINFO_SSL_VERIFYRESULT);
  // libcurl compares the name itself, after OpenSSL was content.
  if (verdict == X509_V_OK || verdict == X509_V_ERR_UNSPECIFIED) {
    return "the certificate is not for this host name";
  }
  return fmt::format("the certificate is not trusted: {}", X509_verify_cert_error_string(verdict));
}

std::string timeout_words(const Transfer& transfer) {
  curl_off_t connected = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_CONNECT_TIME_T, &connected);
  const milliseconds limit = transfer.settings->timeout;
  if (connected == 0) {
    return "no connection within " + format_duration(std::min(limit, longest_connect));
  }
  return "no answer within " + format_duration(limit);
}

// Never the URL, and nothing that quotes it: it may be a secret.
std::string words(CURLcode code, const Transfer& transfer) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the host name could not be found";
    case CURLE_COULDNT_CONNECT:
      return connect_words(transfer);
    case CURLE_ABORTED_BY_CALLBACK:
      return transfer.refused.empty() ? "the request was stopped" : transfer.refused;
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_words(transfer);
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_words(transfer.easy.get());
    case CURLE_SSL_CACERT_BADFILE:
      return "the destination's ca_file could not be read as PEM certificates";
    case CURLE_SSL_CONNECT_ERROR:
      return "the TLS handshake failed; the receiver must speak TLS 1.2 or later";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return "the connection was closed before an answer";
    case CURLE_URL_MALFORMAT:
      return "the URL cannot be understood; check the destination's URL";
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "the URL is neither http nor https; check the destination's URL";
    case CURLE_LOGIN_DENIED:
      return "the URL holds a user name, which is not allowed; check the destination's URL";
    case CURLE_WEIRD_SERVER_REPLY:
      return "the receiver's answer is not HTTP";
    default:
      return fmt::format("the request failed: {}", curl_easy_strerror(code));
  }
}

Answer answer_of(CURLcode code, const Transfer& transfer) {
  Answer answer;
  const long status = information(transfer.easy.get(), CURLINFO_RESPONSE_CODE);
  if (status >= 200) {  // a body that was cut or came too slowly changes nothing
    answer.status = static_cast<int>(status);
    curl_off_t after = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RETRY_AFTER, &after);
    if (after > 0) answer.retry_after = std::chrono::seconds{after};
    return answer;
  }
  answer.network_error =
      code == CURLE_OK ? std::string("the receiver's answer is not HTTP") : words(code, transfer);
  return answer;
}

// What all requests of a client have in common.
bool set_common_options(Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  const HttpSettings& settings = *transfer.settings;
  CURLcode first = CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    if (first == CURLE_OK) first = code;
  };
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_PROXY, "");  // whatever the environment says
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_OPENSOCKETDATA, &transfer);
  set(CURLOPT_PREREQFUNCTION, &before_request);
  set(CURLOPT_PREREQDATA, &transfer);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!settings.ca_file.empty()) {
    set(CURLOPT_CAINFO, settings.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));  // else the system's would be trusted too
  }
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a cancelled look-up of a name must not hold up the loop
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(settings.timeout, longest_connect).count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
  set(CURLOPT_MAXLIFETIME_CONN, connection_lifetime_s);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Not PIPEWAIT: behind a first request that is never answered, all others would wait.
  set(CURLOPT_USERAGENT, "kpid");
  set(CURLOPT_POST, 1L);
  set(CURLOPT_WRITEFUNCTION, &discard);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_PRIVATE, &transfer);
  return first == CURLE_OK;
}

bool set_request(Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  const HttpRequest& request = transfer.request;
  const auto size = static_cast<curl_off_t>(request.body.size());
  return curl_easy_setopt(easy, CURLOPT_URL, request.url.reveal().c_str()) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get()) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data()) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, size) == CURLE_OK;
}

}  // namespace

class HttpClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, HttpSettings settings)
      : loop_(loop), settings_(std::move(settings)), timer_(loop) {
    set_up_curl();
    multi_.reset(curl_multi_init());
    if (!multi_) return;
    CURLM* const multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::socket_changed);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::timer_changed);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    const long connections = static_cast<long>(std::max(settings_.connections, 1U));
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
  }

  ~Impl() { close(); }

  void start(HttpRequest request, std::function<void(std::optional<Answer>)> done) {
    auto transfer = fresh_transfer();
    transfer->request = std::move(request);
    transfer->done = std::move(done);
    bool ready = multi_ && transfer->easy && add_headers(*transfer) && set_request(*transfer);
    CURL* const easy = transfer->easy.get();
    Transfer& kept = *transfer;
    if (ready) {
      transfers_[easy] = std::move(transfer);
      ready = curl_multi_add_handle(multi_.get(), easy) == CURLM_OK;
    }
    if (ready) return;
    kept.done(Answer{0, "the request could not be prepared", {}});
    transfers_.erase(easy);
  }

  void cancel() {
    auto all = std::exchange(transfers_, {});
    for (auto& [easy, transfer] : all) {
      curl_multi_remove_handle(multi_.get(), easy);
      transfer->done(std::nullopt);
    }
  }

  // After this no callback of libcurl or Asio reaches this object.
  void close() {
    cancel();
    multi_.reset();  // closes the connections, and tells of each
    for (auto& [socket, watch] : watches_) forget(*watch);
    watches_.clear();
    timer_.cancel();
  }

 private:
  // A socket of libcurl's that Asio looks at; it stays libcurl's and is never closed here.
  struct Watch {
    Watch(asio::io_context& loop, curl_socket_t number) : descriptor(loop), socket(number) {}
    asio::posix::stream_descriptor descriptor;
    curl_socket_t socket;
    int wanted = 0;
    bool reading = false;
    bool writing = false;
    bool gone = false;
  };

  // One that has served before, where there is: to make and to set up a handle of libcurl's costs
  // as much as a short request.
  std::unique_ptr<Transfer> fresh_transfer() {
    if (!spare_.empty()) {
      auto transfer = std::move(spare_.back());
      spare_.pop_back();
      return transfer;
    }
    auto transfer = std::make_unique<Transfer>();
    transfer->settings = &settings_;
    transfer->easy.reset(curl_easy_init());
    if (transfer->easy && !set_common_options(*transfer)) transfer->easy.reset();
    return transfer;
  }

  void keep(std::unique_ptr<Transfer> transfer) {
    if (spare_.size() >= settings_.connections) return;
    transfer->request = {};
    transfer->headers.reset();
    transfer->refused.clear();
    transfer->opened_socket = false;
    transfer->received = 0;
    transfer->done = nullptr;
    spare_.push_back(std::move(transfer));
  }

  static bool add_headers(Transfer& transfer) {
    std::vector<std::string> lines = transfer.request.headers;
    lines.emplace_back("Expect:");  // no round trip before so small a body
    for (const auto& line : lines) {
      curl_slist* const longer = curl_slist_append(transfer.headers.get(), line.c_str());
      if (longer == nullptr) return false;
      (void)transfer.headers.release();
      transfer.headers.reset(longer);
    }
    return true;
  }

  static int socket_changed(CURL*, curl_socket_t socket, int what, void* user, void*) {
    static_cast<Impl*>(user)->watch(socket, what);
    return 0;
  }

  static int timer_changed(CURLM*, long timeout_ms, void* user) {
    static_cast<Impl*>(user)->set_timer(timeout_ms);
    return 0;
  }

  void watch(curl_socket_t socket, int what) {
    const auto found = watches_.find(socket);
    if (what == CURL_POLL_REMOVE) {
      if (found == watches_.end()) return;
      forget(*found->second);
      watches_.erase(found);
      return;
    }
    std::shared_ptr<Watch> watch;
    if (found != watches_.end()) {
      watch = found->second;
    } else {
      watch = std::make_shared<Watch>(loop_, socket);
      boost::system::error_code error;
      watch->descriptor.assign(socket, error);
      if (error) return;  // the transfer's own time limit ends it
      watches_[socket] = watch;
    }
    watch->wanted = what;
    arm(watch);
  }

  static void forget(Watch& watch) {
    watch.gone = true;
    if (watch.descriptor.is_open()) watch.descriptor.release();
  }

  void arm(const std::shared_ptr<Watch>& watch) {
    if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) {
      watch->reading = true;
      watch->descriptor.async_wait(
          asio::posix::stream_descriptor::wait_read,
          [weak = weak_from_this(), watch](const boost::system::error_code& error) {
            watch->reading = false;
            if (const auto self = weak.lock()) self->ready(watch, CURL_CSELECT_IN, error);
          });
    }
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) {
      watch->writing = true;
      watch->descriptor.async_wait(
          asio::posix::stream_descriptor::wait_write,
          [weak = weak_from_this(), watch](const boost::system::error_code& error) {
            watch->writing = false;
            if (const auto self = weak.lock()) self->ready(watch, CURL_CSELECT_OUT, error);
          });
    }
  }

  void ready(const std::shared_ptr<Watch>& watch, int what,
             const boost::system::error_code& error) {
    if (watch->gone || !multi_) return;
    int running = 0;
    curl_multi_socket_action(multi_.get(), watch->socket, error ? CURL_CSELECT_ERR : what,
                             &running);
    finish();
    if (!watch->gone) arm(watch);
  }

  // libcurl moves its timer several times for each request, nearly always further away: Asio's is
  // touched only where it would ring too late.
  void set_timer(long timeout_ms) {
    wake_at_ = Time::max();
    if (timeout_ms < 0) return;
    wake_at_ = std::chrono::steady_clock::now() + milliseconds{timeout_ms};
    // Zero means at once, but not from within this callback: libcurl is not re-entrant.
    if (timeout_ms == 0) {
      if (!std::exchange(posted_, true)) {
        asio::post(loop_, [weak = weak_from_this()] {
          const auto self = weak.lock();
          if (!self) return;
          self->posted_ = false;
          self->time_passed();
        });
      }
    } else if (wake_at_ < rings_at_) {
      arm_timer();
    }
  }

  void arm_timer() {
    rings_at_ = wake_at_;
    timer_.expires_at(rings_at_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->rings_at_ = Time::max();
      self->time_passed();
    });
  }

  void time_passed() {
    if (!multi_ || wake_at_ == Time::max()) return;
    if (std::chrono::steady_clock::now() >= wake_at_) {
      wake_at_ = Time::max();
      int running = 0;
      curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
      finish();
    }
    if (wake_at_ < rings_at_ && !posted_) arm_timer();
  }

  void finish() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;  // the message is gone with the handle
      const auto found = transfers_.find(easy);
      if (found == transfers_.end()) continue;
      std::unique_ptr<Transfer> transfer = std::move(found->second);
      transfers_.erase(found);
      Answer answer = answer_of(code, *transfer);
      curl_multi_remove_handle(multi_.get(), easy);
      // What libcurl remembers of one that failed must not colour the next.
      const bool spotless = answer.status / 100 == 2 && !answer.retry_after;
      transfer->done(std::move(answer));
      if (spotless) keep(std::move(transfer));
    }
  }

  asio::io_context& loop_;
  HttpSettings settings_;
  asio::steady_timer timer_;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  using Time = std::chrono::steady_clock::time_point;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
  std::vector<std::unique_ptr<Transfer>> spare_;
  Time wake_at_ = Time::max();   // when libcurl wants to be called
  Time rings_at_ = Time::max();  // when timer_ expires
  bool posted_ = false;          // a call at once is on its way
  Multi multi_;
};

HttpClient::HttpClient(asio::io_context& loop, HttpSettings settings)
    : impl_(std::make_shared<Impl>(loop, std::move(settings))) {}

HttpClient::~HttpClient() { impl_->close(); }

void HttpClient::cancel() { impl_->cancel(); }

asio::awaitable<std::optional<Answer>> HttpClient::post(HttpRequest request) {
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
