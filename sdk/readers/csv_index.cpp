// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/csv_index.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace kpid::readers {
namespace {

constexpr std::size_t kBlock = 64;

// One bit for each byte of a block.
struct Marks {
  std::uint64_t delimiter = 0;
  std::uint64_t line_feed = 0;
  std::uint64_t carriage_return = 0;
  std::uint64_t quote = 0;
  std::uint64_t nul = 0;
  std::uint64_t beyond_ascii = 0;
};

// What one block leaves to the next; each carry is 0 or 1, but for `inside`, which is all ones
// inside a quoted field.
struct Carry {
  std::uint64_t inside = 0;
  std::uint64_t after_field_end = 1;
  std::uint64_t after_carriage_return = 0;
  std::uint64_t after_closing = 0;
};

// Bit i is the exclusive or of bits 0 to i.
inline std::uint64_t running_parity(std::uint64_t bits) {
  for (const unsigned shift : {1U, 2U, 4U, 8U, 16U, 32U}) bits ^= bits << shift;
  return bits;
}

// Puts down ends and rows as blocks come. Lives on the stack of a scan, where the compiler keeps
// its counters in registers.
class Writer {
 public:
  explicit Writer(CsvIndex& out) : ends_(out.ends.data()), row_last_(out.row_last.data()) {}

  // Takes the block at `base`, of which the bytes in `valid` are the piece's and line feeds follow.
  // False: something in it is irregular, and nothing of it is put down.
  [[gnu::always_inline]] inline bool take(const Marks& marks, std::uint32_t base,
                                          std::uint64_t valid) {
    std::uint64_t inside = carry_.inside;
    if (marks.quote != 0) inside ^= running_parity(marks.quote);
    const std::uint64_t outside = ~inside;
    const std::uint64_t breaks = (marks.carriage_return | marks.line_feed) & outside;
    const std::uint64_t field_ends = breaks | (marks.delimiter & outside);
    if (marks.nul != 0) return false;
    if ((marks.quote | carry_.after_closing) != 0 && !is_regular(marks, inside, field_ends)) {
      return false;
    }
    const std::uint64_t returns = marks.carriage_return & outside;
    const std::uint64_t second_halves =
        marks.line_feed & ((returns << 1U) | carry_.after_carriage_return);
    carry_.inside = 0 - (inside >> 63U);
    carry_.after_field_end = field_ends >> 63U;
    carry_.after_carriage_return = returns >> 63U;
    carry_.after_closing = (marks.quote & ~inside) >> 63U;
    quotes_ |= marks.quote;
    beyond_ascii_ |= marks.beyond_ascii;
    const std::uint64_t ends = field_ends & ~second_halves & valid;
    put_lines(breaks & ends, ends);
    put_ends(ends, base);
    return true;
  }

  void finish(CsvIndex& out) const {
    out.rows = rows_;
    out.quotes = quotes_ != 0;
    out.beyond_ascii = beyond_ascii_ != 0;
  }

 private:
  // Opening marks begin a field or double another; after closing ones the field ends.
  [[gnu::always_inline]] inline bool is_regular(const Marks& marks, std::uint64_t inside,
                                                std::uint64_t ends) const {
    const std::uint64_t opening = marks.quote & inside;
    const std::uint64_t closing = marks.quote & ~inside;
    const std::uint64_t after_closing = (closing << 1U) | carry_.after_closing;
    const std::uint64_t field_begins = (ends << 1U) | carry_.after_field_end;
    return (opening & ~(field_begins | after_closing)) == 0 &&
           (after_closing & ~(ends | marks.quote)) == 0;
  }

  [[gnu::always_inline]] inline void put_lines(std::uint64_t lines, std::uint64_t ends) {
    while (lines != 0) {
      const std::uint64_t below = (lines & (0 - lines)) - 1;
      row_last_[rows_++] = static_cast<std::uint32_t>(count_) +
                           static_cast<std::uint32_t>(std::popcount(ends & below));
      lines &= lines - 1;
    }
  }

  // Eight at a time, without asking how many there are: what is too much is written over.
  [[gnu::always_inline]] inline void put_ends(std::uint64_t ends, std::uint32_t base) {
    const auto count = static_cast<std::size_t>(std::popcount(ends));
    std::uint32_t* to = ends_ + count_;
    count_ += count;
    for (std::size_t done = 0; done < count; done += 8, to += 8) {
      for (std::size_t i = 0; i < 8; ++i) {
        to[i] = base + static_cast<std::uint32_t>(std::countr_zero(ends));
        ends &= ends - 1;
      }
    }
  }

  std::uint32_t* ends_;
  std::uint32_t* row_last_;
  std::size_t count_ = 0;
  std::size_t rows_ = 0;
  std::uint64_t quotes_ = 0;
  std::uint64_t beyond_ascii_ = 0;
  Carry carry_;
};

// 64 bytes of the piece; the last ones copied, with line feeds after them.
class Block {
 public:
  [[gnu::always_inline]] inline Block(std::string_view piece, std::size_t at)
      : data_(piece.data() + at) {
    const std::size_t left = piece.size() - at;
    if (left >= kBlock) return;
    std::memset(copy_.data(), '\n', kBlock);
    std::memcpy(copy_.data(), data_, left);
    data_ = copy_.data();
    valid_ = (std::uint64_t{1} << left) - 1;
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  [[nodiscard]] const char* data() const { return data_; }
  [[nodiscard]] std::uint64_t valid() const { return valid_; }

 private:
  const char* data_;
  std::uint64_t valid_ = ~std::uint64_t{0};
  std::array<char, kBlock> copy_;  // not filled unless it is the last block
};

#if defined(__x86_64__)
struct alignas(32) Vectors {
  __m256i low;
  __m256i high;
};

[[gnu::target("avx2")]] inline std::uint64_t equal_avx2(const Vectors& block, __m256i to) {
  const auto low =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(block.low, to)));
  const auto high =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(block.high, to)));
  return low | (std::uint64_t{high} << 32U);
}

[[gnu::target("avx2,bmi,bmi2,popcnt,lzcnt")]] void scan_avx2(std::string_view piece, char delimiter,
                                                             CsvIndex& out) {
  Writer writer(out);
  const __m256i delimiters = _mm256_set1_epi8(delimiter);
  const __m256i feeds = _mm256_set1_epi8('\n');
  const __m256i returns = _mm256_set1_epi8('\r');
  const __m256i quotes = _mm256_set1_epi8('"');
  const __m256i zero = _mm256_setzero_si256();
  for (std::size_t at = 0; at < piece.size(); at += kBlock) {
    const Block bytes(piece, at);
    const auto* const from = reinterpret_cast<const __m256i*>(bytes.data());
    const Vectors block{_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1)};
    Marks marks;
    marks.delimiter = equal_avx2(block, delimiters);
    marks.line_feed = equal_avx2(block, feeds);
    marks.carriage_return = equal_avx2(block, returns);
    marks.quote = equal_avx2(block, quotes);
    marks.nul = equal_avx2(block, zero);
    marks.beyond_ascii =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(block.low, block.high)));
    if (!writer.take(marks, static_cast<std::uint32_t>(at), bytes.valid())) break;
  }
  writer.finish(out);
}
#endif

[[gnu::always_inline]] inline std::uint64_t equal_plain(const char* block, char to) {
#if defined(__SSE2__)
  const __m128i all = _mm_set1_epi8(to);
  std::uint64_t out = 0;
  for (std::size_t part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * part));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, all)));
    out |= std::uint64_t{mask} << (16 * part);
  }
  return out;
#else
  std::uint64_t out = 0;
  for (unsigned i = 0; i < kBlock; ++i) out |= std::uint64_t{block[i] == to} << i;
  return out;
#endif
}

void scan_plain(std::string_view piece, char delimiter, CsvIndex& out) {
  Writer writer(out);
  for (std::size_t at = 0; at < piece.size(); at += kBlock) {
    const Block bytes(piece, at);
    const char* const from = bytes.data();
    Marks marks;
    marks.delimiter = equal_plain(from, delimiter);
    marks.line_feed = equal_plain(from, '\n');
    marks.carriage_return = equal_plain(from, '\r');
    marks.quote = equal_plain(from, '"');
    marks.nul = equal_plain(from, '\0');
    for (std::size_t i = 0; i < kBlock; i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, from + i, sizeof word);
      marks.beyond_ascii |= word & 0x8080808080808080U;
    }
    if (!writer.take(marks, static_cast<std::uint32_t>(at), bytes.valid())) break;
  }
  writer.finish(out);
}

// At worst each byte is an end; up to eight more are written past the last.
void make_room(std::string_view piece, CsvIndex& out) {
  if (out.ends.size() >= piece.size() + kBlock) return;
  out.ends.resize(piece.size() + kBlock);
  out.row_last.resize(piece.size() + kBlock);
}

#if defined(__x86_64__)
bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0 &&
                          __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
  return has;
}
#endif

}  // namespace

void index_csv(std::string_view piece, char delimiter, CsvIndex& out) {
#if defined(__x86_64__)
  if (has_avx2()) {
    make_room(piece, out);
    return scan_avx2(piece, delimiter, out);
  }
#endif
  index_csv_plainly(piece, delimiter, out);
}

void index_csv_plainly(std::string_view piece, char delimiter, CsvIndex& out) {
  make_room(piece, out);
  scan_plain(piece, delimiter, out);
}

}  // namespace kpid::readers
