// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A small JSON document as a tree of values: settings, cursors and manifests, not data files (for
// those, the readers). Values own what they hold; const access from any thread. since 1.0

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <kpid/error.hpp>

namespace kpid::plugin {

struct Json;
using JsonArray = std::vector<Json>;
using JsonObject = std::vector<std::pair<std::string, Json>>;  // in the document's order

struct Json {
  // A whole number that fits is an int64, any other number a double.
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, JsonArray, JsonObject>
      value = nullptr;

  // The member of that name, or null where this is no object or has none. The first of equals.
  [[nodiscard]] const Json* find(std::string_view name) const;
  template <class T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&value);
  }
  // A whole or broken number as double; null where this is no number.
  [[nodiscard]] const double* number(double& storage) const;
  // "null", "true or false", "a number", "text", "a list", "an object": for sentences.
  [[nodiscard]] std::string_view kind() const;
};

// Reads a document; the Error (KPID_CONFIG) says what is wrong with it. At most 16 MiB and 64
// levels deep. since 1.0
[[nodiscard]] Result<Json> parse_json(std::string_view text);

// The document as compact text. since 1.0
[[nodiscard]] std::string to_text(const Json& json);

}  // namespace kpid::plugin
