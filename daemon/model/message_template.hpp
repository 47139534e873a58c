// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What an operator's message template may name, and how its content type escapes what is put in:
// config/ checks a template by it, webhooks/ fills it. Pure.

#include <cstddef>
#include <span>
#include <string_view>

namespace kpid {

struct TemplateVariable {
  enum class Kind {
    text,
    number,
    flag,   // for sections only: it has no text
    group,  // of members, "kpi.title"
    list,   // a section is repeated for each of its members, "facts.title"
  };
  std::string_view name;  // members after a dot
  Kind kind = Kind::text;
};
// A group or list stands before its members.
[[nodiscard]] std::span<const TemplateVariable> template_variables() noexcept;

enum class TemplateEscaping { json, markup, form, none };
[[nodiscard]] TemplateEscaping template_escaping_for(std::string_view content_type) noexcept;

inline constexpr std::size_t largest_template = std::size_t{16} * 1024;
inline constexpr std::size_t largest_templated_body = 20'000;

}  // namespace kpid
