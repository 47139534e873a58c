// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// From what has changed to what must be judged. The work follows the marks, never the size of the
// trust: a run that touches one school in a hundred costs a hundredth.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/config.hpp"
#include "store/store.hpp"

namespace kpid::ingest {

// Whether the rule looks at this organisation: every school and the trust, or those that it names.
[[nodiscard]] bool covers(const Rule& rule, const Organisation& organisation);

// A rule, and an organisation that it looks at: by their places in the config.
struct Pair {
  std::uint32_t rule = 0;
  std::uint32_t organisation = 0;
  friend auto operator<=>(const Pair&, const Pair&) = default;
};

// A set of pairs, in little memory; a rule may be in it with every organisation that it covers.
class Pairs {
 public:
  void add(Pair pair);
  void add_whole(std::uint32_t rule) { whole_.insert(rule); }
  void seal();  // no more is added: now it can be asked
  [[nodiscard]] bool contains(Pair pair) const;
  [[nodiscard]] bool empty() const noexcept { return pairs_.empty() && whole_.empty(); }
  [[nodiscard]] std::vector<Pair> listed(const Config& config) const;

 private:
  std::vector<Pair> pairs_;
  std::unordered_set<std::uint32_t> whole_;
};

// Which rules rest on a measure: through the KPI, through the other KPI or organisation that they
// compare with, at the school itself and at the trust that it rolls up to. `config` must outlive
// it.
class Dependents {
 public:
  explicit Dependents(const Config& config);
  void add(const SeriesKey& series, Pairs& pairs) const;
  [[nodiscard]] bool any_in(const SeriesKey& series, const Pairs& pairs) const;

 private:
  struct Dependence {
    std::uint32_t rule = 0;
    std::optional<std::string> subgroup;  // none: the one that the rule looks at
    bool compared = false;                // through the other organisation
  };
  template <class Found>
  bool each(const SeriesKey& series, Found found) const;

  const Config& config_;
  std::unordered_map<std::string, std::vector<Dependence>> by_measure_;
};

// What the marks say. A pair that also rests on what a run under way has touched waits for that
// run's end: it is put off, and with it every mark that led to it is kept.
class Changes {
 public:
  [[nodiscard]] static Result<Changes> read(const store::Reader& reader, const Config& config);

  [[nodiscard]] bool waits(Pair pair) const { return waiting_.contains(pair); }
  // Those that have changed and need not wait.
  [[nodiscard]] std::vector<Pair> ready(const Config& config) const;
  [[nodiscard]] Result<void> clear(store::Writer& writer) const;

 private:
  explicit Changes(const Config& config) : dependents_(config) {}

  Dependents dependents_;
  Pairs changed_;
  Pairs waiting_;
};

// Every pair that the config's rules make.
[[nodiscard]] std::vector<Pair> all_pairs(const Config& config);

}  // namespace kpid::ingest
