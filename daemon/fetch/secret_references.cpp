// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/secret_references.hpp"

#include <fmt/format.h>

namespace kpid::fetch {
namespace {

constexpr std::string_view opening = "{{secret:";
constexpr std::string_view closing = "}}";

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

// The first byte of a URL's path or query: what stands before it says where to connect.
std::size_t end_of_authority(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? url.size() : url.find_first_of("/?", scheme + 3);
}

}  // namespace

bool names_secret(std::string_view text) noexcept {
  return text.find(opening) != std::string_view::npos;
}

Result<Secret> expand(std::string_view text, const Secrets& secrets, Inside where) {
  std::string whole;
  const std::size_t first_allowed = where == Inside::url ? end_of_authority(text) : 0;
  std::size_t at = 0;
  for (;;) {
    const std::size_t start = text.find(opening, at);
    whole += text.substr(at, start - at);
    if (start == std::string_view::npos) return Secret{std::move(whole)};
    const std::size_t end = text.find(closing, start);
    if (end == std::string_view::npos) {
      return fail(ErrorKind::config, "a {{secret:…}} has no }} at its end; correct it");
    }
    if (start < first_allowed) {
      return fail(ErrorKind::config,
                  "a secret can stand in a URL's path or query, not in its host");
    }
    const std::string name(text.substr(start + opening.size(), end - start - opening.size()));
    const auto found = secrets.find(name);
    if (found == secrets.end()) {
      return fail(ErrorKind::config,
                  fmt::format("the secret \"{}\" is not one of the source's; add it to its "
                              "[source.secrets]",
                              name.substr(0, 64)));
    }
    const std::string& value = found->second.reveal();
    if (where == Inside::header &&
        value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return fail(ErrorKind::config, fmt::format("the secret \"{}\" has several lines, which a "
                                                 "header cannot hold; check its file",
                                                 name));
    }
    whole += where == Inside::url ? percent_encoded(value) : value;
    at = end + closing.size();
  }
}

}  // namespace kpid::fetch
