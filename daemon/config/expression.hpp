// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// An expression as the catalogue has it: numbers, + - * / ^, brackets, the functions of
// Expression::functions, and names of measures and KPIs such as
// "attendance.percent{pupil_group=send}@year_before". Read here, so that a fault has its place and
// the units can be checked; worked out by muParser from what render() makes of it. Pure.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "model/kpi.hpp"

namespace kpid::config {

struct SyntaxFault {
  std::string sentence;
  std::size_t offset = 0;  // in bytes, into the expression
};

struct WrittenName {
  std::string name;
  std::optional<std::string> subgroup;  // canonical; {} is ""
  Reference::At at = Reference::At::same_period;
  std::size_t offset = 0;
};

class WrittenExpression {
 public:
  struct Node {
    enum class Kind { number, name, negate, add, subtract, multiply, divide, power, call };
    Kind kind = Kind::number;
    std::size_t offset = 0;
    std::string text;                  // of a number, and a call's function
    std::uint32_t name = 0;            // index into names()
    std::vector<std::uint32_t> parts;  // indices of nodes
  };

  static constexpr std::size_t longest = 2000;  // bytes
  static constexpr int deepest = 50;            // brackets within brackets

  [[nodiscard]] static tl::expected<WrittenExpression, SyntaxFault> parse(std::string_view text);

  [[nodiscard]] const std::vector<WrittenName>& names() const { return names_; }
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] const Node& root() const { return nodes_.at(root_); }
  // The same expression with every bracket written out, and `written_as` for each name.
  [[nodiscard]] std::string render(
      const std::function<std::string(const WrittenName&)>& written_as) const;

 private:
  friend class ExpressionReader;
  std::vector<Node> nodes_;  // parts before the whole
  std::vector<WrittenName> names_;
  std::uint32_t root_ = 0;
};

}  // namespace kpid::config
