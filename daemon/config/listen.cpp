// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/listen.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(family, text.c_str(), bytes.data()) == 1;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

// "127.0.0.1:8417", "[::1]:8417", or a port of loopback.
std::optional<ListenConfig> parse_listen(std::string_view text) {
  ListenConfig listen;
  const std::size_t colon = text.rfind(':');
  const auto port = port_of(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!port) return std::nullopt;
  listen.port = *port;
  if (colon == std::string_view::npos) return listen;
  std::string_view host = text.substr(0, colon);
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  listen.address = std::string(host);
  if (!is_address(in_brackets ? AF_INET6 : AF_INET, listen.address)) return std::nullopt;
  return listen;
}

void read_public_url(Builder& builder, TableReader& table, ListenConfig& listen) {
  auto url = table.filled_text("public_url");
  if (!url) return;
  if (const auto fault = url_fault(url->value)) {
    builder.faults.add(url->place, "\"public_url\" " + *fault);
    return;
  }
  if (url->value.find_first_of("?#") != std::string::npos) {
    builder.faults.add(url->place, "\"public_url\" must end with its path: no ? and no #");
    return;
  }
  listen.public_url = std::move(url->value);
  while (listen.public_url.ends_with('/')) listen.public_url.pop_back();
}

}  // namespace

void read_listen(Builder& builder, TableReader& root) {
  auto table = root.table("http");
  if (!table) return;
  ListenConfig listen;
  std::optional<PlacedText> written;
  const auto* node = table->node("listen");
  if (const auto* port = node == nullptr ? nullptr : node->as_integer()) {
    written = PlacedText{std::to_string(port->get()), table->place(*node)};
  } else {
    written = table->required_text("listen");
  }
  if (written) {
    if (auto parsed = parse_listen(written->value)) {
      listen = std::move(*parsed);
    } else {
      builder.faults.add(written->place,
                         in_quotes(written->value) +
                             " is nothing to listen at; write an IP address and a port, as in "
                             "\"127.0.0.1:8417\" or \"[::1]:8417\", or a port alone for this "
                             "machine's own programs");
    }
  }
  read_public_url(builder, *table, listen);
  table->finish();
  // Entered even where it is at fault: a hook that needs it is then no second fault.
  builder.config.listen = std::move(listen);
}

}  // namespace kpid::config
