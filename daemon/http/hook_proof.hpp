// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Whether a push comes from whom the source's config names. Compared in constant time; what it says
// of a failure helps an honest sender and tells a forger nothing new. Pure. [any thread]

#include <string>
#include <string_view>
#include <vector>

#include "model/config.hpp"
#include "model/error.hpp"
#include "model/time.hpp"

namespace kpid::http {

// The headers that prove, as they came before the body: what follows it adds nothing.
struct ProofHeaders {
  std::string id;  // standard_webhooks alone
  std::string timestamp;
  std::string signature;  // whatever the proof is
};

// The headers' names of a proof, in small letters: nobody may send one of them twice.
[[nodiscard]] std::vector<std::string> proof_header_names(const HookConfig& hook);

// What can be seen before the body has come: ErrorKind::source says why it proves nothing.
[[nodiscard]] Result<void> check_before_body(const HookConfig& hook, const ProofHeaders& headers,
                                             Timestamp now);
// All of it, in the same way. `now` is when the headers came.
[[nodiscard]] Result<void> check_proof(const HookConfig& hook, const ProofHeaders& headers,
                                       std::string_view body, Timestamp now);

// What a repetition would bear again: the sender's id, or else a digest of the body.
[[nodiscard]] std::string push_id(const HookConfig& hook, const ProofHeaders& headers,
                                  std::string_view body);

}  // namespace kpid::http
