// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/recording.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "fetch/scratch.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Documents = Result<std::vector<Fetched>>;

constexpr std::uint64_t longest_recorded = 64ULL << 20;
constexpr const char* list_name = "recording.json";

constexpr std::array all_kinds{
    ErrorKind::config,   ErrorKind::transient, ErrorKind::rate_limited, ErrorKind::source,
    ErrorKind::plugin,   ErrorKind::cancelled, ErrorKind::unsupported,  ErrorKind::storage,
    ErrorKind::conflict, ErrorKind::not_found, ErrorKind::internal};

Result<std::string> content_of(const Fetched& fetched) {
  if (fetched.document.size > longest_recorded) {
    return fail(ErrorKind::unsupported, "the document is too large to be recorded");
  }
  std::string text(fetched.document.size, '\0');
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t got =
        ::pread(fetched.content.get(), text.data() + at, text.size() - at, static_cast<off_t>(at));
    if (got <= 0) return fail(ErrorKind::storage, "the copy cannot be read");
    at += static_cast<std::size_t>(got);
  }
  return text;
}

// The last part of where a document came from, as a file's name.
std::string tail_of(const std::string& origin) {
  std::string tail = origin.substr(0, origin.find('?'));
  tail = tail.substr(tail.rfind('/') + 1);
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  std::replace_if(
      tail.begin(), tail.end(), [&](char c) { return plain.find(c) == std::string_view::npos; },
      '_');
  constexpr std::size_t longest = 60;
  return tail.size() > longest ? tail.substr(tail.size() - longest) : tail;
}

json::object told_of(const Error& error) {
  return {{"kind", to_string(error.kind)}, {"sentence", error.sentence}, {"place", error.place}};
}

std::string text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(text->begin(), text->end());
}
std::int64_t number_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? 0 : *number;
}

Error error_of(const json::object& told) {
  const std::string kind = text_at(told, "kind");
  const auto* const found = std::find_if(all_kinds.begin(), all_kinds.end(),
                                         [&](ErrorKind one) { return to_string(one) == kind; });
  return Error{found == all_kinds.end() ? ErrorKind::internal : *found, text_at(told, "sentence"),
               text_at(told, "place")};
}

}  // namespace

class Recorder::Impl {
 public:
  Impl(std::unique_ptr<Fetcher> inner, std::filesystem::path folder, Masking masking)
      : inner_(std::move(inner)), folder_(std::move(folder)), masking_(std::move(masking)) {}

  asio::awaitable<Documents> fetch(FetchRequest request) {
    json::object entry{{"location", request.location},
                       {"select", static_cast<std::int64_t>(request.select)}};
    json::array headers;
    for (const auto& [name, value] : request.headers) headers.push_back(json::array{name, value});
    if (!headers.empty()) entry["headers"] = std::move(headers);
    if (request.body) entry["body"] = *request.body;
    auto documents = co_await inner_->fetch(std::move(request));
    if (documents) {
      json::array all;
      for (const Fetched& one : *documents) all.push_back(record(one));
      entry["documents"] = std::move(all);
    } else {
      entry["error"] = told_of(documents.error());
    }
    fetches_.push_back(std::move(entry));
    co_return documents;
  }

  Result<Summary> finish() {
    std::ofstream list(folder_ / list_name, std::ios::binary);
    list << json::serialize(json::object{{"version", 1}, {"fetches", fetches_}}) << '\n';
    if (!list.flush()) {
      return fail(ErrorKind::storage, "the recording cannot be written", folder_.string());
    }
    return summary_;
  }

  [[nodiscard]] const Fetcher& inner() const { return *inner_; }

 private:
  json::object record(const Fetched& one) {
    const FetchedDocument& about = one.document;
    json::object entry{{"origin", about.origin},
                       {"etag", one.etag},
                       {"fetched_at_ms", about.fetched_at_ms},
                       {"modified_at_ms", about.modified_at_ms}};
    auto content = content_of(one);
    if (content) content = masked(*content, masking_);
    if (content) {
      const std::string name = fmt::format("{:03}-{}", ++summary_.documents, tail_of(about.origin));
      std::ofstream file(folder_ / name, std::ios::binary);
      file << *content;
      if (file.flush()) {
        entry["file"] = name;
        return entry;
      }
      content = fail(ErrorKind::storage, "the recording's file cannot be written");
    }
    Error why = content.error();
    why.place = about.origin;
    entry["left_out"] = why.sentence;
    summary_.left_out.push_back(std::move(why));
    return entry;
  }

  std::unique_ptr<Fetcher> inner_;
  std::filesystem::path folder_;
  Masking masking_;
  json::array fetches_;
  Summary summary_;
};

Recorder::Recorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Recorder::~Recorder() = default;

Result<std::unique_ptr<Recorder>> Recorder::make(std::unique_ptr<Fetcher> inner,
                                                 std::filesystem::path folder, Masking masking) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_empty(folder, error) || error) {
    return fail(ErrorKind::config,
                "the folder of a recording must be new or empty, and may be written to",
                folder.string());
  }
  return std::unique_ptr<Recorder>(new Recorder(
      std::make_unique<Impl>(std::move(inner), std::move(folder), std::move(masking))));
}

asio::awaitable<Documents> Recorder::fetch(FetchRequest request) {
  co_return co_await impl_->fetch(std::move(request));
}
std::optional<Timestamp> Recorder::retry_at() const { return impl_->inner().retry_at(); }
Result<Recorder::Summary> Recorder::finish() { return impl_->finish(); }

namespace {

class Replay final : public Fetcher {
 public:
  Replay(std::filesystem::path folder, FetchPolicy policy, json::array fetches)
      : folder_(std::move(folder)), policy_(std::move(policy)), fetches_(std::move(fetches)) {}

  asio::awaitable<Documents> fetch(FetchRequest request) override {
    const json::object* entry = next(request);
    if (entry == nullptr) {
      co_return fail(ErrorKind::not_found, "this was not recorded", request.location);
    }
    if (const auto* error = entry->if_contains("error"); error != nullptr && error->is_object()) {
      co_return tl::unexpected(error_of(error->get_object()));
    }
    std::vector<Fetched> all;
    const auto* documents = entry->if_contains("documents");
    if (documents == nullptr || !documents->is_array()) co_return all;
    for (const json::value& one : documents->get_array()) {
      if (!one.is_object()) continue;
      auto fetched = read(one.get_object());
      if (!fetched) co_return tl::unexpected(fetched.error());
      all.push_back(std::move(*fetched));
    }
    co_return all;
  }

 private:
  static bool answers(const json::object& entry, const FetchRequest& request) {
    return text_at(entry, "location") == request.location &&
           number_at(entry, "select") == static_cast<std::int64_t>(request.select) &&
           entry.contains("body") == request.body.has_value() &&
           text_at(entry, "body") == request.body.value_or("");
  }

  // The first answer that was not given yet, or the last one.
  const json::object* next(const FetchRequest& request) {
    const json::object* last = nullptr;
    for (const json::value& one : fetches_) {
      const auto* entry = one.if_object();
      if (entry == nullptr || !answers(*entry, request)) continue;
      last = entry;
      if (std::find(given_.begin(), given_.end(), entry) == given_.end()) break;
    }
    if (last != nullptr) given_.push_back(last);
    return last;
  }

  Result<Fetched> read(const json::object& entry) const {
    const std::string origin = text_at(entry, "origin");
    const std::string name = text_at(entry, "file");
    if (name.empty() || name.find('/') != std::string::npos) {
      return fail(ErrorKind::unsupported,
                  "this document was left out of the recording: " + text_at(entry, "left_out"),
                  origin);
    }
    std::ifstream file(folder_ / name, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) {
      return fail(ErrorKind::not_found, "the recording's file is missing",
                  (folder_ / name).string());
    }
    auto scratch = Scratch::make(policy_);
    if (!scratch) return tl::unexpected(scratch.error());
    auto written = scratch->write(content.str(), origin);
    if (!written) return tl::unexpected(written.error());
    auto fetched = scratch->seal(policy_, origin, number_at(entry, "modified_at_ms"));
    if (!fetched) return fetched;
    fetched->etag = text_at(entry, "etag");
    fetched->document.fetched_at_ms = number_at(entry, "fetched_at_ms");
    return fetched;
  }

  std::filesystem::path folder_;
  FetchPolicy policy_;
  json::array fetches_;
  std::vector<const json::object*> given_;
};

}  // namespace

Result<std::unique_ptr<Fetcher>> make_replay(const std::filesystem::path& folder,
                                             FetchPolicy policy) {
  std::ifstream file(folder / list_name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  boost::system::error_code error;
  json::value list = json::parse(text.str(), error);
  const auto bad = [&] {
    return fail(ErrorKind::config, "there is no recording.json of this version", folder.string());
  };
  if (!file || error || !list.is_object()) return bad();
  auto* fetches = list.get_object().if_contains("fetches");
  if (number_at(list.get_object(), "version") != 1 || fetches == nullptr || !fetches->is_array()) {
    return bad();
  }
  return std::make_unique<Replay>(folder, std::move(policy), std::move(fetches->get_array()));
}

}  // namespace kpid::fetch
