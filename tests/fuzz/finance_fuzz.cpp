// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes in any format of accounts: what comes of them stays within what the manifest and the
// daemon allow, and two readings of the same bytes give what one gives. The first byte chooses the
// format, the second one some settings.

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "finance/figures.hpp"
#include "finance/read.hpp"
#include "readers/encoding.hpp"

namespace {

using namespace kpid;
using namespace kpid::plugins;

void require(bool held) {
  if (!held) std::abort();
}

finance::Settings settings_of(std::uint8_t format, std::uint8_t flags) {
  finance::Settings out;
  out.format = static_cast<finance::Format>(format % finance::kFormats);
  if ((flags & 1U) != 0) out.year = 2024;
  if ((flags & 2U) != 0) out.as_of = 20'484;
  if ((flags & 4U) != 0) out.in_thousands = true;
  if ((flags & 8U) != 0) out.trust_codes = {"5669"};
  if ((flags & 16U) != 0) out.files = {{"f*", "900001"}};
  out.blank_is_zero = (flags & 32U) != 0;
  out.reserves_are_closing = (flags & 64U) != 0;
  out.accounts = {{{"5*", "name:*income*"},
                   {"60000-60999"},
                   {"61*", "Premises"},
                   {"40100"},
                   {"20100", "Bank"},
                   {"3????"}}};
  return out;
}

void check(const tl::expected<Reading, Failure>& reading) {
  if (!reading) {
    require(!reading.error().sentence.empty() && reading.error().sentence.size() <= 1000);
    require(readers::is_utf8(reading.error().sentence));
    return;
  }
  std::set<std::tuple<std::string_view, std::string, std::int32_t>> seen;
  for (const Observation& one : reading->observations) {
    require(!one.organisation.empty() && one.organisation.size() <= 200);
    require(one.period_start >= 0 && one.period_end > one.period_start && one.period_end <= 73'000);
    require(seen.emplace(one.measure, one.organisation, one.period_start).second);
    require(one.row > 0 && one.document > 0);
    if (one.denominator) {
      require(*one.denominator > 0 && std::fabs(one.value) <= 0x1p53);
    } else {
      require(std::fabs(one.value) <= static_cast<double>(finance::kPenceMax));
      require(std::trunc(one.value) == one.value);
    }
  }
  for (const Note& note : reading->notes) {
    require(note.place.size() <= 500 && !note.sentence.empty() && note.sentence.size() <= 1000);
    require(readers::is_utf8(note.place) && readers::is_utf8(note.sentence));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const finance::Settings settings = settings_of(data[0], data[1]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::array<Document, 2> documents{{{1, "f.csv", bytes, 1}, {2, "f.csv", bytes, 1}}};
  const auto once = finance::read(std::span(documents).first(1), settings);
  check(once);
  // A ledger without a column that tells postings apart refuses the same days twice.
  if (settings.format == finance::Format::ledger) return 0;
  const auto twice = finance::read(documents, settings);
  check(twice);
  require(once.has_value() == twice.has_value());
  if (once) require(once->observations.size() == twice->observations.size());
  return 0;
}
