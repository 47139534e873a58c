// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/expression.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include <muParser.h>

namespace kpid {

struct Expression::Parser {
  mu::Parser parser;
  std::vector<double> values;  // that r0, r1, … are bound to
};

Expression::Expression(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

namespace {

double absolute(double value) { return std::abs(value); }
double square_root(double value) { return std::sqrt(value); }
double smallest(const double* values, int count) {
  return *std::min_element(values, values + count);
}
double largest(const double* values, int count) {
  return *std::max_element(values, values + count);
}

}  // namespace

tl::expected<Expression, ExpressionFault> Expression::compile(const std::string& text,
                                                              std::size_t references) {
  // Of what muParser can do, assignments, conditions and texts are not wanted here.
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789.+-*/^(), ";
  const std::size_t stray = text.find_first_not_of(allowed);
  if (stray != std::string::npos) {
    return tl::unexpected(ExpressionFault{"a character that no expression has", stray});
  }
  auto parser = std::make_unique<Parser>();
  parser->values.resize(references);
  try {
    mu::Parser& p = parser->parser;
    p.ClearFun();
    p.ClearConst();
    p.ClearPostfixOprt();
    p.EnableOptimizer(false);  // it may reorder what is written
    p.DefineFun("abs", absolute);
    p.DefineFun("sqrt", square_root);
    p.DefineFun("min", smallest);
    p.DefineFun("max", largest);
    for (std::size_t i = 0; i < references; ++i) {
      p.DefineVar("r" + std::to_string(i), &parser->values[i]);
    }
    p.SetExpr(text);
    p.Eval();  // parses
    if (p.GetNumResults() != 1) {
      return tl::unexpected(ExpressionFault{"an expression has one value", 0});
    }
  } catch (const mu::ParserError& error) {
    const auto at = static_cast<std::size_t>(std::max(0, error.GetPos()));
    return tl::unexpected(ExpressionFault{error.GetMsg(), std::min(at, text.size())});
  } catch (const std::exception& error) {
    return tl::unexpected(ExpressionFault{error.what(), 0});
  }
  return Expression(std::move(parser));
}

std::optional<double> Expression::operator()(std::span<const double> references) {
  std::copy_n(references.begin(), std::min(references.size(), parser_->values.size()),
              parser_->values.begin());
  try {
    const double value = parser_->parser.Eval();
    if (!std::isfinite(value)) return std::nullopt;
    return value + 0.0;  // no -0
  } catch (const std::exception&) {
    return std::nullopt;
  } catch (const mu::ParserError&) {  // is no std::exception
    return std::nullopt;
  }
}

tl::expected<CompiledFormula, ExpressionFault> CompiledFormula::compile(const Formula& formula,
                                                                        Unit unit) {
  auto numerator = Expression::compile(formula.numerator, formula.references.size());
  if (!numerator) return tl::unexpected(std::move(numerator).error());
  std::optional<Expression> below;
  if (!formula.denominator.empty()) {
    auto denominator = Expression::compile(formula.denominator, formula.references.size());
    if (!denominator) return tl::unexpected(std::move(denominator).error());
    below = std::move(*denominator);
  }
  return CompiledFormula(std::move(*numerator), std::move(below), unit);
}

std::optional<CompiledFormula::Figure> CompiledFormula::operator()(
    std::span<const double> references) {
  const auto above = numerator_(references);
  if (!above) return std::nullopt;
  if (!denominator_) return Figure{*above, {}, {}};
  const auto below = (*denominator_)(references);
  const auto value = below ? share(unit_, *above, *below) : std::nullopt;
  if (!value) return std::nullopt;
  return Figure{*value, above, below};
}

std::optional<double> share(Unit unit, double numerator, double denominator) {
  if (denominator == 0) return std::nullopt;
  const double scale = unit == Unit::percent ? 100.0 : 1.0;
  const double value = scale * numerator / denominator;
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace kpid
