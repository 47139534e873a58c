// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/email.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "config/credentials.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

constexpr std::size_t most_receivers = 50;
constexpr std::array<std::pair<std::string_view, bool>, 2> tls_words{
    {{"required", true}, {"none", false}}};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Dots stand between others, never first, last or two together.
bool is_dotted(std::string_view text, std::string_view beside) {
  if (text.empty() || text.starts_with('.') || text.ends_with('.')) return false;
  return text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter_or_digit(c) || c == '.' || beside.find(c) != std::string_view::npos;
         });
}

// What every mail server takes; no quoted parts, no names, nothing that could end a header.
bool is_mail_address(std::string_view text) {
  constexpr std::size_t longest = 254;
  constexpr std::size_t longest_local = 64;
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > longest_local || text.size() > longest) return false;
  return is_dotted(text.substr(0, at), "!#$%&'*+/=?^_`{|}~-") &&
         is_dotted(text.substr(at + 1), "-");
}

bool check_address(Builder& builder, const PlacedText& written) {
  if (is_mail_address(written.value)) return true;
  builder.faults.add(written.place, in_quotes(written.value) +
                                        " is no mail address; write it as someone@example.org");
  return false;
}

void read_addresses(Builder& builder, TableReader& table, MailConfig& mail) {
  if (!table.has("from")) table.missing("from");
  if (const auto from = table.text("from"); from && check_address(builder, *from)) {
    mail.from = from->value;
  }
  if (!table.has("to")) table.missing("to");
  auto receivers = table.text_or_texts("to");
  if (receivers.size() > most_receivers) {
    builder.faults.add(receivers.back().place,
                       fmt::format("a destination has {} addresses at most; give a list's address",
                                   most_receivers));
  }
  for (auto& to : receivers) {
    if (check_address(builder, to)) mail.to.push_back(std::move(to.value));
  }
  if (receivers.empty() && table.has("to") && table.tree().get("to")->is_array() &&
      table.tree().get("to")->as_array()->empty()) {
    builder.faults.add(table.place(*table.tree().get("to")), "\"to\" names nobody");
  }
}

void read_login(Builder& builder, TableReader& table, DestinationConfig& destination) {
  const auto user = table.filled_text("user");
  const auto credential = table.filled_text("password_credential");
  const auto file = table.filled_text("password_file");
  if (const auto* node = table.node("password")) {
    builder.faults.add(table.place(*node),
                       "a password does not stand in the config; put it into a file and name it "
                       "with \"password_credential\" or \"password_file\"");
    return;
  }
  if (credential && file) {
    builder.faults.add(table.place(),
                       "a destination has \"password_credential\" or \"password_file\", not both");
    return;
  }
  if (user.has_value() != (credential || file)) {
    builder.faults.add(table.place(),
                       "a mail server is given both a \"user\" and a password "
                       "(\"password_credential\" or \"password_file\"), or neither");
    return;
  }
  if (!user) return;
  destination.mail.user = user->value;
  const PlacedText& named = credential ? *credential : *file;
  auto secret = credential ? read_credential(builder, named) : read_secret_file(builder, named);
  if (secret) destination.access_key = std::move(*secret);
}

void read_tls(Builder& builder, TableReader& table, DestinationConfig& destination) {
  const auto tls = table.choice("tls", tls_words);
  if (!tls || tls->value) return;
  destination.mail.tls = false;
  const auto fault = [&](const char* words) { builder.faults.add(tls->place, words); };
  if (destination.url.reveal().starts_with("smtps:")) {
    fault("smtps:// is TLS from the first byte; take \"tls\" away, or write smtp://");
  }
  if (!destination.mail.user.empty()) fault("a password is not sent without TLS");
  if (!table.has("allowed_networks")) {
    fault(
        "mails go in clear to a relay in your own network only; name that network in "
        "\"allowed_networks\", as \"127.0.0.0/8\"");
  }
}

}  // namespace

std::optional<std::string> mail_url_fault(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  const std::string form =
      "; write it as smtps://mail.example.org:465 or smtp://mail.example.org:587";
  if (!url) return "is not valid" + form;
  if (url->scheme() != "smtp" && url->scheme() != "smtps") {
    return "must start with smtps:// or smtp://" + form;
  }
  if (url->has_userinfo()) {
    return "must not hold a user or a password; name them with \"user\" and \"password_file\"";
  }
  if (url->encoded_host().empty()) return "has no host" + form;
  if (url->has_port() && url->port_number() == 0) return std::string("has no valid port");
  const bool ends = url->encoded_path().empty() || url->encoded_path() == "/";
  if (!ends || url->has_query() || url->has_fragment()) {
    return "has more than a host and a port" + form;
  }
  return std::nullopt;
}

void read_email(Builder& builder, TableReader& table, DestinationConfig& destination) {
  read_addresses(builder, table, destination.mail);
  read_login(builder, table, destination);
  read_tls(builder, table, destination);
  if (const auto* proxy = table.tree().get("proxy")) {
    builder.faults.add(table.place(*proxy),
                       "\"proxy\" is one for HTTP; mails do not go through it");
  }
}

}  // namespace kpid::config
