// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One TOML table read strictly: every key that is asked for becomes a known key, whatever is left
// when the reading ends is a fault. A getter returns nothing where the key is absent or at fault,
// and has then reported the fault.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "config/document.hpp"
#include "model/time.hpp"

namespace kpid::config {

class TableReader {
 public:
  // `title` names the table in faults: "[trust]", "[[school]]".
  TableReader(const toml::table& table, std::uint32_t file, std::string title, Faults& faults);

  std::optional<PlacedText> text(std::string_view key);
  std::optional<PlacedText> filled_text(std::string_view key);    // an empty one is a fault
  std::optional<PlacedText> required_text(std::string_view key);  // so is an absent one
  std::vector<PlacedText> texts(std::string_view key);            // an array of strings
  std::vector<PlacedText> text_or_texts(std::string_view key);    // a string or an array of them
  std::optional<Placed<std::int64_t>> integer(std::string_view key, std::int64_t smallest,
                                              std::int64_t largest);
  std::optional<Placed<double>> number(std::string_view key);
  std::optional<Placed<bool>> boolean(std::string_view key);
  std::optional<Placed<Date>> date(std::string_view key);
  std::optional<Placed<std::chrono::milliseconds>> duration(std::string_view key,
                                                            std::chrono::milliseconds shortest,
                                                            std::chrono::milliseconds longest);
  std::vector<Placed<std::chrono::milliseconds>> durations(std::string_view key,
                                                           std::chrono::milliseconds shortest,
                                                           std::chrono::milliseconds longest);
  // One of a few words; the fault names them all.
  template <class Value, std::size_t N>
  std::optional<Placed<Value>> choice(
      std::string_view key, const std::array<std::pair<std::string_view, Value>, N>& words) {
    const auto found = text(key);
    if (!found) return std::nullopt;
    std::vector<std::string> known;
    for (const auto& [word, value] : words) {
      if (found->value == word) return Placed<Value>{value, found->place};
      known.emplace_back(word);
    }
    refuse_choice(key, *found, known);
    return std::nullopt;
  }
  // [key] and [[key]]; an absent one is nothing, not a fault.
  std::optional<TableReader> table(std::string_view key);
  std::vector<TableReader> tables(std::string_view key);
  const toml::node* node(std::string_view key);  // whatever stands there; known from now on

  [[nodiscard]] bool has(std::string_view key) const { return table_->contains(key); }
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] Place place() const { return place_of(table_->source(), file_); }
  [[nodiscard]] Place place(const toml::node& node) const { return place_of(node.source(), file_); }
  [[nodiscard]] const toml::table& tree() const { return *table_; }
  [[nodiscard]] const std::string& title() const { return title_; }
  Faults& faults() { return *faults_; }

  void missing(std::string_view key);
  void finish();  // reports every key that nobody asked for

 private:
  std::optional<PlacedText> text_of(std::string_view key, const toml::node& node);
  std::optional<Placed<std::chrono::milliseconds>> duration_of(std::string_view key,
                                                               const PlacedText& written,
                                                               std::chrono::milliseconds shortest,
                                                               std::chrono::milliseconds longest);
  void refuse_type(std::string_view key, const toml::node& node, std::string_view wanted);
  void refuse_choice(std::string_view key, const PlacedText& found,
                     const std::vector<std::string>& known);

  const toml::table* table_;
  std::uint32_t file_;
  std::string title_;
  Faults* faults_;
  std::vector<std::string> known_;
};

// "a", "b" and "c", with the given word before the last.
[[nodiscard]] std::string listed(const std::vector<std::string>& words,
                                 std::string_view last = "and");
// `; did you mean "a"?` where one is near, else `; it can be "a", "b" or "c"`.
[[nodiscard]] std::string advice(std::string_view wanted, const std::vector<std::string>& words);

}  // namespace kpid::config
