// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/mail_client.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstring>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "net/curl_loop.hpp"

namespace kpid::webhooks {
namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_words = 400;                        // of a server's answer
constexpr std::size_t longest_dialogue = std::size_t{64} * 1024;  // a server that never ends
constexpr int accepted_status = 250;
constexpr int good_bye_status = 221;

// One mail on its way. [thread of the pool]
class Transfer {
 public:
  Transfer(const Mail& mail, const net::Route& route, std::function<bool()> is_cancelled)
      : mail_(mail),
        is_cancelled_(std::move(is_cancelled)),
        end_(std::chrono::steady_clock::now() + route.timeout) {
    gate_.route = &route;
  }

  std::optional<Answer> run() {
    if (is_cancelled_()) return std::nullopt;
    const net::Easy easy{curl_easy_init()};
    if (!easy || !set_up(easy.get())) {
      return Answer{0, "the mail could not be prepared", {}};
    }
    const CURLcode code = curl_easy_perform(easy.get());
    if (accepted_) return Answer{accepted_status, {}, {}};
    if (is_cancelled_()) return std::nullopt;
    return answer_of(code, easy.get());
  }

 private:
  bool set_up(CURL* easy) {
    if (!net::set_route(easy, gate_)) return false;
    for (const std::string& to : mail_.envelope.to) {
      if (!net::append(recipients_, ("<" + to + ">").c_str())) return false;
    }
    CURLcode first = CURLE_OK;
    const auto set = [&](CURLoption option, auto value) {
      const CURLcode code = curl_easy_setopt(easy, option, value);
      if (first == CURLE_OK) first = code;
    };
    const Envelope& envelope = mail_.envelope;
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_URL, mail_.url.reveal().c_str());
    set(CURLOPT_USE_SSL, static_cast<long>(envelope.tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (!envelope.user.empty()) {
      set(CURLOPT_USERNAME, envelope.user.c_str());
      set(CURLOPT_PASSWORD, envelope.password.reveal().c_str());
    }
    set(CURLOPT_MAIL_FROM, ("<" + envelope.from + ">").c_str());
    set(CURLOPT_MAIL_RCPT, recipients_.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail_.text.size()));
    set(CURLOPT_READFUNCTION, &read);
    set(CURLOPT_READDATA, this);
    set(CURLOPT_HEADERFUNCTION, &hear);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &hear);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &look_up);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_FORBID_REUSE, 1L);  // the good-bye is said while look_up() can still end it
    return first == CURLE_OK;
  }

  static std::size_t read(char* room, std::size_t size, std::size_t count, void* user) {
    auto& self = *static_cast<Transfer*>(user);
    const std::size_t length = std::min(size * count, self.mail_.text.size() - self.read_);
    std::memcpy(room, self.mail_.text.data() + self.read_, length);
    self.read_ += length;
    return length;
  }

  // Each line that the server says.
  static std::size_t hear(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& self = *static_cast<Transfer*>(user);
    const std::string_view line{bytes, size * count};
    self.heard_ += line.size();
    if (self.heard_ > longest_dialogue) return 0;
    self.note(line);
    return line.size();
  }

  // "550-5.1.1 No such" and "550 5.1.1 user here" are one answer.
  void note(std::string_view line) {
    int status = 0;
    constexpr std::size_t digits = 3;
    if (line.size() < digits || accepted_) return;
    const auto [end, error] = std::from_chars(line.data(), line.data() + digits, status);
    if (error != std::errc{} || end != line.data() + digits) return;
    if (status == good_bye_status) return;  // says nothing of the mail
    if (last_line_) words_.clear();
    last_line_ = line.size() == digits || line[digits] != '-';
    line.remove_prefix(std::min(line.size(), digits + 1));
    for (const char c : line) {
      if (words_.size() == longest_words) break;
      const bool shown = c >= ' ' && c <= '~';
      if (shown || (c != '\r' && c != '\n')) words_ += shown ? c : '?';
    }
    if (!last_line_) words_ += ' ';
    // The whole mail has been given to the server, and this is its answer to that.
    accepted_ = last_line_ && read_ == mail_.text.size() && status == accepted_status;
  }

  // About once a second. Once the mail is accepted, or its time is over, nothing more is waited
  // for: libcurl alone would wait two minutes for a good-bye.
  static int look_up(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& self = *static_cast<Transfer*>(user);
    const bool over = std::chrono::steady_clock::now() > self.end_;
    return self.accepted_ || over || self.is_cancelled_() ? 1 : 0;
  }

  Answer answer_of(CURLcode code, CURL* easy) {
    const bool stopped = code == CURLE_ABORTED_BY_CALLBACK && gate_.refused.empty();
    if (stopped) code = CURLE_OPERATION_TIMEDOUT;  // look_up() saw it first
    const auto status = static_cast<int>(net::information(easy, CURLINFO_RESPONSE_CODE));
    if (status >= 400 && status < 600 && code != CURLE_OPERATION_TIMEDOUT) {
      return {status, {}, {}, std::move(words_)};
    }
    return {0, words_of(code, easy), {}};
  }

  std::string words_of(CURLcode code, CURL* easy) {
    switch (code) {
      case CURLE_OK:
      case CURLE_WEIRD_SERVER_REPLY:
        return "the mail server's answer is not SMTP";
      case CURLE_USE_SSL_FAILED:
        return "the mail server offers no STARTTLS, and nothing is sent in clear; use its smtps:// "
               "port";
      case CURLE_LOGIN_DENIED:
        return "the mail server offers no way to log in that kpid knows; check \"user\" and the "
               "server";
      case CURLE_UNSUPPORTED_PROTOCOL:
        return "the URL is neither smtp nor smtps; check the destination's URL";
      case CURLE_WRITE_ERROR:
        return "the mail server says too much";
      default:
        return net::words_for(code, easy, gate_, {"mail server", "destination"});
    }
  }

  const Mail& mail_;
  std::function<bool()> is_cancelled_;
  std::chrono::steady_clock::time_point end_;
  net::Gate gate_;
  net::List recipients_;
  std::size_t read_ = 0;
  std::size_t heard_ = 0;
  std::string words_;  // of the last answer
  bool last_line_ = true;
  bool accepted_ = false;
};

}  // namespace

class MailClient::Impl {
 public:
  Impl(asio::any_io_executor loop, net::Route route, std::uint32_t connections)
      : loop_(std::move(loop)), route_(std::move(route)), threads_(connections) {}
  ~Impl() {
    cancel();
    threads_.join();
  }

  void send(Mail mail, Done done) {
    // Its end is told in the loop, and what belongs to the loop is given back there too.
    auto job = std::make_unique<Job>(Job{std::move(mail), std::move(done), std::nullopt});
    auto work = asio::prefer(loop_, asio::execution::outstanding_work.tracked);
    asio::post(threads_, [this, round = round_.load(), work, job = std::move(job)]() mutable {
      Transfer transfer(job->mail, route_, [this, round] { return round_.load() != round; });
      job->answer = transfer.run();
      asio::post(work, [job = std::move(job)] { job->done(std::move(job->answer)); });
    });
  }

  void cancel() { ++round_; }

 private:
  struct Job {
    Mail mail;
    Done done;
    std::optional<Answer> answer;
  };

  asio::any_io_executor loop_;
  net::Route route_;
  std::atomic<std::uint64_t> round_{0};  // what was begun in an earlier one is cancelled
  asio::thread_pool threads_;
};

MailClient::MailClient(asio::any_io_executor loop, net::Route route, std::uint32_t connections)
    : impl_(std::make_unique<Impl>(std::move(loop), std::move(route), connections)) {}
MailClient::~MailClient() = default;
void MailClient::send(Mail mail, Done done) { impl_->send(std::move(mail), std::move(done)); }
void MailClient::cancel() { impl_->cancel(); }

}  // namespace kpid::webhooks
