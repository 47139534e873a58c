// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "behaviours.hpp"

#include <string>
#include <vector>

#include "good_behaviours.hpp"

namespace bad {

kpid_string borrow(std::string_view text) { return {text.data(), text.size()}; }

kpid_observation observation(std::int32_t day, double value) {
  kpid_observation row{};
  row.measure = borrow("roll.pupils");
  row.organisation = borrow("900001");
  row.subgroup = borrow("");
  row.period_start = day;
  row.period_end = day;
  row.flags = KPID_HAS_VALUE;
  row.value = value;
  return row;
}

std::int32_t emit_rows(const kpid_host_v1* host, std::int32_t count) {
  std::vector<kpid_observation> rows;
  for (std::int32_t i = 0; i < count; ++i) rows.push_back(observation(i % 20'000, i));
  return host->emit(host, rows.data(), rows.size(), sizeof(kpid_observation));
}

std::int32_t explain(const kpid_host_v1* host, std::int32_t status, std::string_view sentence,
                     std::string_view detail, std::int64_t retry_at_ms) {
  const kpid_error error{sizeof error, status, borrow(sentence), borrow(detail), retry_at_ms};
  host->set_error(host, &error);
  return status;
}

std::int32_t behave(std::string_view behaviour, const kpid_host_v1* host, const kpid_pull* pull) {
  for (const auto list : {good_behaviours(), bad_behaviours()}) {
    for (const Named& named : list) {
      if (named.name == behaviour) return named.act(host, pull);
    }
  }
  return explain(host, KPID_CONFIG, "the test asks for an unknown behaviour", behaviour);
}

void end(std::string_view behaviour) {
  volatile bool for_ever = behaviour == "hang_in_destroy";
  while (for_ever) {
  }
}

}  // namespace bad
