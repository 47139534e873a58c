// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes as an expression of the catalogue: it is refused with a place inside it, or muParser
// reads it too, its units can be told or refused with a place, and its value is finite or none.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "config/dimension.hpp"
#include "config/expression.hpp"
#include "kpis/expression.hpp"

namespace {

using kpid::config::WrittenExpression;
using kpid::config::WrittenName;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto raw = kpid::Expression::compile(text, 2);  // whatever reaches muParser unread
  if (!raw) must(!raw.error().sentence.empty() && raw.error().at <= text.size());

  const auto written = WrittenExpression::parse(text);
  if (!written) {
    must(!written.error().sentence.empty() && written.error().offset <= text.size());
    for (const char c : written.error().sentence) {
      must(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
    return 0;
  }
  std::vector<double> values;
  const std::string rendered = written->render([&](const WrittenName&) {
    values.push_back(static_cast<double>(values.size()) - 1.5);
    return "r" + std::to_string(values.size() - 1);
  });
  must(values.size() == written->names().size());
  auto expression = kpid::Expression::compile(rendered, values.size());
  must(expression.has_value());
  const auto value = (*expression)(values);
  must(!value || std::isfinite(*value));

  const auto dimension = dimension_of(*written, [](const WrittenName& name) {
    return kpid::config::dimension_of(static_cast<kpid::Unit>(name.offset % 12));
  });
  if (!dimension) must(dimension.error().offset <= text.size());
  return 0;
}
