// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/sftp_fetch.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fetch/file_search.hpp"
#include "fetch/http_fetch.hpp"
#include "fetch/scratch.hpp"
#include "fetch/secret_references.hpp"
#include "fetch/sha256.hpp"
#include "model/time.hpp"
#include "net/base64.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_list = std::size_t{4} << 20;
constexpr long slowest_bytes_a_second = 100;

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

// As a name in a URL's path.
std::string encoded_name(std::string_view name) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string text;
  for (const char c : name) {
    text += plain.find(c) != std::string_view::npos
                ? std::string(1, c)
                : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return text;
}

std::string fingerprint_of(std::string_view key) {
  Sha256 hash;
  hash.add(key);
  const auto digest = hash.digest();
  if (!digest) return {};
  std::string text =
      "SHA256:" + net::base64({reinterpret_cast<const char*>(digest->data()), digest->size()});
  while (text.ends_with('=')) text.pop_back();
  return text;
}

// libssh2 takes a key as a file: this one stands in memory and has no name in any folder.
Result<FileDescriptor> in_memory(const std::string& text, const std::string& place) {
  FileDescriptor fd(::memfd_create("kpid-key", MFD_CLOEXEC));
  std::string whole = text;
  if (!whole.ends_with('\n')) whole += '\n';  // which a credential loses, and OpenSSH's form needs
  if (!fd || ::write(fd.get(), whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) {
    return fail(ErrorKind::internal, "there is no memory for the key", place);
  }
  return fd;
}

}  // namespace

// One transfer, as libcurl's callbacks see it.
struct SftpFetch::Visit {
  Visit(const FetchPolicy& fetch_policy, const net::Route& route, std::string shown)
      : policy(fetch_policy), place(std::move(shown)) {
    gate.route = &route;
  }
  [[nodiscard]] bool prepare(const std::string& url, const Credentials& credentials);

  const FetchPolicy& policy;
  std::string place;
  net::Gate gate;
  std::string offered_key;  // fingerprint of one that is not pinned
  bool keeps_content = false;
  bool looks_only = false;  // at the time of its last change
  std::optional<Scratch> content;
  std::string text;
  std::optional<Error> fault;
  net::Easy easy;  // last: it looks into the others until it is gone

 private:
  bool take(std::string_view bytes);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
    return static_cast<Visit*>(user)->take({data, size * count}) ? size * count : 0;
  }
  static int on_host_key(void* user, int type, const char* key, std::size_t size);
};

bool SftpFetch::Visit::take(std::string_view bytes) {
  if (looks_only) return true;
  if (!keeps_content) {
    text += bytes;
    if (text.size() <= longest_list) return true;
    fault = Error{ErrorKind::source, "the folder holds too many files; move old ones away", place};
    return false;
  }
  if (content->size() + bytes.size() > policy.size_limit) {
    fault = Error{ErrorKind::source,
                  fmt::format("the document is larger than the limit of {} bytes; raise the "
                              "source's \"size_limit\" if it should be",
                              policy.size_limit),
                  place};
    return false;
  }
  if (auto written = content->write(bytes, place); !written) {
    fault = written.error();
    return false;
  }
  return true;
}

int SftpFetch::Visit::on_host_key(void* user, int, const char* key, std::size_t size) {
  auto& visit = *static_cast<Visit*>(user);
  const std::string shown = fingerprint_of({key, size});
  const auto& pinned = visit.policy.sftp.host_keys;
  if (std::find(pinned.begin(), pinned.end(), shown) != pinned.end()) return CURLKHMATCH_OK;
  visit.offered_key = shown;
  return CURLKHMATCH_MISMATCH;
}

bool SftpFetch::Visit::prepare(const std::string& url, const Credentials& credentials) {
  easy.reset(curl_easy_init());
  if (!easy || !net::set_route(easy.get(), gate)) return false;
  CURLcode first = CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    const CURLcode code = curl_easy_setopt(easy.get(), option, value);
    if (first == CURLE_OK) first = code;
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "sftp");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_USERNAME, policy.sftp.user.c_str());
  if (credentials.key) {
    const std::string file = fmt::format("/proc/self/fd/{}", credentials.key.get());
    set(CURLOPT_SSH_AUTH_TYPES, static_cast<long>(CURLSSH_AUTH_PUBLICKEY));
    set(CURLOPT_SSH_PRIVATE_KEYFILE, file.c_str());
    set(CURLOPT_SSH_PUBLIC_KEYFILE, "");  // it follows from the private one
    set(CURLOPT_KEYPASSWD, credentials.passphrase.reveal().c_str());
  } else {
    set(CURLOPT_SSH_AUTH_TYPES, static_cast<long>(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
    set(CURLOPT_PASSWORD, credentials.password.reveal().c_str());
  }
  set(CURLOPT_SSH_HOSTKEYFUNCTION, &Visit::on_host_key);
  set(CURLOPT_SSH_HOSTKEYDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Visit::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_FILETIME, keeps_content || looks_only ? 1L : 0L);
  set(CURLOPT_DIRLISTONLY, 1L);
  if (looks_only) set(CURLOPT_RANGE, "0-0");
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(policy.size_limit));
  set(CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_a_second);
  set(CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(policy.sftp.timeout.count() / 1000)));
  return first == CURLE_OK;
}

namespace {

Error fault_of_transfer(CURLcode code, CURL* easy, const net::Gate& gate,
                        const std::string& offered_key, std::chrono::milliseconds silence,
                        const std::string& place) {
  const auto error = [&](ErrorKind kind, std::string sentence) {
    return Error{kind, std::move(sentence), place};
  };
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      if (offered_key.empty()) {
        return error(ErrorKind::config, "the server's host key could not be checked");
      }
      return error(
          ErrorKind::config,
          fmt::format("the server shows the host key {}, which is not the one that "
                      "\"host_key\" pins: somebody may be between kpid and the server; ask "
                      "whoever runs it before you change the config",
                      offered_key));
    case CURLE_LOGIN_DENIED:
      return error(
          ErrorKind::config,
          "the server does not let this user in; check \"user\" and the key or password of "
          "[source.sftp] (a key must be ed25519 or ECDSA)");
    case CURLE_REMOTE_FILE_NOT_FOUND:
      return error(ErrorKind::not_found,
                   "the file or folder does not exist on the server; put it there or correct the "
                   "path in the settings");
    case CURLE_REMOTE_ACCESS_DENIED:
      return error(
          ErrorKind::config,
          "the server does not let this user read the file or folder; ask whoever runs it");
    case CURLE_SSH:
      return error(ErrorKind::transient, "the server does not speak SFTP, or stopped doing so");
    case CURLE_FAILED_INIT:
      return error(ErrorKind::transient,
                   "the SSH handshake failed; the server may not speak SSH, or only in ways that "
                   "kpid does not know");
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t connected = 0;
      curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
      if (connected == 0) break;
      return error(ErrorKind::transient,
                   "the server was silent, or all but, for " + format_duration(silence));
    }
    default:
      break;
  }
  const bool refused = !gate.refused.empty() && !gate.opened_socket;
  return error(refused ? ErrorKind::config : ErrorKind::transient,
               net::words_for(code, easy, gate, {"server", "source"}));
}

}  // namespace

SftpFetch::SftpFetch(const FetchPolicy& policy, std::shared_ptr<Line> line)
    : policy_(policy), line_(std::move(line)), route_(route_for(policy)) {
  route_.proxy.clear();  // it is one for HTTP
}

Result<SftpFetch::Credentials> SftpFetch::credentials() const {
  const SftpConfig& config = policy_.sftp;
  const std::string place = "[source.sftp]";
  Credentials all;
  for (const auto& [text, into] :
       {std::pair{&config.password, &all.password}, {&config.passphrase, &all.passphrase}}) {
    auto expanded = expand(*text, policy_.secrets, Inside::body);
    if (!expanded) return fail(expanded.error().kind, expanded.error().sentence, place);
    *into = std::move(*expanded);
  }
  const auto key = expand(config.key, policy_.secrets, Inside::body);
  if (!key) return fail(key.error().kind, key.error().sentence, place);
  Sha256 terms;
  for (const std::string* part :
       {&config.user, &all.password.reveal(), &all.passphrase.reveal(), &key->reveal()}) {
    terms.add(*part);
    terms.add({"\0", 1});
  }
  for (const std::string& pinned : config.host_keys) terms.add(pinned);
  const auto digest = terms.hex();
  if (!digest) return tl::unexpected(digest.error());
  line_->make_terms(*digest);
  if (config.key.empty()) return all;
  auto file = in_memory(key->reveal(), place);
  if (!file) return tl::unexpected(file.error());
  all.key = std::move(*file);
  return all;
}

std::optional<Error> SftpFetch::fault_of(const Url& url, const std::string& place) const {
  const auto config = [&](std::string sentence) {
    return Error{ErrorKind::config, std::move(sentence), place};
  };
  if (policy_.sftp.user.empty() || policy_.sftp.host_keys.empty()) {
    return config(
        "this source has no [source.sftp] in the config, which says as whom kpid logs in "
        "and which host key the server must show");
  }
  if (!is_allowed_host(url, policy_.allowed_hosts)) {
    return config(
        fmt::format("the host \"{}\" is not one that this source may fetch from; add it to "
                    "the source's \"allowed_hosts\" if it should be",
                    url.host.substr(0, 253)));
  }
  return std::nullopt;
}

asio::awaitable<Result<void>> SftpFetch::run(Visit& visit) {
  const auto code = co_await line_->transfer(visit.easy.get());
  if (!code) co_return fail(code.error().kind, code.error().sentence, visit.place);
  if (visit.fault) co_return tl::unexpected(*visit.fault);
  if (*code == CURLE_OK) co_return Result<void>{};
  if (*code == CURLE_FILESIZE_EXCEEDED) {
    co_return fail(ErrorKind::source,
                   fmt::format("the document is larger than the limit of {} bytes; raise the "
                               "source's \"size_limit\" if it should be",
                               policy_.size_limit),
                   visit.place);
  }
  co_return tl::unexpected(fault_of_transfer(*code, visit.easy.get(), visit.gate, visit.offered_key,
                                             policy_.sftp.timeout, visit.place));
}

asio::awaitable<Result<std::vector<std::string>>> SftpFetch::list(const Url& folder,
                                                                  const Credentials& credentials) {
  Visit visit(policy_, route_, folder.text);
  if (!visit.prepare(folder.text, credentials)) {
    co_return fail(ErrorKind::internal, "the request could not be prepared", folder.text);
  }
  const auto done = co_await run(visit);
  if (!done) co_return tl::unexpected(done.error());
  std::vector<std::string> names;
  std::string_view rest = visit.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view name = rest.substr(0, end);
    if (!name.empty() && name.find('/') == std::string_view::npos) names.emplace_back(name);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::sort(names.begin(), names.end());
  co_return names;
}

asio::awaitable<Result<std::string>> SftpFetch::newest_of(const Url& folder,
                                                          std::vector<std::string> names,
                                                          const Credentials& credentials) {
  std::pair<long, std::string> newest{-1, names.front()};
  for (const std::string& name : names) {
    const std::string url = folder.text + encoded_name(name);
    Visit visit(policy_, route_, url);
    visit.looks_only = true;
    if (!visit.prepare(url, credentials)) {
      co_return fail(ErrorKind::internal, "the request could not be prepared", url);
    }
    const auto done = co_await run(visit);
    if (!done) co_return tl::unexpected(done.error());
    const std::pair<long, std::string> seen{net::information(visit.easy.get(), CURLINFO_FILETIME),
                                            name};
    newest = std::max(newest, seen);
  }
  co_return newest.second;
}

asio::awaitable<Result<Fetched>> SftpFetch::read(const std::string& url,
                                                 const Credentials& credentials) {
  Visit visit(policy_, route_, url);
  visit.keeps_content = true;
  auto made = Scratch::make(policy_);
  if (!made) co_return tl::unexpected(made.error());
  visit.content.emplace(std::move(*made));
  if (!visit.prepare(url, credentials)) {
    co_return fail(ErrorKind::internal, "the request could not be prepared", url);
  }
  const auto done = co_await run(visit);
  if (!done) co_return tl::unexpected(done.error());
  const long modified = net::information(visit.easy.get(), CURLINFO_FILETIME);
  co_return visit.content->seal(policy_, url, modified > 0 ? std::int64_t{modified} * 1000 : 0);
}

asio::awaitable<Result<std::vector<Fetched>>> SftpFetch::fetch(const FetchRequest& request) {
  const std::string& place = request.location;
  // A pattern's ? and [ ] would mean something else in a URL.
  const std::size_t slash = place.rfind('/');
  const std::string pattern = place.substr(slash + 1);
  const bool many = is_pattern(pattern);
  const auto url = parse_url(many ? place.substr(0, slash + 1) : place);
  if (!url) co_return fail(url.error().kind, url.error().sentence, place);
  if (auto fault = fault_of(*url, place)) co_return tl::unexpected(std::move(*fault));
  if (!many && url->path.ends_with('/')) {
    co_return fail(ErrorKind::config,
                   "this is a folder, not a file; name a file in it or a pattern such as "
                   "\"*.csv\"",
                   place);
  }
  const auto login = credentials();
  if (!login) co_return tl::unexpected(login.error());
  std::vector<std::string> urls{url->text};
  if (many) {
    auto names = co_await list(*url, *login);
    if (!names) co_return tl::unexpected(names.error());
    std::erase_if(*names, [&](const std::string& name) {
      return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) != 0;
    });
    if (names->empty()) {
      co_return fail(ErrorKind::not_found,
                     "no file on the server matches the pattern; put one there or correct the "
                     "pattern in the settings",
                     place);
    }
    using Select = FetchRequest::Select;
    if (request.select == Select::only && names->size() > 1) {
      co_return fail(ErrorKind::config,
                     fmt::format("the pattern matches {} files where exactly one is expected; make "
                                 "it narrower or move the others away",
                                 names->size()),
                     place);
    }
    if (names->size() > max_documents) {
      co_return fail(
          ErrorKind::config,
          fmt::format("the pattern matches {} files, more than the {} of one fetch; make "
                      "it narrower or move old files away",
                      names->size(), max_documents),
          place);
    }
    if (request.select == Select::newest && names->size() > 1) {
      auto newest = co_await newest_of(*url, std::move(*names), *login);
      if (!newest) co_return tl::unexpected(newest.error());
      *names = {std::move(*newest)};
    }
    urls.clear();
    for (const std::string& name : *names) urls.push_back(url->text + encoded_name(name));
  }
  std::vector<Fetched> all;
  all.reserve(urls.size());
  for (const std::string& one : urls) {
    auto fetched = co_await read(one, *login);
    if (!fetched) co_return tl::unexpected(fetched.error());
    all.push_back(std::move(*fetched));
  }
  co_return all;
}

}  // namespace kpid::fetch
