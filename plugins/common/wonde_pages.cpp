// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "wonde_pages.hpp"

#include <set>
#include <utility>

#include "readers/json.hpp"

namespace kpid::plugins {
namespace {

constexpr std::size_t kUrlBytesMax = 2000;

// "https://api.wonde.com/", which every page of a list must begin with.
std::string_view host_of(std::string_view url) {
  const auto scheme = url.find("://");
  const auto start = scheme == std::string_view::npos ? 0 : scheme + 3;
  return url.substr(0, std::min(url.find('/', start), url.size()));
}

}  // namespace

tl::expected<std::optional<std::string>, Failure> next_wonde_page(const Document& page,
                                                                  std::string_view url) {
  const auto document = readers::JsonDocument::open(page.bytes);
  if (!document) return tl::unexpected(failure(page.name, document.error()));
  const readers::JsonValue root = document->root();
  if (!root.has("data") || !root.has("meta.pagination.more")) {
    return tl::unexpected(Failure{page.name +
                                  ": The answer is no list of Wonde's: it has no data or no "
                                  "meta.pagination.more; look whether the school's id is right."});
  }
  const auto more = root.boolean("meta.pagination.more");
  if (!more) return tl::unexpected(failure(page.name, more.error()));
  if (!more->value_or(false)) return std::nullopt;
  const auto next = root.text("meta.pagination.next", kUrlBytesMax);
  if (!next) return tl::unexpected(failure(page.name, next.error()));
  if (!*next) {
    return tl::unexpected(
        Failure{page.name + ": The answer says that there are more pages and does not say where."});
  }
  const std::string host(host_of(url));
  if (!(*next)->starts_with(host + "/")) {
    return tl::unexpected(
        Failure{page.name + ": The next page is not on " + host + ", so it was not asked for."});
  }
  return std::move(*next);
}

plugin::Result<WondePages> fetch_wonde(plugin::Host& host, std::string_view url,
                                       const std::string& first) {
  WondePages out;
  std::set<std::string> asked;
  std::optional<std::string> at = first;
  while (at) {
    if (!asked.insert(*at).second || asked.size() > kWondePagesMax) {
      return plugin::source_error(
          "Wonde's list does not end: page " + std::to_string(out.pages.size() + 1) +
          (asked.size() > kWondePagesMax ? " is one too many." : " was asked for before."));
    }
    if (host.cancelled()) return plugin::cancelled_error();
    auto fetched = host.fetch(*at);
    if (!fetched) return fetched.error();
    const plugin::Document& raw = fetched->front();
    out.pages.push_back({raw.number,
                         file_name(first) + ", page " + std::to_string(out.pages.size() + 1),
                         raw.bytes, raw.fetched_at_ms});
    out.fetched.push_back(std::move(*fetched));
    auto next = next_wonde_page(out.pages.back(), url);
    if (!next) return plugin::source_error(next.error().sentence);
    at = std::move(*next);
  }
  return out;
}

}  // namespace kpid::plugins
