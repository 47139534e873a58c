// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How a [[source]] is reached: [source.http], [source.sftp] and [source.drop], read after its
// [source.secrets], whose names they use.

#include "config/source_fetch.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "config/syntax.hpp"
#include "model/schedule_spec.hpp"

namespace kpid::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view opening = "{{secret:";

// What is wrong with the references in a text, if anything is.
std::optional<std::string> reference_fault(std::string_view text, const SourceConfig& source) {
  std::size_t at = 0;
  while ((at = text.find(opening, at)) != std::string_view::npos) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) return "a {{secret:…}} has no }} at its end";
    const std::string name(text.substr(at + opening.size(), end - at - opening.size()));
    if (!source.secrets.contains(name)) {
      std::vector<std::string> known;
      known.reserve(source.secrets.size());
      for (const auto& [one, value] : source.secrets) known.push_back(one);
      return "[source.secrets] has no " + in_quotes(name) +
             (known.empty() ? std::string() : did_you_mean(name, known));
    }
    at = end;
  }
  return std::nullopt;
}

// A text that is itself a secret: it names one, and is not written here.
std::string secret_text(TableReader& table, std::string_view key, const SourceConfig& source,
                        bool secrets_are_sound) {
  auto written = table.filled_text(key);
  if (!written) return {};
  if (written->value.find(opening) == std::string::npos) {
    table.faults().add(written->place,
                       fmt::format("a secret is named, not written here: write {} = "
                                   "\"{{{{secret:NAME}}}}\" and NAME under [source.secrets]",
                                   key));
    return {};
  }
  if (const auto fault = reference_fault(written->value, source); fault && secrets_are_sound) {
    table.faults().add(written->place, *fault);
  }
  return std::move(written->value);
}

void read_url_text(TableReader& table, std::string_view key, std::string_view what,
                   std::string& into) {
  auto written = table.required_text(key);
  if (!written) return;
  if (const auto fault = url_fault(written->value)) {
    table.faults().add(written->place, fmt::format("the {} {}", what, *fault));
  }
  into = std::move(written->value);
}

void read_oauth2(TableReader& http, SourceConfig& source, bool secrets_are_sound) {
  auto table = http.table("oauth2");
  if (!table) return;
  constexpr std::array<std::pair<std::string_view, bool>, 2> ways{
      {{"header", false}, {"body", true}}};
  OAuth2Config oauth2;
  read_url_text(*table, "token_url", "token_url", oauth2.token_url);
  if (auto id = table->required_text("client_id")) oauth2.client_id = std::move(id->value);
  if (!table->has("client_secret")) table->missing("client_secret");
  oauth2.client_secret = secret_text(*table, "client_secret", source, secrets_are_sound);
  if (auto scope = table->text("scope")) oauth2.scope = std::move(scope->value);
  if (const auto way = table->choice("send_secret_in", ways)) oauth2.secret_in_body = way->value;
  table->finish();
  source.http.oauth2 = std::move(oauth2);
}

void read_basic(TableReader& http, SourceConfig& source, bool secrets_are_sound) {
  auto table = http.table("basic");
  if (!table) return;
  if (auto user = table->required_text("user")) source.http.user = std::move(user->value);
  if (source.http.user.find(':') != std::string::npos) {
    table->faults().add(table->place(), "the user of \"basic\" must not hold a colon");
  }
  if (!table->has("password")) table->missing("password");
  source.http.password = secret_text(*table, "password", source, secrets_are_sound);
  table->finish();
}

void read_headers(TableReader& http, SourceConfig& source, bool secrets_are_sound) {
  auto table = http.table("headers");
  if (!table) return;
  for (const std::string& name : table->keys()) {
    auto value = table->text(name);
    if (!value) continue;
    constexpr std::string_view token =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (name.empty() || name.find_first_not_of(token) != std::string::npos) {
      table->faults().add(value->place, in_quotes(name) + " is no header's name");
    }
    if (value->value.find_first_of("\r\n") != std::string::npos) {
      table->faults().add(value->place, "a header has one line");
    }
    const auto fault = reference_fault(value->value, source);
    if (fault && secrets_are_sound) table->faults().add(value->place, *fault);
    source.http.headers.emplace_back(name, std::move(value->value));
  }
  table->finish();
}

void read_http(Builder& builder, TableReader& table, SourceConfig& source, bool secrets_are_sound) {
  auto http = table.table("http");
  if (!http) return;
  HttpConfig& config = source.http;
  config.bearer = secret_text(*http, "bearer", source, secrets_are_sound);
  read_basic(*http, source, secrets_are_sound);
  read_oauth2(*http, source, secrets_are_sound);
  read_headers(*http, source, secrets_are_sound);
  const int ways = int{http->has("bearer")} + int{http->has("basic")} + int{http->has("oauth2")};
  if (ways > 1) {
    builder.faults.add(http->place(),
                       "[source.http] has one of \"bearer\", \"basic\" and \"oauth2\"");
  }
  if (const auto file = http->text("ca_file")) {
    config.ca_file = builder.resolved(file->value);
    const auto content = read_whole_file(config.ca_file, std::size_t{16} << 20);
    if (!content) {
      builder.faults.add(file->place, fmt::format("the CA file {} cannot be read: {}",
                                                  printable(config.ca_file.string(), 300),
                                                  content.error().sentence));
    }
  }
  if (auto proxy = http->text("proxy")) {
    if (const auto fault = proxy->value.empty() ? std::nullopt : url_fault(proxy->value)) {
      builder.faults.add(proxy->place, "the proxy " + *fault);
    }
    config.proxy = std::move(proxy->value);
  }
  if (const auto plain = http->boolean("secrets_over_http")) {
    config.secrets_over_http = plain->value;
  }
  if (const auto rate = http->integer("requests_per_minute", 1, 60'000)) {
    config.requests_per_minute = static_cast<std::uint32_t>(rate->value);
  }
  if (const auto timeout = http->duration("timeout", 1s, 1h)) config.timeout = timeout->value;
  http->finish();
}

bool is_fingerprint(std::string_view text) {
  constexpr std::string_view prefix = "SHA256:";
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return text.starts_with(prefix) && text.size() == prefix.size() + 43 &&
         text.find_first_not_of(letters, prefix.size()) == std::string_view::npos;
}

void read_sftp(Builder& builder, TableReader& table, SourceConfig& source, bool secrets_are_sound) {
  auto sftp = table.table("sftp");
  if (!sftp) return;
  SftpConfig& config = source.sftp;
  if (auto user = sftp->required_text("user")) config.user = std::move(user->value);
  config.password = secret_text(*sftp, "password", source, secrets_are_sound);
  config.key = secret_text(*sftp, "key", source, secrets_are_sound);
  config.passphrase = secret_text(*sftp, "passphrase", source, secrets_are_sound);
  if (sftp->has("password") == sftp->has("key")) {
    builder.faults.add(sftp->place(), "[source.sftp] has one of \"password\" and \"key\"");
  }
  if (sftp->has("passphrase") && !sftp->has("key")) {
    builder.faults.add(sftp->place(), "\"passphrase\" is a key's, and there is no \"key\"");
  }
  if (!sftp->has("host_key")) {
    builder.faults.add(sftp->place(),
                       "[source.sftp] needs \"host_key\", so that nobody can pretend to be the "
                       "server; `ssh-keyscan HOST | ssh-keygen -lf -` prints it, and the server's "
                       "owner confirms it");
  }
  for (auto& key : sftp->text_or_texts("host_key")) {
    if (!is_fingerprint(key.value)) {
      builder.faults.add(key.place, in_quotes(key.value) +
                                        " is no host key's fingerprint; it is SHA256: and 43 "
                                        "characters, as ssh-keygen -l prints it");
    }
    config.host_keys.push_back(std::move(key.value));
  }
  if (const auto timeout = sftp->duration("timeout", 1s, 1h)) config.timeout = timeout->value;
  sftp->finish();
}

void read_drop(Builder& builder, TableReader& table, SourceConfig& source) {
  auto drop = table.table("drop");
  if (!drop) return;
  DropConfig config;
  if (const auto quiet = drop->duration("complete_after", 0s, 24h)) {
    config.complete_after = quiet->value;
  }
  if (const auto folder = drop->filled_text("move_to")) {
    config.move_to = builder.resolved(folder->value);
    std::error_code error;
    if (!std::filesystem::is_directory(config.move_to, error)) {
      builder.faults.add(folder->place,
                         fmt::format("the folder {} is not there; make it, for the user that kpid "
                                     "runs as",
                                     printable(config.move_to.string(), 300)));
    }
  }
  drop->finish();
  source.drop = std::move(config);
}

// The first URL among the settings' texts.
std::optional<std::string> remote_location(const boost::json::value& value) {
  if (const auto* text = value.if_string()) {
    for (const std::string_view scheme : {"https://", "http://", "sftp://"}) {
      if (std::string_view(*text).starts_with(scheme)) return std::string(scheme);
    }
  }
  const auto first_of = [](const auto& parts, const auto& member) -> std::optional<std::string> {
    for (const auto& part : parts) {
      if (auto found = remote_location(member(part))) return found;
    }
    return std::nullopt;
  };
  if (const auto* array = value.if_array()) {
    return first_of(*array, [](const auto& one) -> const boost::json::value& { return one; });
  }
  if (const auto* object = value.if_object()) {
    return first_of(*object,
                    [](const auto& one) -> const boost::json::value& { return one.value(); });
  }
  return std::nullopt;
}

}  // namespace

void read_fetch(Builder& builder, TableReader& table, SourceConfig& source,
                bool secrets_are_sound) {
  for (auto& network : table.texts("allowed_networks")) {
    if (const auto fault = network_fault(network.value)) {
      builder.faults.add(network.place, in_quotes(network.value) + *fault);
    }
    source.allowed_networks.push_back(std::move(network.value));
  }
  if (const auto limit = table.text("size_limit")) {
    const auto bytes = parse_memory(limit->value);
    if (!bytes || *bytes == 0) {
      builder.faults.add(limit->place, in_quotes(limit->value) +
                                           " is no size; write it as \"100 MiB\" or \"4 GiB\"");
    } else {
      source.size_limit = *bytes;
    }
  }
  read_http(builder, table, source, secrets_are_sound);
  read_sftp(builder, table, source, secrets_are_sound);
  read_drop(builder, table, source);
}

void check_schedule_and_drop(Builder& builder, const Placed<std::string>& schedule,
                             const SourceConfig& source, const std::string& settings_json) {
  boost::system::error_code error;
  const auto settings = boost::json::parse(settings_json, error);
  const auto scheme = error ? std::nullopt : remote_location(settings);
  if (!scheme) return;
  if (source.drop) {
    builder.faults.add(schedule.place,
                       fmt::format("[source.drop] is for a folder of files, and this source's "
                                   "settings name a location that begins with {}",
                                   *scheme));
  }
  if (!std::holds_alternative<OnChange>(source.schedule.when)) return;
  builder.faults.add(
      schedule.place,
      fmt::format("\"on change\" watches files, and this source's settings name a "
                  "location that begins with {}; say how often to ask, as in \"every "
                  "15 min\": what has not changed is not read again",
                  *scheme));
}

}  // namespace kpid::config
