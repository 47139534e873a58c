// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The trust, its schools, and comparators that stand beside them and are never rolled up.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/time.hpp"

namespace kpid {

enum class OrganisationKind { trust, school, comparator };

inline constexpr std::string_view trust_code = "trust";

[[nodiscard]] std::string_view to_string(OrganisationKind kind) noexcept;

struct Organisation {
  OrganisationKind kind = OrganisationKind::school;
  std::string code;  // a school's URN, a comparator's code, or "trust"
  std::string name;
  std::vector<std::string> aliases;
  std::vector<std::string> former_codes;  // former URNs: their history belongs to this school
  std::optional<Date> joined;
  std::optional<Date> left;  // the first day on which it was no longer in the trust
  [[nodiscard]] bool member_on(Date date) const noexcept {
    return (!joined || *joined <= date) && (!left || date < *left);
  }
  friend bool operator==(const Organisation&, const Organisation&) = default;
};

// All organisations of a config, found by any code that a source may use for them (current code,
// former code, alias; compared without case and outer blanks). Immutable once built; [any thread].
class Organisations {
 public:
  Organisations() = default;
  explicit Organisations(std::vector<Organisation> all);

  [[nodiscard]] const Organisation* find(std::string_view any_code) const;
  [[nodiscard]] const std::vector<Organisation>& all() const noexcept { return all_; }
  [[nodiscard]] std::size_t school_count() const noexcept { return school_count_; }
  // Schools that were in the trust on that day.
  [[nodiscard]] std::size_t schools_on(Date date) const noexcept;
  [[nodiscard]] const Organisation& trust() const { return all_.front(); }

 private:
  std::vector<Organisation> all_;  // the trust first
  std::unordered_map<std::string, std::size_t> by_code_;
  std::size_t school_count_ = 0;
};

}  // namespace kpid
