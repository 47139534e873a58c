// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Certificates for a test's own TLS receiver, made when they are needed.

#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "support/receiver.hpp"

namespace kpid::testing {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

void must(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL could not make a test certificate");
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio reading(const std::string& text) {
  return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

Certificate make(const std::string& name, bool is_authority, const std::string& subjects,
                 const std::optional<Certificate>& authority, bool expired = false) {
  const Key key{EVP_EC_gen("P-256")};
  const Cert certificate{X509_new()};
  must(key && certificate);
  X509_set_version(certificate.get(), 2);
  static int serial = 1;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  constexpr long day = 24 * 60 * 60;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), expired ? -3 * day : -day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), expired ? -day : day);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  Cert issuer;
  Key issuer_key;
  if (authority) {
    issuer.reset(
        PEM_read_bio_X509(reading(authority->certificate).get(), nullptr, nullptr, nullptr));
    issuer_key.reset(
        PEM_read_bio_PrivateKey(reading(authority->key).get(), nullptr, nullptr, nullptr));
    must(issuer && issuer_key);
  }
  X509* const above = issuer ? issuer.get() : certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(above));
  extend(certificate.get(), above, NID_basic_constraints,
         is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!subjects.empty()) extend(certificate.get(), above, NID_subject_alt_name, subjects);
  must(X509_sign(certificate.get(), issuer_key ? issuer_key.get() : key.get(), EVP_sha256()) > 0);
  const Bio certificate_text{BIO_new(BIO_s_mem())};
  const Bio key_text{BIO_new(BIO_s_mem())};
  must(PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
       PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
           1);
  return {text_of(certificate_text.get()), text_of(key_text.get())};
}

}  // namespace

Certificate make_authority(const std::string& name) { return make(name, true, {}, std::nullopt); }

Certificate make_certificate(const std::optional<Certificate>& authority, const std::string& host) {
  const std::string subjects = host.empty() ? "IP:127.0.0.1,DNS:localhost" : "DNS:" + host;
  return make(host.empty() ? "localhost" : host, false, subjects, authority);
}

Certificate make_expired_certificate(const Certificate& authority) {
  return make("localhost", false, "IP:127.0.0.1,DNS:localhost", authority, true);
}

}  // namespace kpid::testing
