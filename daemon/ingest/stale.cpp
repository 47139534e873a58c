// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/stale.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

constexpr std::uint32_t trust_place = 0;  // among the organisations

}  // namespace

struct StaleJudge::Reporting {
  const Organisation* organisation = nullptr;
  std::optional<Alert> open;
  std::optional<Judgement> judgement;
  std::vector<KpiValue> series;  // the newest value, at least
  [[nodiscard]] bool late() const { return judgement && judgement->breach != Severity::none; }
};

struct StaleJudge::Round {
  const Rule& rule;
  const Kpi& kpi;
  const Organisation& trust;
  bool trust_speaks_for_itself = false;  // it has values of its own, which nothing rolls up
  bool some_wait = false;                // for the end of a run under way
  std::vector<Reporting> schools;
  std::vector<Reporting> others;  // comparators, and a trust that speaks for itself

  [[nodiscard]] bool trust_stands_in() const {
    return covers(rule, trust) && !trust_speaks_for_itself;
  }
  [[nodiscard]] bool none_in_time() const {
    return std::all_of(schools.begin(), schools.end(), [](const auto& one) { return one.late(); });
  }
  // While one of them may be speaking, nobody says that all are silent; nor of a school alone.
  [[nodiscard]] bool undecided() const { return some_wait && none_in_time(); }
  [[nodiscard]] bool all_late() const {
    return schools.size() >= 2 && !some_wait && none_in_time();
  }
};

// How far back the newest figure of each organisation may lie: the end of the oldest of what its
// KPI rests on.
Result<std::map<std::string, Date>> StaleJudge::newest_inputs(const Rule& rule,
                                                              const Kpi& kpi) const {
  std::map<std::string, Date> newest;
  const auto inputs = kpi.inputs.empty() ? inputs_of(context_.config, kpi) : kpi.inputs;
  for (const MeasureInput& input : inputs) {
    auto ends = writer_.newest_ends(input.measure, input.subgroup.value_or(rule.subgroup));
    if (!ends) return pass_on(ends);
    for (const store::NewestEnd& one : *ends) {
      const auto [found, added] = newest.try_emplace(one.organisation, one.end);
      if (!added) found->second = std::min(found->second, one.end);
    }
  }
  return newest;
}

// Nothing where the organisation never had a value.
Result<std::optional<StaleJudge::Reporting>> StaleJudge::look_at(const Rule& rule, const Kpi& kpi,
                                                                 const Organisation& organisation,
                                                                 std::optional<Date> from) {
  auto values = judge_.figures().read(kpi, organisation, rule.subgroup, from);
  if (values && values->empty() && from) {
    values = judge_.figures().read(kpi, organisation, rule.subgroup, std::nullopt);
  }
  if (!values) return pass_on(values);
  if (values->empty()) return std::optional<Reporting>{};
  auto open = writer_.open_alert(rule.name, organisation.code, rule.subgroup);
  if (!open) return pass_on(open);
  Reporting reporting{&organisation, std::move(*open), std::nullopt, std::move(*values)};
  reporting.judgement = judge_.look(rule, kpi, organisation, reporting.open, reporting.series, {});
  return std::optional<Reporting>{std::move(reporting)};
}

Result<void> StaleJudge::look_at_all(Round& round) {
  auto newest = newest_inputs(round.rule, round.kpi);
  if (!newest) return pass_on(newest);
  const auto rule = static_cast<std::uint32_t>(&round.rule - context_.config.rules.data());
  const auto& all = context_.config.organisations.all();
  for (std::uint32_t place = 0; place < all.size(); ++place) {
    const Organisation& one = all[place];
    const auto end = newest->find(one.code);
    if (end == newest->end() || !covers(round.rule, one)) continue;
    const bool school = one.kind == OrganisationKind::school;
    if (school && !one.member_on(judge_.today())) continue;
    if (one.kind == OrganisationKind::trust && round.kpi.roll_up == RollUp::sum) continue;
    if (changes_.waits({rule, place})) {
      round.some_wait = true;
      continue;
    }
    auto found = look_at(round.rule, round.kpi, one, end->second);
    if (!found) return pass_on(found);
    if (!*found) continue;
    if (one.kind == OrganisationKind::trust) round.trust_speaks_for_itself = true;
    // Of one that is about to leave nothing more is expected.
    const bool counts = school && (*found)->judgement && (*found)->judgement->late;
    (counts ? round.schools : round.others).push_back(std::move(**found));
  }
  return {};
}

Result<void> StaleJudge::conclude(const Round& round, const Reporting& reporting) {
  if (!reporting.judgement) return {};
  return judge_.conclude(round.rule, round.kpi, *reporting.organisation, reporting.open,
                         *reporting.judgement, reporting.series);
}

// The school that has spoken last says how late they all are.
Result<void> StaleJudge::conclude_for_trust(const Round& round) {
  if (round.schools.empty() || round.undecided()) return {};
  const auto open = writer_.open_alert(round.rule.name, round.trust.code, round.rule.subgroup);
  if (!open) return tl::unexpected<Error>(open.error());
  if (!*open && !round.all_late()) return {};
  const auto last = std::max_element(
      round.schools.begin(), round.schools.end(), [](const Reporting& a, const Reporting& b) {
        if (a.late() != b.late()) return a.late();
        const auto place = [](const Reporting& one) {
          return std::tie(one.series.back().period.end, one.organisation->code);
        };
        return place(a) < place(b);  // of two, whichever order the config has them in
      });
  auto judgement = judge_.look(round.rule, round.kpi, *last->organisation, *open, last->series, {});
  if (!judgement) return {};
  if (!round.all_late()) judgement->severity = judgement->breach = Severity::none;
  return judge_.conclude(round.rule, round.kpi, round.trust, *open, *judgement, last->series);
}

Result<void> StaleJudge::judge_whole(std::uint32_t rule) {
  const Config& config = context_.config;
  const Kpi* kpi = config.kpi(config.rules[rule].kpi);
  if (kpi == nullptr) return {};
  Round round{config.rules[rule], *kpi, config.organisations.trust(), false, false, {}, {}};
  auto done = look_at_all(round);
  if (!done) return done;
  const bool stands_in = round.trust_stands_in();
  if (stands_in) {
    done = conclude_for_trust(round);
    if (!done) return done;
  }
  const bool opens = !stands_in || !(round.all_late() || round.undecided());
  for (const Reporting& one : round.schools) {
    if (!opens && !one.open) continue;
    done = conclude(round, one);
    if (!done) return done;
  }
  for (const Reporting& one : round.others) {
    done = conclude(round, one);
    if (!done) return done;
  }
  return {};
}

Result<void> StaleJudge::judge_arrived(std::vector<Pair> pairs) {
  std::sort(pairs.begin(), pairs.end());  // by rule; the trust comes before its schools
  const Config& config = context_.config;
  for (std::size_t first = 0, end = 0; first < pairs.size(); first = end) {
    const std::uint32_t rule_place = pairs[first].rule;
    while (end < pairs.size() && pairs[end].rule == rule_place) ++end;
    const Rule& rule = config.rules[rule_place];
    const Kpi* kpi = config.kpi(rule.kpi);
    if (kpi == nullptr) continue;
    auto for_all = writer_.open_alert(rule.name, trust_code, rule.subgroup);
    if (!for_all) return pass_on(for_all);
    if (*for_all) {  // who else is late decides whether it goes on, and who speaks instead
      auto done = judge_whole(rule_place);
      if (!done) return done;
      continue;
    }
    for (std::size_t i = first; i < end; ++i) {
      if (pairs[i].organisation == trust_place) continue;
      const Organisation& one = config.organisations.all()[pairs[i].organisation];
      auto open = writer_.open_alert(rule.name, one.code, rule.subgroup);
      if (!open) return pass_on(open);
      if (!*open) continue;
      auto found = look_at(rule, *kpi, one, (*open)->period.end);
      if (!found) return pass_on(found);
      if (!*found || !(*found)->judgement) continue;
      auto done = judge_.conclude(rule, *kpi, one, *open, *(*found)->judgement, (*found)->series);
      if (!done) return done;
    }
  }
  return {};
}

}  // namespace kpid::ingest
