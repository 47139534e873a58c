// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/settings.hpp"

#include <charconv>
#include <cmath>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace kpid::config {
namespace {

namespace json = boost::json;

template <class Value>
std::string spelled(const Value& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

// The depth is bounded by toml++'s own limit of 256 nested values.
json::value as_json(TableReader& settings, const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: {
      json::object object;
      for (const auto& [key, value] : *node.as_table()) {
        object[std::string{key.str()}] = as_json(settings, value);
      }
      return object;
    }
    case toml::node_type::array: {
      json::array array;
      for (const auto& element : *node.as_array()) array.push_back(as_json(settings, element));
      return array;
    }
    case toml::node_type::string:
      return json::string(node.as_string()->get());
    case toml::node_type::integer:
      return node.as_integer()->get();
    case toml::node_type::boolean:
      return node.as_boolean()->get();
    case toml::node_type::floating_point: {
      const double value = node.as_floating_point()->get();
      if (!std::isfinite(value)) {
        settings.faults().add(settings.place(node), "a setting must not be infinite or nan");
        return nullptr;
      }
      return value;
    }
    case toml::node_type::date:
      return json::string(spelled(node.as_date()->get()));
    case toml::node_type::time:
      return json::string(spelled(node.as_time()->get()));
    case toml::node_type::date_time:
      return json::string(spelled(node.as_date_time()->get()));
    case toml::node_type::none:
      break;
  }
  return nullptr;
}

// "~1" is a slash and "~0" a tilde inside a pointer's part.
std::string unescaped(std::string_view part) {
  std::string text;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1')) {
      text += part[++i] == '1' ? '/' : '~';
    } else {
      text += part[i];
    }
  }
  return text;
}

const toml::node* child_of(const toml::node& node, const std::string& name) {
  if (const auto* table = node.as_table()) return table->get(name);
  const auto* array = node.as_array();
  if (array == nullptr) return nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc{} || end != name.data() + name.size()) return nullptr;
  return array->get(index);
}

}  // namespace

std::string settings_as_json(TableReader& settings) {
  return json::serialize(as_json(settings, settings.tree()));
}

Place place_of_pointer(const TableReader& settings, std::string_view pointer) {
  const toml::node* node = &settings.tree();
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    const auto* child = child_of(*node, unescaped(pointer.substr(0, end)));
    if (child == nullptr) break;
    node = child;
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
  }
  return settings.place(*node);
}

}  // namespace kpid::config
