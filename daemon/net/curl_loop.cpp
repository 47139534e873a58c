// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "net/curl_loop.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace kpid::net {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

struct MultiDelete {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, MultiDelete>;

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

}  // namespace

void set_up_curl() {
  static const CURLcode done = [] {
    ignore_broken_pipes();
    return curl_global_init(CURL_GLOBAL_DEFAULT);
  }();
  (void)done;
}

bool append(List& list, const char* line) {
  curl_slist* const longer = curl_slist_append(list.get(), line);
  if (longer == nullptr) return false;
  (void)list.release();
  list.reset(longer);
  return true;
}

class CurlLoop::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor executor, std::uint32_t wanted_connections)
      : executor_(std::move(executor)), timer_(executor_) {
    set_up_curl();
    multi_.reset(curl_multi_init());
    if (!multi_) return;
    CURLM* const multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::socket_changed);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::timer_changed);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    const long connections = static_cast<long>(std::max(wanted_connections, 1U));
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
  }

  ~Impl() { close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool start(CURL* easy, Done done) {
    if (!multi_) return false;
    transfers_[easy] = std::move(done);
    if (curl_multi_add_handle(multi_.get(), easy) == CURLM_OK) return true;
    transfers_.erase(easy);
    return false;
  }

  void cancel(CURL* easy) {
    const auto found = transfers_.find(easy);
    if (found == transfers_.end()) return;
    const Done done = std::move(found->second);
    transfers_.erase(found);
    curl_multi_remove_handle(multi_.get(), easy);
    done(std::nullopt);
  }

  void cancel() {
    while (!transfers_.empty()) cancel(transfers_.begin()->first);
  }

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
    Watch(const asio::any_io_executor& executor, curl_socket_t number)
        : descriptor(executor), socket(number) {}
    asio::posix::stream_descriptor descriptor;
    curl_socket_t socket;
    int wanted = 0;
    bool reading = false;
    bool writing = false;
    bool gone = false;
  };

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
      watch = std::make_shared<Watch>(executor_, socket);
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
        asio::post(executor_, [weak = weak_from_this()] {
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
    while (multi_) {
      const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
      if (message == nullptr) return;
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;  // the message is gone with the handle
      const auto found = transfers_.find(easy);
      if (found == transfers_.end()) continue;
      const Done done = std::move(found->second);
      transfers_.erase(found);
      curl_multi_remove_handle(multi_.get(), easy);
      done(code);
    }
  }

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  using Time = std::chrono::steady_clock::time_point;
  std::map<CURL*, Done> transfers_;
  Time wake_at_ = Time::max();   // when libcurl wants to be called
  Time rings_at_ = Time::max();  // when timer_ expires
  bool posted_ = false;          // a call at once is on its way
  Multi multi_;
};

CurlLoop::CurlLoop(const asio::any_io_executor& executor, std::uint32_t connections)
    : impl_(std::make_shared<Impl>(executor, connections)) {}
CurlLoop::~CurlLoop() { impl_->close(); }
bool CurlLoop::start(CURL* easy, Done done) { return impl_->start(easy, std::move(done)); }
void CurlLoop::cancel(CURL* easy) { impl_->cancel(easy); }
void CurlLoop::cancel() { impl_->cancel(); }
void CurlLoop::close() { impl_->close(); }

}  // namespace kpid::net
