// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "scan.hpp"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace kpid::plugins::attendance {
namespace {

constexpr std::size_t kBlock = 64;

// One bit a byte of a block.
struct Masks {
  std::uint64_t delimiters = 0;
  std::uint64_t line_feeds = 0;
  std::uint64_t returns = 0;
  std::uint64_t unclean = 0;  // quotation marks, NULs, bytes beyond ASCII
};

Masks masks_plain(const char* at, char delimiter) {
  Masks out;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const char c = at[i];
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (c == delimiter) out.delimiters |= bit;
    if (c == '\n') out.line_feeds |= bit;
    if (c == '\r') out.returns |= bit;
    if (c == '"' || c == '\0' || (static_cast<unsigned char>(c) & 0x80U) != 0) out.unclean |= bit;
  }
  return out;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) inline std::uint64_t both(__m256i low, __m256i high) {
  const auto a = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto b = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return std::uint64_t{a} | (std::uint64_t{b} << 32U);
}

__attribute__((target("avx2"))) inline Masks masks_avx2(const char* at, char delimiter) {
  const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
  const __m256i comma = _mm256_set1_epi8(delimiter);
  const __m256i feed = _mm256_set1_epi8('\n');
  const __m256i back = _mm256_set1_epi8('\r');
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i zero = _mm256_setzero_si256();
  // The sign bit of a byte beyond ASCII is set, as is that of a byte that compared equal.
  const __m256i bad_a =
      _mm256_or_si256(a, _mm256_or_si256(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(a, zero)));
  const __m256i bad_b =
      _mm256_or_si256(b, _mm256_or_si256(_mm256_cmpeq_epi8(b, quote), _mm256_cmpeq_epi8(b, zero)));
  return {both(_mm256_cmpeq_epi8(a, comma), _mm256_cmpeq_epi8(b, comma)),
          both(_mm256_cmpeq_epi8(a, feed), _mm256_cmpeq_epi8(b, feed)),
          both(_mm256_cmpeq_epi8(a, back), _mm256_cmpeq_epi8(b, back)), both(bad_a, bad_b)};
}
#endif

// Takes blocks one after the other; the same for every way of making masks.
class Finder {
 public:
  Finder(std::size_t size, CellEnds& out) : size_(size), out_(out) {
    out_.count = 0;
    out_.clean = size;
    // Every byte may end a cell, and a block's ends are written eight at a time.
    if (out_.ends.size() < size + 2 * kBlock) out_.ends.resize(size + 2 * kBlock);
    next_ = out_.ends.data();
  }

  // False where the rest is not clean.
  bool take(const Masks& masks, std::size_t base) {
    // A carriage return is clean where a line feed follows it.
    const std::uint64_t after_return = (masks.returns << 1U) | after_return_;
    std::uint64_t bad = masks.unclean | ((after_return & ~masks.line_feeds) >> 1U);
    if ((after_return_ & ~masks.line_feeds) != 0) {
      out_.clean = base - 1;
      return false;
    }
    after_return_ = masks.returns >> 63U;
    std::uint64_t ends = masks.delimiters | masks.line_feeds;
    if (bad != 0) {
      const auto first = static_cast<unsigned>(std::countr_zero(bad));
      out_.clean = base + first;
      if (out_.clean < size_) {
        ends &= (std::uint64_t{1} << first) - 1;
        write(ends, masks.line_feeds, static_cast<std::uint32_t>(base));
        return false;
      }
      out_.clean = size_;
    }
    write(ends, masks.line_feeds, static_cast<std::uint32_t>(base));
    return true;
  }

  void finish() { out_.count = static_cast<std::size_t>(next_ - out_.ends.data()); }

 private:
  void write(std::uint64_t ends, std::uint64_t line_feeds, std::uint32_t base) {
    const auto count = static_cast<unsigned>(std::popcount(ends));
    std::uint32_t* to = next_;
    next_ += count;
    while (ends != 0) {
      // Eight at a time without asking whether there are so many: the room is there.
      for (int i = 0; i < 8; ++i) {
        const auto at = static_cast<unsigned>(std::countr_zero(ends)) & 63U;
        const auto is_row = static_cast<std::uint32_t>((line_feeds >> at) & 1U);
        *to++ = (base + at) | (is_row << 31U);
        ends &= ends - 1;
      }
    }
  }

  std::size_t size_;
  CellEnds& out_;
  std::uint32_t* next_;
  std::uint64_t after_return_ = 0;  // the last byte of the block before was a carriage return
};

template <class MasksOf>
inline __attribute__((always_inline)) void find_with(std::string_view text, char delimiter,
                                                     CellEnds& out, MasksOf masks_of) {
  Finder finder(text.size(), out);
  std::size_t base = 0;
  bool clean = true;
  for (; clean && base + kBlock <= text.size(); base += kBlock) {
    clean = finder.take(masks_of(text.data() + base, delimiter), base);
  }
  if (clean && base < text.size()) {
    char padded[kBlock];
    std::memset(padded, ' ', kBlock);
    std::memcpy(padded, text.data() + base, text.size() - base);
    finder.take(masks_of(padded, delimiter), base);
  }
  finder.finish();
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,popcnt"))) void find_avx2(std::string_view text, char delimiter,
                                                          CellEnds& out) {
  find_with(
      text, delimiter, out,
      [](const char* at, char d) __attribute__((target("avx2"))) { return masks_avx2(at, d); });
}
#endif

}  // namespace

void find_cell_ends(std::string_view text, char delimiter, CellEnds& out) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0 &&
                               __builtin_cpu_supports("bmi") != 0 &&
                               __builtin_cpu_supports("popcnt") != 0;
  if (has_avx2) return find_avx2(text, delimiter, out);
#endif
  find_with(text, delimiter, out, masks_plain);
}

}  // namespace kpid::plugins::attendance
