// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/credentials.hpp"

#include <utility>

#include <fmt/format.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

std::optional<Secret> read(Builder& builder, const std::filesystem::path& path, const Place& place,
                           const std::string& what) {
  constexpr std::size_t largest = std::size_t{64} << 10;
  auto content = read_whole_file(path, largest);
  if (!content) {
    builder.faults.add(place, fmt::format("{} cannot be read from {}: {}", what,
                                          printable(path.string(), 300), content.error().sentence));
    return std::nullopt;
  }
  while (content->ends_with('\n') || content->ends_with('\r')) content->pop_back();
  if (content->empty()) {
    builder.faults.add(place, fmt::format("{} is empty ({})", what, printable(path.string(), 300)));
    return std::nullopt;
  }
  return Secret{std::move(*content)};
}

}  // namespace

std::optional<Secret> read_credential(Builder& builder, const PlacedText& name) {
  if (!is_credential_name(name.value)) {
    builder.faults.add(name.place, in_quotes(name.value) +
                                       " is no credential's name: it is a file's name, without "
                                       "a path");
    return std::nullopt;
  }
  if (builder.options.without_secrets) return Secret{};
  const std::string what = "the credential " + in_quotes(name.value);
  if (builder.options.credentials_directory.empty()) {
    builder.faults.add(name.place,
                       what +
                           " cannot be read: $CREDENTIALS_DIRECTORY is not set; start kpid by "
                           "systemd with LoadCredential=" +
                           name.value + ":FILE, or name a file instead");
    return std::nullopt;
  }
  return read(builder, builder.options.credentials_directory / name.value, name.place, what);
}

std::optional<Secret> read_secret_file(Builder& builder, const PlacedText& path) {
  if (builder.options.without_secrets) return Secret{};
  return read(builder, builder.resolved(path.value), path.place, "the secret");
}

std::optional<Placed<Secret>> read_address(Builder& builder, TableReader& table,
                                           std::string_view whose) {
  const auto direct = table.text("url");
  const auto credential = table.text("url_credential");
  const auto file = table.text("url_file");
  const int given =
      int{table.has("url")} + int{table.has("url_credential")} + int{table.has("url_file")};
  if (given != 1) {
    builder.faults.add(
        table.place(),
        fmt::format("{} has one of \"url\", \"url_credential\" and \"url_file\"; this one has {}",
                    whose, given == 0 ? std::string("none") : std::to_string(given)));
    return std::nullopt;
  }
  const auto unless_empty = [](Secret secret, const Place& place) -> std::optional<Placed<Secret>> {
    if (secret.empty()) return std::nullopt;
    return Placed<Secret>{std::move(secret), place};
  };
  if (direct) return unless_empty(Secret{direct->value}, direct->place);
  if (credential) {
    auto secret = read_credential(builder, *credential);
    return secret ? unless_empty(std::move(*secret), credential->place) : std::nullopt;
  }
  if (!file) return std::nullopt;  // one that is no text, which has been told
  auto secret = read_secret_file(builder, *file);
  return secret ? unless_empty(std::move(*secret), file->place) : std::nullopt;
}

}  // namespace kpid::config
