// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "fake_contract.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "kpid/host.hpp"

namespace kpid::plugin {
namespace {

constexpr std::size_t most_name_bytes = 1000;

// The length of the UTF-8 character at the front; 0 where there is none.
std::size_t character_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_at(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::optional<std::string> fault_of_subgroup(std::string_view subgroup,
                                             const FakeMeasure& measure) {
  std::vector<std::string_view> seen;
  while (!subgroup.empty()) {
    const std::size_t end = std::min(subgroup.find(';'), subgroup.size());
    const std::string_view part = subgroup.substr(0, end);
    subgroup.remove_prefix(std::min(end + 1, subgroup.size()));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == part.size()) {
      return "the subgroup must be like \"year_group=4;pupil_group=send\"";
    }
    const std::string_view name = part.substr(0, equals);
    if (std::find(measure.dimensions.begin(), measure.dimensions.end(), name) ==
        measure.dimensions.end()) {
      return "the manifest gives the measure no dimension \"" + std::string(name) + "\"";
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return "the subgroup names \"" + std::string(name) + "\" twice";
    }
    seen.push_back(name);
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_numbers(const kpid_observation& item,
                                            const FakeMeasure& measure) {
  if ((item.flags & (KPID_HAS_VALUE | KPID_HAS_PARTS)) == 0) {
    return "there is neither a value nor numerator and denominator";
  }
  if ((item.flags & KPID_HAS_PARTS) != 0 &&
      !(std::isfinite(item.numerator) && std::isfinite(item.denominator))) {
    return "numerator and denominator must be finite numbers";
  }
  if ((item.flags & KPID_HAS_VALUE) == 0) return std::nullopt;
  if (!std::isfinite(item.value)) return "the value must be a finite number";
  if (measure.minimum && item.value < *measure.minimum) return "the value is below the minimum";
  if (measure.maximum && item.value > *measure.maximum) return "the value is above the maximum";
  if (measure.whole && std::trunc(item.value) != item.value) return "the value must be whole";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fault_of_text(kpid_string text, std::size_t most_bytes) {
  if (text.ptr == nullptr && text.len != 0) return "a text is null and has a length";
  if (text.len > most_bytes) return "a text is over " + std::to_string(most_bytes) + " bytes";
  if (!is_utf8(detail::to_view(text))) return "a text is not UTF-8";
  return std::nullopt;
}

std::optional<std::string> fault_of(const kpid_observation& item, const FakeManifest& manifest,
                                    std::uint32_t documents) {
  for (const kpid_string text : {item.measure, item.organisation, item.subgroup}) {
    if (auto fault = fault_of_text(text, most_name_bytes)) return fault;
  }
  const auto measure = manifest.measures.find(detail::to_view(item.measure));
  if (measure == manifest.measures.end()) return "the manifest does not declare the measure";
  if (item.organisation.len == 0) return "there is no organisation";
  if (auto fault = fault_of_subgroup(detail::to_view(item.subgroup), measure->second)) return fault;
  if (item.period_end < item.period_start) return "the period ends before it starts";
  if (auto fault = fault_of_numbers(item, measure->second)) return fault;
  if (item.document > documents) return "no such document was fetched";
  if (item.row_last < item.row_first) return "the rows end before they start";
  return std::nullopt;
}

}  // namespace kpid::plugin
