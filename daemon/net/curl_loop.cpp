// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "net/curl_loop.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <utility>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/epoll.h>

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
      : executor_(std::move(executor)), timer_(executor_), poll_(executor_) {
    set_up_curl();
    boost::system::error_code failed;
    poll_.assign(epoll_create1(EPOLL_CLOEXEC), failed);
    if (failed) return;
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
    if (!multi_ || curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) return false;
    transfers_.emplace_back(easy, std::move(done));
    wait();
    return true;
  }

  void cancel(CURL* easy) { end(easy, std::nullopt); }
  void cancel() {
    while (!transfers_.empty()) cancel(transfers_.back().first);
  }

  void close() {
    cancel();
    multi_.reset();  // closes the connections, and tells of each
    timer_.cancel();
    boost::system::error_code ignored;
    poll_.close(ignored);
  }

 private:
  static int socket_changed(CURL*, curl_socket_t socket, int what, void* user, void*) {
    static_cast<Impl*>(user)->watch(socket, what);
    return 0;
  }

  static int timer_changed(CURLM*, long timeout_ms, void* user) {
    static_cast<Impl*>(user)->set_timer(timeout_ms);
    return 0;
  }

  // libcurl lets go of a connection after each request and takes it up again for the next: of the
  // first epoll is not told. A socket that is closed leaves epoll by itself, so that one of the
  // same number may be there or not.
  void watch(curl_socket_t socket, int what) {
    const auto at = static_cast<std::size_t>(socket);
    if (at >= watched_.size()) watched_.resize(at + 1);
    watched_[at] = what != CURL_POLL_REMOVE;
    if (what == CURL_POLL_REMOVE) return;
    epoll_event event{};
    event.data.fd = socket;
    if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
    const int poll = poll_.native_handle();
    if (epoll_ctl(poll, EPOLL_CTL_MOD, socket, &event) == 0) return;
    // Where this fails too, the transfer's own time limit ends it.
    (void)epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
  }

  // All sockets are one descriptor to Asio: of those that are ready together it hears once.
  void wait() {
    if (std::exchange(waiting_, true)) return;
    poll_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [weak = weak_from_this()](const boost::system::error_code& error) {
                       const auto self = weak.lock();
                       if (!self) return;
                       self->waiting_ = false;
                       if (!error) self->act();
                       if (self->multi_ && !self->transfers_.empty()) self->wait();
                     });
  }

  // With nothing under way, nothing is to keep the loop from its end.
  void rest() {
    if (transfers_.empty() && waiting_) poll_.cancel();
  }

  void act() {
    if (!multi_) return;
    std::array<epoll_event, 64> events{};
    const int poll = poll_.native_handle();
    const int count = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const curl_socket_t socket = event.data.fd;
      if (!watched_[static_cast<std::size_t>(socket)]) {  // at rest, and its peer has closed it
        (void)epoll_ctl(poll, EPOLL_CTL_DEL, socket, nullptr);
        continue;
      }
      int what = 0;  // an error alone: libcurl looks by itself
      if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
      if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
      int running = 0;
      curl_multi_socket_action(multi_.get(), socket, what, &running);
    }
    finish();
  }

  // libcurl moves its timer several times for each request, nearly always further away: Asio's is
  // touched only where it would ring too late.
  void set_timer(long timeout_ms) {
    wake_at_ = Time::max();
    if (timeout_ms < 0) return;
    // Zero means at once, but not from within this callback: libcurl is not re-entrant.
    if (timeout_ms == 0) {
      wake_at_ = Time::min();
      if (!std::exchange(posted_, true)) {
        asio::post(executor_, [weak = weak_from_this()] {
          const auto self = weak.lock();
          if (!self) return;
          self->posted_ = false;
          self->time_passed();
        });
      }
      return;
    }
    wake_at_ = std::chrono::steady_clock::now() + milliseconds{timeout_ms};
    if (wake_at_ < rings_at_) arm_timer();
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
    if (wake_at_ == Time::min() || std::chrono::steady_clock::now() >= wake_at_) {
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
      end(easy, code);
    }
  }

  void end(CURL* easy, std::optional<CURLcode> code) {
    const auto found = std::find_if(transfers_.begin(), transfers_.end(),
                                    [&](const auto& one) { return one.first == easy; });
    if (found == transfers_.end()) return;
    const Done done = std::move(found->second);
    if (&*found != &transfers_.back()) *found = std::move(transfers_.back());
    transfers_.pop_back();
    curl_multi_remove_handle(multi_.get(), easy);
    rest();
    done(code);
  }

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  asio::posix::stream_descriptor poll_;  // epoll's, over libcurl's sockets
  bool waiting_ = false;                 // for one of them
  std::vector<bool> watched_;            // by number: libcurl wants to hear of the socket
  using Time = std::chrono::steady_clock::time_point;
  std::vector<std::pair<CURL*, Done>> transfers_;  // few: as many as there are connections
  Time wake_at_ = Time::max();                     // when libcurl wants to be called
  Time rings_at_ = Time::max();                    // when timer_ expires
  bool posted_ = false;                            // a call at once is on its way
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
