// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/changes.hpp"

#include <algorithm>
#include <utility>

namespace kpid::ingest {
namespace {

void list_rule(const Config& config, std::uint32_t rule, std::vector<Pair>& pairs) {
  const auto& organisations = config.organisations.all();
  for (std::uint32_t i = 0; i < organisations.size(); ++i) {
    if (covers(config.rules[rule], organisations[i])) pairs.push_back({rule, i});
  }
}

// A config that was made by hand has not filled the inputs in.
std::vector<MeasureInput> inputs_for(const Config& config, const Kpi& kpi) {
  return kpi.inputs.empty() ? inputs_of(config, kpi) : kpi.inputs;
}

}  // namespace

bool covers(const Rule& rule, const Organisation& organisation) {
  if (rule.organisations.empty()) return organisation.kind != OrganisationKind::comparator;
  return std::find(rule.organisations.begin(), rule.organisations.end(), organisation.code) !=
         rule.organisations.end();
}

void Pairs::add(Pair pair) {
  if (!pairs_.empty() && pairs_.back() == pair) return;
  // Every school's mark asks for the trust again: before it grows, what is there twice goes.
  if (pairs_.size() == pairs_.capacity()) {
    seal();
    if (2 * pairs_.size() >= pairs_.capacity()) pairs_.reserve(2 * pairs_.size() + 64);
  }
  pairs_.push_back(pair);
}

void Pairs::seal() {
  std::sort(pairs_.begin(), pairs_.end());
  pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
}

bool Pairs::contains(Pair pair) const {
  return whole_.contains(pair.rule) || std::binary_search(pairs_.begin(), pairs_.end(), pair);
}

std::vector<Pair> Pairs::listed(const Config& config) const {
  std::vector<Pair> pairs;
  pairs.reserve(pairs_.size());
  for (const Pair& pair : pairs_) {
    if (!whole_.contains(pair.rule)) pairs.push_back(pair);
  }
  for (const std::uint32_t rule : whole_) list_rule(config, rule, pairs);
  return pairs;
}

Dependents::Dependents(const Config& config) : config_(config) {
  const auto add = [this, &config](std::uint32_t rule, const Kpi& kpi, bool compared) {
    for (MeasureInput& input : inputs_for(config, kpi)) {
      by_measure_[input.measure].push_back({rule, std::move(input.subgroup), compared});
    }
  };
  for (std::uint32_t i = 0; i < config.rules.size(); ++i) {
    const Rule& rule = config.rules[i];
    const Kpi* kpi = config.kpi(rule.kpi);
    if (kpi == nullptr) continue;
    add(i, *kpi, false);
    if (rule.compare == Comparison::organisation) add(i, *kpi, true);
    if (rule.compare != Comparison::kpi) continue;
    if (const Kpi* other = config.kpi(rule.other_kpi)) add(i, *other, false);
  }
}

// Calls found(pair) for each pair, and found(rule) for a rule with all of its organisations, until
// one of them says true.
template <class Found>
bool Dependents::each(const SeriesKey& series, Found found) const {
  const auto dependences = by_measure_.find(series.measure);
  const Organisation* owner = config_.organisations.find(series.organisation);
  if (dependences == by_measure_.end() || owner == nullptr) return false;
  const auto& all = config_.organisations.all();
  const auto place = static_cast<std::uint32_t>(owner - all.data());
  const bool rolls_up = owner->kind == OrganisationKind::school;
  for (const Dependence& one : dependences->second) {
    const Rule& rule = config_.rules[one.rule];
    if (series.subgroup != one.subgroup.value_or(rule.subgroup)) continue;
    if (one.compared) {
      const bool is_reference = owner->code == rule.other_organisation ||
                                (rolls_up && rule.other_organisation == trust_code);
      if (is_reference && found(one.rule)) return true;
      continue;
    }
    if (covers(rule, *owner) && found(Pair{one.rule, place})) return true;
    if (rolls_up && covers(rule, all.front()) && found(Pair{one.rule, 0})) return true;
  }
  return false;
}

void Dependents::add(const SeriesKey& series, Pairs& pairs) const {
  struct Add {
    Pairs& pairs;
    bool operator()(Pair pair) const {
      pairs.add(pair);
      return false;
    }
    bool operator()(std::uint32_t rule) const {
      pairs.add_whole(rule);
      return false;
    }
  };
  each(series, Add{pairs});
}

bool Dependents::any_in(const SeriesKey& series, const Pairs& pairs) const {
  if (pairs.empty()) return false;
  struct Look {
    const Dependents& self;
    const Pairs& pairs;
    bool operator()(Pair pair) const { return pairs.contains(pair); }
    bool operator()(std::uint32_t rule) const {
      std::vector<Pair> all;
      list_rule(self.config_, rule, all);
      return std::any_of(all.begin(), all.end(), [this](Pair one) { return pairs.contains(one); });
    }
  };
  return each(series, Look{*this, pairs});
}

Result<Changes> Changes::read(const store::Reader& reader, const Config& config) {
  Changes changes{config};
  auto read = reader.each_mark([&changes](const store::Mark& mark) {
    changes.dependents_.add(mark.key, mark.run_under_way ? changes.waiting_ : changes.changed_);
  });
  if (!read) return tl::unexpected<Error>(std::move(read.error()));
  changes.changed_.seal();
  changes.waiting_.seal();
  return changes;
}

std::vector<Pair> Changes::ready(const Config& config) const {
  std::vector<Pair> pairs = changed_.listed(config);
  std::erase_if(pairs, [this](Pair pair) { return waiting_.contains(pair); });
  return pairs;
}

Result<void> Changes::clear(store::Writer& writer) const {
  std::vector<store::SeriesId> done;
  auto read = writer.each_mark([&](const store::Mark& mark) {
    if (!mark.run_under_way && !dependents_.any_in(mark.key, waiting_)) done.push_back(mark.series);
  });
  return read ? writer.clear_marks(done) : read;
}

std::vector<Pair> all_pairs(const Config& config) {
  std::vector<Pair> pairs;
  for (std::uint32_t i = 0; i < config.rules.size(); ++i) {
    if (config.kpi(config.rules[i].kpi) != nullptr) list_rule(config, i, pairs);
  }
  return pairs;
}

}  // namespace kpid::ingest
