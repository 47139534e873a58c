// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/source_hook.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "config/credentials.hpp"
#include "config/syntax.hpp"
#include "model/hook_location.hpp"

namespace kpid::config {
namespace {

using Proof = HookConfig::Proof;

constexpr std::uint64_t least_size = 1ULL << 20;
constexpr std::uint64_t most_size = 256ULL << 20;  // it is held in memory until it is proven
constexpr std::size_t shortest_secret = 16;
constexpr std::size_t longest_secret = 1024;

struct Way {
  Proof proof;
  std::string_view name;  // of the key without its ending
};
constexpr std::array<Way, 3> ways{{{Proof::standard_webhooks, "signing_secret"},
                                   {Proof::bearer, "token"},
                                   {Proof::hmac, "hmac_secret"}}};

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// "whpk_" and base64 of 32 bytes.
bool is_public_key(std::string_view text) {
  constexpr std::string_view prefix = "whpk_";
  constexpr std::size_t characters = 44;
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return text.size() == characters && text.back() == '=' &&
         text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") == characters - 1;
}

// What is wrong with a secret, in words that do not hold it.
std::optional<std::string> secret_fault(Proof proof, const std::string& secret) {
  if (proof == Proof::standard_webhooks) {
    if (secret.starts_with("whsk_")) {
      return "this is the sender's secret half; what verifies it is the public half, whpk_…, which "
             "`kpictl webhook keygen` prints";
    }
    if (is_public_key(secret) || (secret.starts_with("whsec_") && is_signing_secret(secret))) {
      return std::nullopt;
    }
    return "the signing secret must be whsec_ and base64 of 24 to 64 random bytes, or whpk_ and "
           "base64 of the 32 bytes of the sender's public key; `kpictl webhook keygen --shared "
           "FILE` makes the former";
  }
  if (proof == Proof::bearer && !is_visible(secret)) {
    return "the token holds a blank or a character that no header may; it is letters, digits and "
           "signs";
  }
  if (secret.size() < shortest_secret || secret.size() > longest_secret) {
    return fmt::format(
        "this secret has {} characters; use {} to {} that nobody can guess, as from `openssl rand "
        "-base64 32`",
        secret.size(), shortest_secret, longest_secret);
  }
  return std::nullopt;
}

void read_secrets_of(Builder& builder, TableReader& table, const Way& way, HookConfig& hook) {
  const std::string credential = std::string(way.name) + "_credential";
  const std::string file = std::string(way.name) + "_file";
  if (table.has(credential) && table.has(file)) {
    builder.faults.add(table.place(), fmt::format("[source.hook] has \"{}\" or \"{}\", not both",
                                                  credential, file));
  }
  const auto add = [&](std::optional<Secret> secret, const Place& place) {
    if (!secret) return;
    if (!secret->empty()) {
      if (const auto fault = secret_fault(way.proof, secret->reveal())) {
        builder.faults.add(place, *fault);
      }
    }
    hook.secrets.push_back(std::move(*secret));
  };
  const auto faults_before = builder.faults.size();
  for (const auto& name : table.text_or_texts(credential)) {
    add(read_credential(builder, name), name.place);
  }
  for (const auto& path : table.text_or_texts(file)) {
    add(read_secret_file(builder, path), path.place);
  }
  if (hook.secrets.empty() && builder.faults.size() == faults_before) {
    builder.faults.add(table.place(), "[source.hook] names no secret: its list is empty");
  }
}

// A header's name of our own choice would otherwise be one that proves nothing.
void read_hmac_header(Builder& builder, TableReader& table, HookConfig& hook) {
  auto header = table.required_text("hmac_header");
  if (!header) return;
  constexpr std::size_t longest = 64;
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (header->value.empty() || header->value.size() > longest ||
      header->value.find_first_not_of(letters) != std::string::npos) {
    builder.faults.add(header->place, in_quotes(header->value) +
                                          " is no header's name; write for example "
                                          "\"X-Hub-Signature-256\"");
  }
  hook.hmac_header = std::move(header->value);
}

bool names(TableReader& table, const Way& way) {
  return table.has(std::string(way.name) + "_credential") ||
         table.has(std::string(way.name) + "_file");
}

void read_proof(Builder& builder, TableReader& table, HookConfig& hook) {
  for (const Way& way : ways) {
    if (const auto* node = table.node(way.name)) {
      builder.faults.add(table.place(*node),
                         fmt::format("a secret does not stand in the config; put it into a file "
                                     "and name it with \"{0}_credential\" or \"{0}_file\"",
                                     way.name));
    }
  }
  const auto given =
      std::count_if(ways.begin(), ways.end(), [&](const Way& way) { return names(table, way); });
  if (given != 1) {
    builder.faults.add(table.place(),
                       fmt::format("[source.hook] has one proof: \"signing_secret_…\", \"token_…\" "
                                   "or \"hmac_secret_…\", as a credential or a file; this one has "
                                   "{}",
                                   given == 0 ? std::string("none") : std::to_string(given)));
  }
  for (const Way& way : ways) {
    if (!names(table, way)) continue;
    hook.proof = way.proof;
    read_secrets_of(builder, table, way, hook);
  }
  if (names(table, ways[2])) {
    read_hmac_header(builder, table, hook);
  } else if (const auto* header = table.node("hmac_header")) {
    builder.faults.add(table.place(*header),
                       "\"hmac_header\" needs \"hmac_secret_credential\" or \"hmac_secret_file\"");
  }
}

bool names_the_hook(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return std::string_view(*text) == hook_location;
  if (const auto* array = value.if_array()) {
    return std::any_of(array->begin(), array->end(), names_the_hook);
  }
  if (const auto* object = value.if_object()) {
    return std::any_of(object->begin(), object->end(),
                       [](const auto& one) { return names_the_hook(one.value()); });
  }
  return false;
}

}  // namespace

void read_hook(Builder& builder, TableReader& table, SourceConfig& source) {
  auto found = table.table("hook");
  if (!found) return;
  HookConfig hook;
  read_proof(builder, *found, hook);
  if (const auto limit = found->text("size_limit")) {
    const auto bytes = parse_memory(limit->value);
    if (!bytes || *bytes < least_size || *bytes > most_size) {
      builder.faults.add(limit->place,
                         in_quotes(limit->value) +
                             " is no limit of what is pushed; write it as \"16 MiB\", "
                             "from 1 MiB to 256 MiB");
    } else {
      hook.size_limit = *bytes;
    }
  }
  found->finish();
  if (!builder.config.listen) {
    builder.faults.add(found->place(),
                       "nobody can push to this source, for kpid listens nowhere; add [http] with "
                       "listen = \"127.0.0.1:8417\"");
  }
  source.hook = std::move(hook);
}

void check_hook(Builder& builder, const Place& place, const std::optional<PlacedText>& schedule,
                const SourceConfig& source, const std::string& settings_json) {
  const bool pushed = std::holds_alternative<Pushed>(source.schedule.when);
  boost::system::error_code error;
  const auto settings = boost::json::parse(settings_json, error);
  const bool named = !error && names_the_hook(settings);
  if (pushed && !source.hook) {
    builder.faults.add(schedule->place,
                       "a source that is \"pushed\" needs [source.hook], which says how the sender "
                       "proves itself");
  }
  if (!pushed && source.hook && schedule && !source.schedule.text.empty()) {
    builder.faults.add(schedule->place,
                       "a source with [source.hook] waits for what is pushed to it: write schedule "
                       "= \"pushed\"");
  }
  if (pushed && !named) {
    builder.faults.add(place,
                       "what is pushed to this source would be read by nobody: name it in "
                       "[source.settings] in place of a file, as in path = \"hook:\"");
  }
  if (!pushed && named && !source.schedule.text.empty()) {
    builder.faults.add(place,
                       "\"hook:\" is what is pushed to a source, and this one has another schedule "
                       "than \"pushed\"");
  }
  if (pushed && source.drop) {
    builder.faults.add(place, "[source.drop] is for a folder of files, and this source is pushed");
  }
}

}  // namespace kpid::config
