// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/table_reader.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

std::string_view name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a decimal number";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date with a time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

}  // namespace

std::string listed(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? fmt::format(" {} ", last) : ", ";
    text += in_quotes(words[i]);
  }
  return text;
}

std::string advice(std::string_view wanted, const std::vector<std::string>& words) {
  auto near = did_you_mean(wanted, words);
  return near.empty() ? "; it can be " + listed(words, "or") : near;
}

TableReader::TableReader(const toml::table& table, std::uint32_t file, std::string title,
                         Faults& faults)
    : table_(&table), file_(file), title_(std::move(title)), faults_(&faults) {}

const toml::node* TableReader::node(std::string_view key) {
  known_.emplace_back(key);
  return table_->get(key);
}

void TableReader::refuse_type(std::string_view key, const toml::node& node,
                              std::string_view wanted) {
  faults_->add(place(node), fmt::format("{} in {} must be {}, not {}", in_quotes(key), title_,
                                        wanted, name_of(node.type())));
}

void TableReader::refuse_choice(std::string_view key, const PlacedText& found,
                                const std::vector<std::string>& known) {
  faults_->add(found.place, fmt::format("{} is no {}{}", in_quotes(found.value), key,
                                        advice(found.value, known)));
}

std::optional<PlacedText> TableReader::text_of(std::string_view key, const toml::node& node) {
  const auto* found = node.as_string();
  if (found == nullptr) {
    refuse_type(key, node, "a string");
    return std::nullopt;
  }
  return PlacedText{found->get(), place(node)};
}

std::optional<PlacedText> TableReader::text(std::string_view key) {
  const auto* found = node(key);
  return found == nullptr ? std::nullopt : text_of(key, *found);
}

std::optional<PlacedText> TableReader::required_text(std::string_view key) {
  if (!has(key)) missing(key);
  return filled_text(key);
}

std::optional<PlacedText> TableReader::filled_text(std::string_view key) {
  auto found = text(key);
  if (found && found->value.find_first_not_of(" \t\r\n") == std::string::npos) {
    faults_->add(found->place, fmt::format("{} in {} is empty", in_quotes(key), title_));
    return std::nullopt;
  }
  return found;
}

std::vector<PlacedText> TableReader::texts(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return {};
  const auto* array = found->as_array();
  if (array == nullptr) {
    refuse_type(key, *found, "an array of strings");
    return {};
  }
  std::vector<PlacedText> all;
  for (const auto& element : *array) {
    if (const auto* one = element.as_string()) {
      all.push_back({one->get(), place(element)});
    } else {
      faults_->add(place(element), fmt::format("{} in {} must hold strings, not {}", in_quotes(key),
                                               title_, name_of(element.type())));
    }
  }
  return all;
}

std::vector<PlacedText> TableReader::text_or_texts(std::string_view key) {
  const auto* found = table_->get(key);
  if (found != nullptr && found->is_array()) return texts(key);
  auto one = text(key);
  if (!one) return {};
  return {std::move(*one)};
}

std::optional<Placed<std::int64_t>> TableReader::integer(std::string_view key,
                                                         std::int64_t smallest,
                                                         std::int64_t largest) {
  const auto* found = node(key);
  if (found == nullptr) return std::nullopt;
  const auto* integer = found->as_integer();
  if (integer == nullptr) {
    refuse_type(key, *found, "an integer");
    return std::nullopt;
  }
  if (integer->get() < smallest || integer->get() > largest) {
    faults_->add(place(*found),
                 fmt::format("{} in {} must be from {} to {}, not {}", in_quotes(key), title_,
                             smallest, largest, integer->get()));
    return std::nullopt;
  }
  return Placed<std::int64_t>{integer->get(), place(*found)};
}

std::optional<Placed<double>> TableReader::number(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* integer = found->as_integer()) {
    return Placed<double>{static_cast<double>(integer->get()), place(*found)};
  }
  const auto* floating = found->as_floating_point();
  if (floating == nullptr) {
    refuse_type(key, *found, "a number");
    return std::nullopt;
  }
  if (!std::isfinite(floating->get())) {
    faults_->add(place(*found), fmt::format("{} in {} must be a number", in_quotes(key), title_));
    return std::nullopt;
  }
  return Placed<double>{floating->get(), place(*found)};
}

std::optional<Placed<bool>> TableReader::boolean(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return std::nullopt;
  const auto* boolean = found->as_boolean();
  if (boolean == nullptr) {
    refuse_type(key, *found, "true or false");
    return std::nullopt;
  }
  return Placed<bool>{boolean->get(), place(*found)};
}

std::optional<Placed<Date>> TableReader::date(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return std::nullopt;
  const auto* date = found->as_date();
  if (date == nullptr) {
    refuse_type(key, *found, "a date such as 2018-11-01, without quotes");
    return std::nullopt;
  }
  return Placed<Date>{make_date(date->get().year, date->get().month, date->get().day),
                      place(*found)};
}

std::optional<Placed<std::chrono::milliseconds>> TableReader::duration_of(
    std::string_view key, const PlacedText& written, std::chrono::milliseconds shortest,
    std::chrono::milliseconds longest) {
  const auto read = parse_duration(written.value);
  if (!read) {
    faults_->add(written.place,
                 fmt::format("{} is no duration; write it as \"90 s\", \"15 min\", \"2 h\" or "
                             "\"5 d\"",
                             in_quotes(written.value)));
    return std::nullopt;
  }
  if (*read < shortest || *read > longest) {
    faults_->add(written.place, fmt::format("{} in {} must be from {} to {}, not {}",
                                            in_quotes(key), title_, format_duration(shortest),
                                            format_duration(longest), printable(written.value)));
    return std::nullopt;
  }
  return Placed<std::chrono::milliseconds>{*read, written.place};
}

std::optional<Placed<std::chrono::milliseconds>> TableReader::duration(
    std::string_view key, std::chrono::milliseconds shortest, std::chrono::milliseconds longest) {
  const auto written = text(key);
  return written ? duration_of(key, *written, shortest, longest) : std::nullopt;
}

std::vector<Placed<std::chrono::milliseconds>> TableReader::durations(
    std::string_view key, std::chrono::milliseconds shortest, std::chrono::milliseconds longest) {
  std::vector<Placed<std::chrono::milliseconds>> all;
  for (const auto& written : texts(key)) {
    if (const auto one = duration_of(key, written, shortest, longest)) all.push_back(*one);
  }
  return all;
}

std::optional<TableReader> TableReader::table(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return std::nullopt;
  const auto* table = found->as_table();
  if (table == nullptr) {
    refuse_type(key, *found, fmt::format("a table, written as [{}]", key));
    return std::nullopt;
  }
  return TableReader{*table, file_, fmt::format("[{}]", key), *faults_};
}

std::vector<TableReader> TableReader::tables(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return {};
  const auto* array = found->as_array();
  if (array == nullptr) {
    refuse_type(key, *found, fmt::format("an array of tables, written as [[{}]]", key));
    return {};
  }
  std::vector<TableReader> all;
  for (const auto& element : *array) {
    if (const auto* table = element.as_table()) {
      all.emplace_back(*table, file_, fmt::format("[[{}]]", key), *faults_);
    } else {
      refuse_type(key, element, fmt::format("a table, written as [[{}]]", key));
    }
  }
  return all;
}

std::vector<std::string> TableReader::keys() const {
  std::vector<std::string> all;
  for (const auto& [key, value] : *table_) all.emplace_back(key.str());
  return all;
}

void TableReader::missing(std::string_view key) {
  faults_->add(place(), fmt::format("{} has no {}", title_, in_quotes(key)));
}

void TableReader::finish() {
  for (const auto& [key, value] : *table_) {
    const std::string_view name = key.str();
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    std::string near = did_you_mean(name, known_);
    if (near.empty()) near = fmt::format("; {} knows {}", title_, listed(known_));
    faults_->add(place_of(key.source(), file_), "unknown key " + in_quotes(name) + near);
  }
}

}  // namespace kpid::config
