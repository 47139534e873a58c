// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/destination_format.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "config/credentials.hpp"
#include "config/email.hpp"
#include "config/syntax.hpp"
#include "config/template_check.hpp"

namespace kpid::config {
namespace {

using Format = DestinationFormat;

constexpr std::array<std::pair<std::string_view, Format>, 10> formats{
    {{"standard", Format::standard},
     {"teams", Format::teams},
     {"slack", Format::slack},
     {"google-chat", Format::google_chat},
     {"discord", Format::discord},
     {"pagerduty", Format::pagerduty},
     {"alertmanager", Format::alertmanager},
     {"ntfy", Format::ntfy},
     {"template", Format::by_template},
     {"email", Format::email}}};
constexpr std::string_view pagerduty_address = "https://events.pagerduty.com/v2/enqueue";

// Keys that mean something to some formats only.
struct OwnKey {
  std::string_view key;
  std::vector<Format> formats;
};
const std::vector<OwnKey>& own_keys() {
  static const std::vector<OwnKey> keys{
      {"signing_secret_credential", {Format::standard, Format::by_template}},
      {"signing_secret_file", {Format::standard, Format::by_template}},
      {"routing_key_credential", {Format::pagerduty}},
      {"routing_key_file", {Format::pagerduty}},
      {"token_credential", {Format::ntfy, Format::alertmanager, Format::by_template}},
      {"token_file", {Format::ntfy, Format::alertmanager, Format::by_template}},
      {"template_file", {Format::by_template}},
      {"content_type", {Format::by_template}},
      {"from", {Format::email}},
      {"to", {Format::email}},
      {"user", {Format::email}},
      {"password_credential", {Format::email}},
      {"password_file", {Format::email}},
      {"tls", {Format::email}},
      {"handshake", {Format::standard}},
  };
  return keys;
}

bool fits(const OwnKey& own, std::optional<Format> format) {
  return format && std::find(own.formats.begin(), own.formats.end(), *format) != own.formats.end();
}

// Every one of them is a known key, whatever the format; in another's destination it is a fault.
void refuse_foreign_keys(Builder& builder, TableReader& table, std::optional<Format> format) {
  for (const OwnKey& own : own_keys()) {
    const bool always_read = own.key.starts_with("signing_");
    if (fits(own, format)) continue;
    const auto* node = always_read ? table.tree().get(own.key) : table.node(own.key);
    if (node == nullptr || !format) continue;
    std::vector<std::string> names;
    for (const Format one : own.formats) {
      names.emplace_back(to_string(one));
    }
    builder.faults.add(table.place(*node),
                       fmt::format("\"{}\" is for the format{} {}, not for \"{}\"", own.key,
                                   names.size() > 1 ? "s" : "", listed(names), to_string(*format)));
  }
}

// What a URL looks like that was copied for another format. The words never hold the URL.
std::optional<std::string> format_url_fault(Format format, std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url) return std::nullopt;  // url_fault() has told it
  const std::string host = url->host();
  const std::string path{url->encoded_path()};
  if (format == Format::teams && host.ends_with(".webhook.office.com")) {
    return "is that of an Office connector, which Microsoft has ended; make a workflow \"Post to a "
           "channel when a webhook request is received\" and take its URL";
  }
  if (format == Format::discord && (path.ends_with("/slack") || path.ends_with("/github"))) {
    return "ends with the name of another service; take that part away";
  }
  if (format == Format::ntfy && (path.empty() || path == "/")) {
    return "has no topic; it ends with one, as in https://ntfy.example.org/kpi-alerts";
  }
  if (format == Format::google_chat && host == "chat.googleapis.com" &&
      (text.find("key=") == std::string_view::npos ||
       text.find("token=") == std::string_view::npos)) {
    return "lacks its \"key\" or \"token\"; copy the whole of it from the space's webhooks";
  }
  return std::nullopt;
}

void read_url(Builder& builder, TableReader& table, DestinationConfig& destination,
              std::optional<DestinationFormat> format) {
  const bool given = table.has("url") || table.has("url_credential") || table.has("url_file");
  if (!given && format == DestinationFormat::pagerduty) {
    destination.url = Secret{std::string{pagerduty_address}};
    return;
  }
  const auto url = read_address(builder, table, "a destination");
  if (!url) return;
  const bool by_mail = format == DestinationFormat::email;
  const auto fault = by_mail ? mail_url_fault(url->value.reveal()) : url_fault(url->value.reveal());
  if (fault) {
    builder.faults.add(url->place, "the destination's URL " + *fault);
    return;
  }
  if (format) {
    if (const auto fault = format_url_fault(*format, url->value.reveal())) {
      builder.faults.add(url->place, "the destination's URL " + *fault);
    }
  }
  destination.url = url->value;
}

void read_signing(Builder& builder, TableReader& table, DestinationConfig& destination,
                  std::optional<DestinationFormat> format) {
  const auto faults_before = builder.faults.size();
  const auto credentials = table.text_or_texts("signing_secret_credential");
  const auto files = table.text_or_texts("signing_secret_file");
  const bool both = table.has("signing_secret_credential") && table.has("signing_secret_file");
  for (const std::string_view key : {"signing_secret", "signing_secrets"}) {
    if (const auto* node = table.node(key)) {
      builder.faults.add(table.place(*node),
                         "a secret does not stand in the config; put it into a file and name it "
                         "with \"signing_secret_credential\" or \"signing_secret_file\"");
    }
  }
  if (both) {
    builder.faults.add(
        table.place(),
        "a destination has \"signing_secret_credential\" or \"signing_secret_file\", "
        "not both");
  }
  const auto add = [&](std::optional<Secret> secret, const Place& place) {
    if (!secret) return;
    if (!secret->empty() && !is_signing_secret(secret->reveal())) {
      builder.faults.add(place,
                         secret->reveal().starts_with("whpk_")
                             ? "this is a public key, for the receiver; kpid signs with the secret "
                               "half, whsk_"
                             : "the signing secret must be whsec_ and base64 of 24 to 64 random "
                               "bytes, or whsk_ and base64 of the 64 bytes of an ed25519 key; "
                               "`kpictl webhook keygen FILE` makes one");
    }
    destination.signing_secrets.push_back(std::move(*secret));
  };
  for (const auto& name : credentials) add(read_credential(builder, name), name.place);
  for (const auto& path : files) add(read_secret_file(builder, path), path.place);
  // What was named and is at fault has been told already; an empty list names nothing.
  const bool named = !destination.signing_secrets.empty() || builder.faults.size() != faults_before;
  if (format == DestinationFormat::standard && !named) {
    builder.faults.add(table.place(),
                       "a standard destination signs what it sends; name its secret with "
                       "\"signing_secret_credential\" or \"signing_secret_file\"");
  }
}

struct SecretKeys {
  std::string_view credential;
  std::string_view file;
};

// A secret that is named in one of two ways; nothing where it is not named, or at fault.
std::optional<Placed<Secret>> read_one_secret(Builder& builder, TableReader& table,
                                              const SecretKeys& keys) {
  const auto credential = table.filled_text(keys.credential);
  const auto file = table.filled_text(keys.file);
  if (table.has(keys.credential) && table.has(keys.file)) {
    builder.faults.add(table.place(), fmt::format("a destination has \"{}\" or \"{}\", not both",
                                                  keys.credential, keys.file));
    return std::nullopt;
  }
  if (!credential && !file) return std::nullopt;
  const PlacedText& named = credential ? *credential : *file;
  auto secret = credential ? read_credential(builder, named) : read_secret_file(builder, named);
  if (!secret) return std::nullopt;
  return Placed<Secret>{std::move(*secret), named.place};
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void read_routing_key(Builder& builder, TableReader& table, DestinationConfig& destination) {
  constexpr SecretKeys keys{"routing_key_credential", "routing_key_file"};
  auto key = read_one_secret(builder, table, keys);
  if (!key) {
    if (table.has(keys.credential) || table.has(keys.file)) return;
    builder.faults.add(table.place(),
                       "PagerDuty asks for the routing key of a service's integration; name it "
                       "with \"routing_key_credential\" or \"routing_key_file\"");
    return;
  }
  const std::string& text = key->value.reveal();
  const bool good = text.size() == 32 && std::all_of(text.begin(), text.end(), is_letter_or_digit);
  if (!text.empty() && !good) {
    builder.faults.add(key->place,
                       "this is no routing key of the Events API v2: it has 32 letters and digits");
  }
  destination.access_key = std::move(key->value);
}

void read_token(Builder& builder, TableReader& table, DestinationConfig& destination) {
  auto token = read_one_secret(builder, table, {"token_credential", "token_file"});
  if (!token) return;
  const std::string& text = token->value.reveal();
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!printable) {
    builder.faults.add(token->place,
                       "this is no bearer token: it holds a blank, a line break or a letter "
                       "beyond ASCII");
  }
  destination.access_key = std::move(token->value);
}

// "application/json; charset=utf-8": what may stand in a header.
bool is_content_type(std::string_view text) {
  const auto in_name = [](char c) {
    return is_letter_or_digit(c) || std::string_view{"!#$&^_.+-"}.find(c) != std::string_view::npos;
  };
  const std::string_view type = text.substr(0, text.find(';'));
  const std::size_t slash = type.find('/');
  if (text.size() > 100 || slash == std::string_view::npos) return false;
  const std::string_view first = type.substr(0, slash);
  const std::string_view second = type.substr(slash + 1);
  return !first.empty() && !second.empty() && std::all_of(first.begin(), first.end(), in_name) &&
         std::all_of(second.begin(), second.end(), in_name) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

void read_own_template(Builder& builder, TableReader& table, DestinationConfig& destination) {
  destination.template_content_type = "application/json";
  const auto path = table.filled_text("template_file");
  if (const auto type = table.filled_text("content_type")) {
    if (!is_content_type(type->value)) {
      builder.faults.add(type->place,
                         in_quotes(type->value) +
                             " is no content type; write it as \"application/json\" or "
                             "\"text/plain; charset=utf-8\"");
      return;
    }
    destination.template_content_type = type->value;
  }
  if (!path) {
    if (!table.has("template_file")) {
      builder.faults.add(table.place(),
                         "a destination with a template names its file with \"template_file\"");
    }
    return;
  }
  if (auto text = read_template(builder, *path, destination.template_content_type)) {
    destination.template_text = std::move(*text);
  }
}

}  // namespace

void read_format(Builder& builder, TableReader& table, DestinationConfig& destination) {
  if (!table.has("format")) table.missing("format");
  std::optional<Format> format;
  if (const auto written = table.choice("format", formats)) format = written->value;
  if (format) destination.format = *format;
  refuse_foreign_keys(builder, table, format);
  read_url(builder, table, destination, format);
  read_signing(builder, table, destination, format);
  if (format == Format::standard) {
    if (const auto handshake = table.boolean("handshake")) destination.handshake = handshake->value;
  }
  if (format == Format::pagerduty) read_routing_key(builder, table, destination);
  if (format == Format::ntfy || format == Format::alertmanager || format == Format::by_template) {
    read_token(builder, table, destination);
  }
  if (format == Format::by_template) read_own_template(builder, table, destination);
  if (format == Format::email) read_email(builder, table, destination);
}

}  // namespace kpid::config
