// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/identifier.hpp"

#include <array>
#include <cstdint>
#include <random>

namespace kpid {

std::string RandomIdentifierSource::next(std::string_view prefix, Timestamp at) {
  // Crockford's base 32: no I, L, O, U. ULID layout: 10 characters of time, 16 of randomness.
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr std::size_t time_characters = 10;
  constexpr std::size_t random_characters = 16;
  std::array<char, time_characters + random_characters> text{};
  auto ms = static_cast<std::uint64_t>(milliseconds_since_epoch(at));
  for (std::size_t i = time_characters; i-- > 0;) {
    text[i] = alphabet[ms & 31U];
    ms >>= 5U;
  }
  std::random_device kernel;  // getrandom on Linux
  for (std::size_t i = 0; i < random_characters; ++i) {
    text[time_characters + i] = alphabet[kernel() & 31U];
  }
  std::string identifier{prefix};
  identifier.append(text.data(), text.size());
  return identifier;
}

}  // namespace kpid
