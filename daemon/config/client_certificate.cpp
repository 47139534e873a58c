// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/client_certificate.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "config/credentials.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Cert = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Bio reading(const std::string& text) {
  return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

// OpenSSL would ask at the terminal; there is nobody there.
int no_pass_phrase(char*, int, int, void*) { return -1; }

Key key_in(const std::string& pem) {
  return Key{PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, &no_pass_phrase, nullptr)};
}

std::optional<Placed<std::string>> read_certificate(Builder& builder, TableReader& table) {
  const auto file = table.filled_text("client_certificate_file");
  if (!file) return std::nullopt;
  constexpr std::size_t largest = std::size_t{1} << 20;
  const auto path = builder.resolved(file->value);
  auto content = read_whole_file(path, largest);
  if (!content) {
    builder.faults.add(file->place,
                       fmt::format("the client certificate {} cannot be read: {}",
                                   printable(path.string(), 300), content.error().sentence));
    return std::nullopt;
  }
  return Placed<std::string>{std::move(*content), file->place};
}

std::optional<Placed<Secret>> read_key(Builder& builder, TableReader& table) {
  const auto credential = table.filled_text("client_key_credential");
  const auto file = table.filled_text("client_key_file");
  if (credential && file) {
    builder.faults.add(
        table.place(),
        "a destination has \"client_key_credential\" or \"client_key_file\", not both");
    return std::nullopt;
  }
  if (!credential && !file) return std::nullopt;
  const PlacedText& named = credential ? *credential : *file;
  auto secret = credential ? read_credential(builder, named) : read_secret_file(builder, named);
  if (!secret) return std::nullopt;
  return Placed<Secret>{std::move(*secret), named.place};
}

bool is_encrypted(const std::string& pem) {
  return pem.find("ENCRYPTED") != std::string::npos;  // in either of the two ways
}

// Whether the two can be used together; what is wrong has been told where not.
bool fit(Builder& builder, const Placed<std::string>& certificate, const Placed<Secret>& secret) {
  const Cert first{
      PEM_read_bio_X509(reading(certificate.value).get(), nullptr, &no_pass_phrase, nullptr)};
  if (!first) {
    builder.faults.add(certificate.place,
                       "the client certificate is no certificate in PEM (\"-----BEGIN "
                       "CERTIFICATE-----\"); the first in the file is kpid's own");
  }
  if (secret.value.empty()) return first != nullptr;  // secrets are not asked for
  const Key key = key_in(secret.value.reveal());
  if (!key) {
    builder.faults.add(
        secret.place,
        is_encrypted(secret.value.reveal())
            ? "the client key has a pass phrase, which nobody can type in; store it without one, "
              "as a systemd credential"
            : "the client key is no private key in PEM (\"-----BEGIN PRIVATE KEY-----\")");
  }
  if (!first || !key) return false;
  if (X509_check_private_key(first.get(), key.get()) == 1) return true;
  builder.faults.add(secret.place, "the client key is not the key of the client certificate");
  return false;
}

}  // namespace

void read_client_certificate(Builder& builder, TableReader& table, DestinationConfig& destination) {
  auto certificate = read_certificate(builder, table);
  auto key = read_key(builder, table);
  const bool has_certificate = table.has("client_certificate_file");
  const bool has_key = table.has("client_key_file") || table.has("client_key_credential");
  if (has_certificate && !has_key) {
    builder.faults.add(table.place(),
                       "a client certificate needs its key; name it with \"client_key_file\" or "
                       "\"client_key_credential\"");
  }
  if (has_key && !has_certificate) {
    builder.faults.add(table.place(),
                       "a client key needs its certificate; name it with "
                       "\"client_certificate_file\"");
  }
  if (!certificate || !key) return;
  const bool usable = fit(builder, *certificate, *key);
  ERR_clear_error();
  if (!usable) return;
  destination.client_certificate = std::move(certificate->value);
  destination.client_key = std::move(key->value);
}

}  // namespace kpid::config
