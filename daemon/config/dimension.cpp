// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/dimension.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace kpid::config {
namespace {

using Powers = Dimension::Powers;
using Node = WrittenExpression::Node;
using Kind = Node::Kind;
using Found = tl::expected<Dimension, SyntaxFault>;

constexpr std::array<const char*, 9> names{"pupils", "pence", "sessions", "days", "months",
                                           "hours",  "kWh",   "kgCO2e",   "m2"};

Dimension of_power(std::size_t index) {
  Dimension dimension;
  dimension.powers.at(index) = 1;
  return dimension;
}

Dimension anything(Dimension::Kind kind) {
  Dimension dimension;
  dimension.kind = kind;
  return dimension;
}

std::string product_of(const Powers& powers, int sign) {
  std::string text;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    for (int n = 0; n < powers[i] * sign; ++n)
      text += (text.empty() ? "" : " by ") + std::string(names[i]);
  }
  return text;
}

// Beyond this no unit means anything.
int within_reason(int power) { return std::clamp(power, -12, 12); }

Powers scaled(const Powers& powers, int factor) {
  Powers result{};
  for (std::size_t i = 0; i < powers.size(); ++i) result[i] = within_reason(powers[i] * factor);
  return result;
}

Powers added(const Powers& one, const Powers& other) {
  Powers result{};
  for (std::size_t i = 0; i < one.size(); ++i) result[i] = within_reason(one[i] + other[i]);
  return result;
}

bool is_known(const Dimension& dimension) { return dimension.kind == Dimension::Kind::known; }

Dimension multiplied(const Dimension& one, const Dimension& other) {
  if (one.kind == Dimension::Kind::unknown || other.kind == Dimension::Kind::unknown) {
    return anything(Dimension::Kind::unknown);
  }
  if (!is_known(one)) return other;
  if (!is_known(other)) return one;
  Dimension product;
  product.powers = added(one.powers, other.powers);
  return product;
}

// Of a sum, a difference, a minimum: both sides must be alike.
Found alike(const Dimension& one, const Dimension& other, std::size_t offset,
            std::string_view what) {
  if (one.kind == Dimension::Kind::unknown) return other;
  if (other.kind == Dimension::Kind::unknown) return one;
  if (!is_known(one)) return other;
  if (!is_known(other)) return one;
  const bool of_the_same = !one.of || !other.of || *one.of == *other.of;
  if (one.powers == other.powers && one.percent == other.percent && of_the_same) return one;
  return tl::unexpected(SyntaxFault{
      fmt::format("{} and {} cannot {}", describe(one), describe(other), what), offset});
}

Found power_of(const Dimension& base, const Node& exponent, const Dimension& of_exponent,
               std::size_t offset) {
  if (!is_known(base)) return base;
  if (exponent.kind == Kind::number && exponent.text.find('.') == std::string::npos) {
    int times = 0;
    const char* end = exponent.text.data() + exponent.text.size();
    std::from_chars(exponent.text.data(), end, times);
    Dimension result;
    result.powers = scaled(base.powers, std::min(times, 10));
    return result;
  }
  const bool plain_exponent = !is_known(of_exponent) || of_exponent.plain();
  if (base.plain() && plain_exponent) return Dimension{};
  return tl::unexpected(
      SyntaxFault{describe(base) + " can be raised to a whole number only", offset});
}

Found root_of(const Dimension& base, std::size_t offset) {
  if (!is_known(base)) return base;
  Dimension result;
  for (std::size_t i = 0; i < base.powers.size(); ++i) {
    if (base.powers[i] % 2 != 0) {
      return tl::unexpected(SyntaxFault{describe(base) + " have no square root", offset});
    }
    result.powers[i] = base.powers[i] / 2;
  }
  return result;
}

Found of_node(const WrittenExpression& expression, const Node& node,
              const std::vector<Dimension>& parts,
              const std::function<Dimension(const WrittenName&)>& of_name) {
  const auto part = [&](std::size_t i) -> const Dimension& { return parts[node.parts[i]]; };
  switch (node.kind) {
    case Kind::number:
      return anything(Dimension::Kind::any);
    case Kind::name:
      return of_name(expression.names()[node.name]);
    case Kind::negate:
      return part(0);
    case Kind::add:
      return alike(part(0), part(1), node.offset, "be added");
    case Kind::subtract:
      return alike(part(0), part(1), node.offset, "be subtracted");
    case Kind::multiply:
      return multiplied(part(0), part(1));
    case Kind::divide:
      return divided(part(0), part(1));
    case Kind::power:
      return power_of(part(0), expression.nodes()[node.parts[1]], part(1), node.offset);
    case Kind::call:
      break;
  }
  if (node.text == "sqrt") return root_of(part(0), node.offset);
  Found result = part(0);
  for (std::size_t i = 1; result && i < node.parts.size(); ++i) {
    result = alike(*result, part(i), node.offset, "be compared");
  }
  return result;
}

}  // namespace

Dimension dimension_of(Unit unit) {
  switch (unit) {
    case Unit::count:
      return {};
    case Unit::pupils:
    case Unit::places:
      return of_power(0);
    case Unit::pence:
      return of_power(1);
    case Unit::percent:
    case Unit::percentage_points: {
      Dimension percent;
      percent.percent = true;
      return percent;
    }
    case Unit::sessions:
      return of_power(2);
    case Unit::days:
      return of_power(3);
    case Unit::months:
      return of_power(4);
    case Unit::hours:
      return of_power(5);
    case Unit::kilowatt_hours:
      return of_power(6);
    case Unit::kilograms_co2e:
      return of_power(7);
    case Unit::square_metres:
      return of_power(8);
  }
  return {};
}

Dimension percent_of(const Dimension& whole) {
  Dimension percent = dimension_of(Unit::percent);
  if (is_known(whole)) percent.of = whole.powers;
  return percent;
}

std::string describe(const Dimension& dimension) {
  if (dimension.percent) {
    const std::string of = dimension.of ? product_of(*dimension.of, 1) : std::string();
    return of.empty() ? "per cent" : "per cent of " + of;
  }
  const std::string above = product_of(dimension.powers, 1);
  const std::string below = product_of(dimension.powers, -1);
  if (above.empty() && below.empty()) return "plain numbers";
  return (above.empty() ? "numbers" : above) + (below.empty() ? "" : " per " + below);
}

Dimension divided(const Dimension& dividend, const Dimension& divisor) {
  if (!is_known(divisor)) {
    return divisor.kind == Dimension::Kind::any ? dividend : anything(Dimension::Kind::unknown);
  }
  if (dividend.kind == Dimension::Kind::unknown) return dividend;
  Dimension quotient;
  quotient.powers = added(dividend.powers, scaled(divisor.powers, -1));
  return quotient;
}

tl::expected<Dimension, SyntaxFault> dimension_of(
    const WrittenExpression& expression,
    const std::function<Dimension(const WrittenName&)>& of_name) {
  std::vector<Dimension> parts;
  for (const Node& node : expression.nodes()) {
    auto found = of_node(expression, node, parts, of_name);
    if (!found) return found;
    parts.push_back(*found);
    if (&node == &expression.root()) break;
  }
  return parts.back();
}

bool suits(const Dimension& dimension, Unit unit) {
  if (!is_known(dimension)) return true;
  if (dimension.percent) return is_share(unit);
  Powers counted = dimension.powers;
  for (int& power : counted) power = std::max(power, 0);
  return counted == dimension_of(unit).powers;
}

}  // namespace kpid::config
