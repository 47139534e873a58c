// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Asio's TLS is compiled here alone: only tests accept TLS connections.

#include <boost/asio/ssl/impl/src.hpp>
