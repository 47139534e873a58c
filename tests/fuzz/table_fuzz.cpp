// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes: the table keeps its promises on cells and faults, and what the plugins make of it
// stays within what their manifests and the daemon allow.

#include <array>
#include <cstdint>
#include <cstdlib>

#include "finance/summary.hpp"
#include "pupil_roll/roll.hpp"
#include "readers/encoding.hpp"

namespace {

using namespace kpid;

void require(bool held) {
  if (!held) std::abort();
}

void check_table(std::string_view bytes) {
  readers::TableOptions options;
  options.csv = {64, 256, 16};
  options.quote_cells = true;
  auto table = readers::Table::open(bytes, {{{"a"}}, {{"b", "c"}, false}}, options);
  if (!table) return require(!table.error().sentence.empty());
  for (auto more = table->next(); more && *more; more = table->next()) {
    require(table->row() > table->header_row());
    for (const std::size_t c : {0U, 1U}) {
      const auto text = table->text(c);
      if (!table->has(c)) require(text && !*text);
      if (text && *text) require(readers::is_utf8(**text) && !(*text)->empty());
      const auto year = table->start_year(c);
      if (year && *year) require(**year >= 1900 && **year <= 2199);
      const auto percent = table->percent(c);
      if (percent && *percent) require(**percent >= 0 && **percent <= 100);
      const auto pence = table->pence(c);
      if (!pence) {
        require(pence.error().row == table->row() && readers::is_utf8(pence.error().sentence));
      }
      // Missing is missing for every type.
      if (text && !*text) require(pence && !*pence && percent && !*percent && year && !*year);
    }
  }
}

void check(const tl::expected<plugins::Reading, plugins::Failure>& reading) {
  if (!reading) {
    require(!reading.error().sentence.empty() && reading.error().sentence.size() <= 1000);
    return;
  }
  for (const auto& one : reading->observations) {
    require(!one.organisation.empty() && one.organisation.size() <= 200);
    require(one.period_start >= 0 && one.period_end >= one.period_start &&
            one.period_end <= 73'000);
    const double most = one.denominator ? 365e13 : 1e13;  // a numerator is an amount by days
    require(one.value >= -most && one.value <= most && one.row > 1 && one.document == 1);
  }
  for (const auto& note : reading->notes) {
    require(note.place.size() <= 500 && note.sentence.size() <= 1000);
    require(readers::is_utf8(note.place) && readers::is_utf8(note.sentence));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_table(bytes);
  const std::array<plugins::Document, 1> documents{{{1, "f.csv", bytes, 1}}};
  check(plugins::finance::read_summaries(documents, {}));
  plugins::pupil_roll::Settings settings;
  check(plugins::pupil_roll::read_roll(documents, settings));
  settings.format = plugins::pupil_roll::Format::counts;
  check(plugins::pupil_roll::read_roll(documents, settings));
  return 0;
}
