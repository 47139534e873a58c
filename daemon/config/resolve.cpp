// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What the names in the catalogue's definitions mean, once all of it is read: which are KPIs, what
// is a circle, and, after the sources' manifests, which measures there are and in what units.

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/dimension.hpp"
#include "config/syntax.hpp"
#include "kpis/expression.hpp"

namespace kpid::config {
namespace {

constexpr std::string_view per_pupil = "funding.per_pupil";

class Resolver {
 public:
  explicit Resolver(Builder& builder) : builder_(builder) {}

  void resolve(Kpi& kpi, const WrittenDefinition& written) {
    if (std::holds_alternative<MonthsUntil>(kpi.definition)) resolve_months(kpi, written);
    if (written.numerator) resolve_formula(kpi, written);
  }

 private:
  void resolve_months(Kpi& kpi, const WrittenDefinition& written) {
    if (kpi.unit != Unit::months) {
      builder_.faults.add(written.place, "a KPI with \"months_until\" has the unit \"months\"");
    }
    if (!written.months_kpi || !written.months_crosses) return;
    auto& months = std::get<MonthsUntil>(kpi.definition);
    const Kpi* base = find_kpi(builder_, *written.months_kpi);
    if (base == nullptr) return;
    if (base->calendar != kpi.calendar) {
      builder_.faults.add(written.months_kpi->place,
                          fmt::format("the KPI has the calendar {} and {} has {}: they must be the "
                                      "same",
                                      in_quotes(to_string(kpi.calendar)), in_quotes(base->id),
                                      in_quotes(to_string(base->calendar))));
    }
    const PlacedText& crosses = *written.months_crosses;
    months.target = crosses.value == "target";
    if (months.target) {
      if (base->target || !base->targets.empty()) return;
      builder_.faults.add(crosses.place, "the KPI " + in_quotes(base->id) +
                                             " has no target to cross; give it one, or write a "
                                             "limit such as \"< 5\"");
      return;
    }
    const auto limit = parse_threshold(crosses.value, base->unit == Unit::pence);
    if (limit) {
      months.crosses = *limit;
    } else {
      builder_.faults.add(crosses.place, in_quotes(crosses.value) +
                                             " is nothing to cross; write it as \"target\", or as "
                                             "\"< 5\", \"<= 5\", \"> 5\" or \">= 5\"");
    }
  }

  void resolve_formula(Kpi& kpi, const WrittenDefinition& written) {
    Formula formula;
    formula.numerator = rendered(kpi, *written.numerator, formula);
    formula.written = written.numerator->text;
    if (written.denominator) {
      formula.denominator = rendered(kpi, *written.denominator, formula);
      formula.written =
          fmt::format("({}) / ({})", written.numerator->text, written.denominator->text);
    }
    const auto now =
        std::find_if(formula.references.begin(), formula.references.end(),
                     [](const Reference& one) { return one.at == Reference::At::same_period; });
    if (now == formula.references.end()) {
      builder_.faults.add(written.numerator->place,
                          "the expression must name something of the same period: without it "
                          "nobody knows of which periods the KPI is");
    }
    // muParser has the last word, for it does the work.
    const auto compiled = CompiledFormula::compile(formula, kpi.unit);
    if (!compiled) {
      builder_.faults.add(written.numerator->place,
                          "the expression cannot be worked out: " + compiled.error().sentence);
    }
    kpi.definition = std::move(formula);
  }

  std::string rendered(Kpi& kpi, const WrittenFormula& written, Formula& formula) {
    return written.expression.render([&](const WrittenName& name) {
      return name.name == per_pupil ? constant(kpi, written, name)
                                    : reference(kpi, written, name, formula);
    });
  }

  // What a pupil is worth is known from [funding]; without it there is no value.
  std::string constant(Kpi& kpi, const WrittenFormula& written, const WrittenName& name) {
    if (name.subgroup || name.at != Reference::At::same_period) {
      builder_.faults.add(written.at(name.offset),
                          "\"funding.per_pupil\" is one number: it has no "
                          "subgroup and no time");
    }
    const auto& rate = builder_.config.funding_per_pupil_pence;
    if (rate) return fmt::format("{:.0f}", *rate);
    kpi.watched = false;
    return "(0 / 0)";
  }

  std::string reference(const Kpi& kpi, const WrittenFormula& written, const WrittenName& name,
                        Formula& formula) {
    const Kpi* other = name.name == kpi.id ? nullptr : builder_.config.kpi(name.name);
    const Reference reference{name.name, other != nullptr, name.subgroup, name.at, Unit::count};
    if (other != nullptr) check_calendar(kpi, written, name, other->calendar);
    auto found = std::find(formula.references.begin(), formula.references.end(), reference);
    if (found == formula.references.end()) {
      found = formula.references.insert(found, reference);
    }
    return fmt::format("r{}", found - formula.references.begin());
  }

 public:
  void check_calendar(const Kpi& kpi, const WrittenFormula& written, const WrittenName& name,
                      Calendar calendar) {
    // The two years are the same stretch of time.
    const auto same = [](Calendar one) {
      return one == Calendar::academic_year ? Calendar::financial_year : one;
    };
    const bool fits = same(calendar) == same(kpi.calendar);
    const bool any = name.at == Reference::At::latest || name.at == Reference::At::autumn_census;
    if (fits || any) return;
    builder_.faults.add(written.at(name.offset),
                        fmt::format("{} has the calendar {} and this KPI {}: write {}@latest",
                                    in_quotes(name.name), in_quotes(to_string(calendar)),
                                    in_quotes(to_string(kpi.calendar)), printable(name.name)));
  }

 private:
  Builder& builder_;
};

// Circles: each is told once, where the first of its KPIs is defined.
class Circles {
 public:
  explicit Circles(Builder& builder) : builder_(builder) {}
  void find() {
    for (const Kpi& kpi : builder_.config.kpis) walk(kpi);
  }

 private:
  void walk(const Kpi& kpi) {
    const auto above = std::find(path_.begin(), path_.end(), kpi.id);
    if (above != path_.end()) {
      report(above);
      return;
    }
    if (!done_.insert(kpi.id).second) return;
    path_.push_back(kpi.id);
    if (const auto* formula = std::get_if<Formula>(&kpi.definition)) {
      for (const Reference& reference : formula->references) {
        if (reference.is_kpi) step(reference.name);
      }
    }
    if (const auto* months = std::get_if<MonthsUntil>(&kpi.definition)) step(months->kpi);
    path_.pop_back();
  }
  void step(const std::string& id) {
    if (const Kpi* other = builder_.config.kpi(id)) walk(*other);
  }
  void report(std::vector<std::string>::const_iterator first) {
    std::string circle;
    for (auto one = first; one != path_.cend(); ++one) circle += *one + " → ";
    builder_.faults.add(
        builder_.definitions.at(*first).place,
        fmt::format("the KPI {} rests on itself: {}{}", in_quotes(*first), circle, *first));
  }

  Builder& builder_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
};

// After the manifests: whether the measures are there, and go together.
class Checker {
 public:
  explicit Checker(Builder& builder) : builder_(builder) {
    for (const Kpi& kpi : builder.config.kpis) {
      const auto* measure = std::get_if<MeasureOf>(&kpi.definition);
      if (measure != nullptr) units_.emplace(measure->measure, kpi.unit);
    }
    for (const auto& [id, measure] : builder.manifest_measures) {
      units_.insert_or_assign(id, measure.unit);
    }
  }

  void check(Kpi& kpi, const WrittenDefinition& written) {
    const std::size_t before = builder_.faults.size();
    for (const PlacedText& measure : written.measures) {
      check_measure(written, measure.place, measure.value);
    }
    for (const auto* part : {&written.numerator, &written.denominator}) {
      if (*part) check_names(kpi, written, **part);
    }
    if (auto* formula = std::get_if<Formula>(&kpi.definition)) {
      for (Reference& reference : formula->references) {
        const auto unit = units_.find(reference.name);
        if (!reference.is_kpi && unit != units_.end()) reference.unit = unit->second;
      }
    }
    if (builder_.faults.size() == before) check_units(kpi, written);
  }

 private:
  // A measure that no configured source has is a slip where the operator's own file names it; the
  // catalogue that comes with kpid is for all sources that there may be.
  void check_measure(const WrittenDefinition& written, const Place& place,
                     const std::string& name) {
    if (written.shipped || !builder_.all_manifests_read) return;
    if (builder_.measures.contains(name)) return;
    std::vector<std::string> known{builder_.measures.begin(), builder_.measures.end()};
    builder_.faults.add(place, fmt::format("no configured source provides {}{}", in_quotes(name),
                                           did_you_mean(name, known)));
  }

  void check_names(const Kpi& kpi, const WrittenDefinition& written, const WrittenFormula& part) {
    for (const WrittenName& name : part.expression.names()) {
      if (name.name == per_pupil) continue;
      if (name.name != kpi.id && builder_.config.kpi(name.name) != nullptr) continue;
      if (!written.shipped && builder_.all_manifests_read &&
          !builder_.measures.contains(name.name)) {
        std::vector<std::string> known{builder_.measures.begin(), builder_.measures.end()};
        for (const Kpi& other : builder_.config.kpis) {
          if (other.id != name.name) known.push_back(other.id);  // itself is no advice
        }
        builder_.faults.add(part.at(name.offset), in_quotes(name.name) +
                                                      " is no KPI, and no configured source "
                                                      "provides such a measure" +
                                                      did_you_mean(name.name, known));
      }
      const auto measure = builder_.manifest_measures.find(name.name);
      if (measure == builder_.manifest_measures.end()) continue;
      Resolver(builder_).check_calendar(kpi, part, name, measure->second.calendar);
    }
  }

  [[nodiscard]] Dimension of_measure(const std::string& name) const {
    const auto found = units_.find(name);
    if (found != units_.end()) return dimension_of(found->second);
    Dimension unknown;
    unknown.kind = Dimension::Kind::unknown;
    return unknown;
  }

  [[nodiscard]] Dimension of_name(const Kpi& kpi, const WrittenName& name) const {
    if (name.name == per_pupil) {
      return divided(dimension_of(Unit::pence), dimension_of(Unit::pupils));
    }
    const Kpi* other = name.name == kpi.id ? nullptr : builder_.config.kpi(name.name);
    if (other == nullptr) return of_measure(name.name);
    const auto* ratio = std::get_if<RatioOf>(&other->definition);
    if (other->unit == Unit::percent && ratio != nullptr) {
      return percent_of(of_measure(ratio->denominator));
    }
    return dimension_of(other->unit);
  }

  std::optional<Dimension> of_part(const Kpi& kpi, const WrittenFormula& part) {
    auto found =
        dimension_of(part.expression, [&](const WrittenName& name) { return of_name(kpi, name); });
    if (found) return *found;
    builder_.faults.add(part.at(found.error().offset), found.error().sentence);
    return std::nullopt;
  }

  void refuse(const Kpi& kpi, const Place& place, const Dimension& dimension) {
    builder_.faults.add(place, fmt::format("this comes to {}, and the KPI's unit is {}",
                                           describe(dimension), in_quotes(to_string(kpi.unit))));
  }

  void refuse_share(const Kpi& kpi, const Place& place) {
    builder_.faults.add(place, fmt::format("a share of a whole is \"percent\"; {} are what two "
                                           "percentages differ by",
                                           in_quotes(to_string(kpi.unit))));
  }

  void check_units(const Kpi& kpi, const WrittenDefinition& written) {
    if (written.numerator) {
      check_formula(kpi, written);
    } else if (written.measures.size() == 1) {
      const Dimension one = of_measure(written.measures[0].value);
      if (!suits(one, kpi.unit)) refuse(kpi, written.place, one);
    } else if (written.measures.size() == 2) {
      check_pair(kpi, written);
    }
  }

  void check_pair(const Kpi& kpi, const WrittenDefinition& written) {
    const Dimension one = of_measure(written.measures[0].value);
    const Dimension other = of_measure(written.measures[1].value);
    if (std::holds_alternative<RatioOf>(kpi.definition)) {
      const Dimension quotient = divided(one, other);
      if (kpi.unit == Unit::percentage_points) return refuse_share(kpi, written.place);
      if (kpi.unit == Unit::percent ? !plain_or_per(quotient) : !suits(quotient, kpi.unit)) {
        refuse(kpi, written.place, quotient);
      }
      return;
    }
    for (const Dimension& side : {one, other}) {
      if (suits(side, kpi.unit)) continue;
      refuse(kpi, written.place, side);
      return;
    }
  }

  // A part by a part, which kpid makes a percentage: it must not be one before.
  [[nodiscard]] static bool plain_or_per(const Dimension& quotient) {
    return suits(quotient, Unit::count);
  }

  void check_formula(const Kpi& kpi, const WrittenDefinition& written) {
    const auto above = of_part(kpi, *written.numerator);
    if (!above) return;
    Dimension result = *above;
    if (written.denominator) {
      const auto below = of_part(kpi, *written.denominator);
      if (!below) return;
      result = divided(*above, *below);
      if (kpi.unit == Unit::percentage_points) {
        return refuse_share(kpi, written.numerator->place);
      }
      const bool fits = kpi.unit == Unit::percent ? plain_or_per(result) : suits(result, kpi.unit);
      if (!fits) refuse(kpi, written.numerator->place, result);
      return;
    }
    const auto& root = written.numerator->expression.root();
    const bool quotient = root.kind == WrittenExpression::Node::Kind::divide;
    const bool fraction = result.kind == Dimension::Kind::known && !result.percent;
    if (kpi.unit == Unit::percent && quotient && fraction) {
      builder_.faults.add(written.numerator->at(root.offset),
                          "a share is written as \"numerator\" and \"denominator\": kpid makes it "
                          "a percentage, and adds schools up by the parts");
      return;
    }
    const bool plain = kpi.unit == Unit::percent && fraction && suits(result, Unit::count);
    if (!plain && !suits(result, kpi.unit)) refuse(kpi, written.numerator->place, result);
  }

  Builder& builder_;
  std::map<std::string, Unit, std::less<>> units_;
};

}  // namespace

void resolve_definitions(Builder& builder) {
  Resolver resolver(builder);
  for (Kpi& kpi : builder.config.kpis) {
    const auto written = builder.definitions.find(kpi.id);
    if (written != builder.definitions.end()) resolver.resolve(kpi, written->second);
  }
  Circles(builder).find();
}

void check_definitions(Builder& builder) {
  Checker checker(builder);
  for (Kpi& kpi : builder.config.kpis) {
    const auto written = builder.definitions.find(kpi.id);
    if (written != builder.definitions.end()) checker.check(kpi, written->second);
  }
}

}  // namespace kpid::config
