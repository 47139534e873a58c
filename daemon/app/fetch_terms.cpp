// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/fetch_terms.hpp"

#include "app/version.hpp"
#include "fetch/sha256.hpp"

namespace kpid::app {

std::string fetch_fingerprint(const Config& config, const SourceConfig& source,
                              std::string_view library, std::string_view settings_json) {
  fetch::Sha256 hash;
  const auto add = [&](std::string_view part) {
    hash.add(part);
    hash.add({"\0", 1});
  };
  for (const std::string_view part :
       {std::string_view(version), library, settings_json, std::string_view(source.plugin)}) {
    add(part);
  }
  // Another login may see other figures at the same address.
  for (const std::string* part :
       {&source.http.bearer, &source.http.user, &source.http.password, &source.sftp.user}) {
    add(*part);
  }
  for (const auto& [name, value] : source.http.headers) add(name + ":" + value);
  if (source.http.oauth2) add(source.http.oauth2->client_id + source.http.oauth2->scope);
  for (const auto& [name, value] : source.secrets) add(value.reveal());
  for (const Organisation& one : config.organisations.all()) {
    add(one.code);
    for (const std::string& alias : one.aliases) add(alias);
    for (const std::string& urn : one.former_codes) add(urn);
  }
  return hash.hex().value_or("");
}

}  // namespace kpid::app
