// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How one source is reached over the network, and how its drop folder is read. A text that may
// name a secret holds it as {{secret:name}}; its value stands in SourceConfig::secrets.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpid {

struct OAuth2Config {  // the client-credentials grant of RFC 6749, section 4.4
  std::string token_url;
  std::string client_id;
  std::string client_secret;  // names a secret
  std::string scope;
  bool secret_in_body = false;  // else in a Basic header, as the RFC prefers
};

struct HttpConfig {
  std::string bearer;  // names a secret
  std::string user;    // Basic, where not empty
  std::string password;
  std::vector<std::pair<std::string, std::string>> headers;  // values may name secrets
  std::optional<OAuth2Config> oauth2;
  std::filesystem::path ca_file;  // a private CA: the only one trusted when set
  std::string proxy;              // empty: none
  bool secrets_over_http = false;
  std::uint32_t requests_per_minute = 0;                       // 0: as fast as the server answers
  std::chrono::milliseconds timeout{std::chrono::minutes{1}};  // of silence
  [[nodiscard]] bool authenticates() const {
    return !bearer.empty() || !user.empty() || !headers.empty() || oauth2.has_value();
  }
};

struct SftpConfig {
  std::string user;
  std::string password;                // names a secret
  std::string key;                     // names a secret: a private key
  std::string passphrase;              // of the key; names a secret
  std::vector<std::string> host_keys;  // "SHA256:…", as ssh-keygen -l prints them
  std::chrono::milliseconds timeout{std::chrono::minutes{1}};
};

struct DropConfig {
  std::chrono::milliseconds complete_after{std::chrono::seconds{30}};  // without a change
  std::filesystem::path move_to;  // empty: files stay where they are
};

}  // namespace kpid
