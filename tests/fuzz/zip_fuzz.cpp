// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes: every member is read within the limits, whole and piece by piece alike, or refused.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "readers/encoding.hpp"
#include "readers/zip.hpp"

namespace {

void require(bool held) {
  if (!held) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kpid::readers;
  constexpr std::size_t kBytesMax = 100'000;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto archive = ZipArchive::open(bytes, {50, kBytesMax, 250});
  if (!archive) {
    require(!archive.error().sentence.empty());
    return 0;
  }
  for (std::size_t i = 0; i < archive->members().size(); ++i) {
    const auto whole = archive->read(i);
    if (whole) require(whole->size() == archive->members()[i].bytes && whole->size() <= kBytesMax);
    auto stream = archive->stream(i);
    if (!stream) continue;
    std::string pieces;
    std::array<char, 100> piece{};
    auto got = stream->read(piece);
    for (; got && *got > 0; got = stream->read(piece)) pieces.append(piece.data(), *got);
    require(whole.has_value() == got.has_value() && (!whole || *whole == pieces));
  }
  return 0;
}
