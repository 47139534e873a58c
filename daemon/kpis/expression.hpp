// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// An arithmetic expression over numbers that are called r0, r1, …, as muParser reads it. Nothing
// that muParser throws leaves this file. One Expression belongs to one thread at a time.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "model/kpi.hpp"

namespace kpid {

struct ExpressionFault {
  std::string sentence;
  std::size_t at = 0;  // offset into the text
};

class Expression {
 public:
  // The functions that an expression may call, beside + - * / ^ and brackets.
  static constexpr std::string_view functions[] = {"abs", "max", "min", "sqrt"};

  [[nodiscard]] static tl::expected<Expression, ExpressionFault> compile(const std::string& text,
                                                                         std::size_t references);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  // Nothing where the result is not finite. Never rounded.
  [[nodiscard]] std::optional<double> operator()(std::span<const double> references);

 private:
  struct Parser;
  explicit Expression(std::unique_ptr<Parser> parser);
  std::unique_ptr<Parser> parser_;
};

// A Formula that can be worked out. Nothing where the denominator is 0 or a part is not finite.
class CompiledFormula {
 public:
  struct Figure {
    double value = 0;
    std::optional<double> numerator;
    std::optional<double> denominator;
  };

  [[nodiscard]] static tl::expected<CompiledFormula, ExpressionFault> compile(
      const Formula& formula, Unit unit);
  [[nodiscard]] std::optional<Figure> operator()(std::span<const double> references);

 private:
  CompiledFormula(Expression numerator, std::optional<Expression> denominator, Unit unit)
      : numerator_(std::move(numerator)), denominator_(std::move(denominator)), unit_(unit) {}
  Expression numerator_;
  std::optional<Expression> denominator_;
  Unit unit_;
};

// numerator / denominator in a KPI's unit; nothing where the denominator is 0. The product comes
// before the quotient, so that an exact percentage (19 of 20) is exact in floating point too.
[[nodiscard]] std::optional<double> share(Unit unit, double numerator, double denominator);

}  // namespace kpid
