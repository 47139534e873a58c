// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/plan.hpp"

namespace kpid {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool serves(std::string_view plan, std::string_view objective) noexcept {
  if (objective.empty() || !plan.starts_with(objective)) return false;
  if (plan.size() == objective.size()) return true;
  const char next = plan[objective.size()];
  return next == '.' || (is_digit(objective.back()) && !is_digit(next));
}

}  // namespace kpid
