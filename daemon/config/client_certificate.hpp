// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What kpid shows to a receiver that wants to know who calls (mutual TLS).

#include "config/builder.hpp"

namespace kpid::config {

// "client_certificate_file", and "client_key_file" or "client_key_credential": PEM that OpenSSL
// reads, a key without a pass phrase, and the one key that fits the certificate.
void read_client_certificate(Builder& builder, TableReader& table, DestinationConfig& destination);

}  // namespace kpid::config
