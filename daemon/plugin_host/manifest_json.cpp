// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/manifest_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "plugin_host/json_words.hpp"
#include "plugin_host/settings_schema.hpp"
#include "readers/encoding.hpp"

namespace kpid::plugin_host {
namespace {

namespace json = boost::json;
using Names = std::vector<std::string_view>;

constexpr std::array<std::string_view, 1> extensions{"kpid.fetch/1"};
constexpr std::size_t longest_text = 200;
constexpr std::size_t most_items = 1000;

tl::unexpected<Error> refuse(const std::string& pointer, std::string_view what) {
  return fail(ErrorKind::plugin, pointer.empty() ? fmt::format("the plugin's manifest {}", what)
                                                 : fmt::format("the plugin's manifest: {} {}",
                                                               printable(pointer), what));
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char one) {
    return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') || one == '_';
  });
}

// Words joined by dots.
bool is_dotted(std::string_view text) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_word(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// "example.org", "*.example.org", "localhost:8080": no scheme, no path.
bool is_host(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 ||
        port.find_first_not_of("0123456789") != std::string_view::npos) {
      return false;
    }
  }
  return !name.empty() && name.front() != '.' && name.back() != '.' && name.front() != '-' &&
         name.find("..") == std::string_view::npos &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos;
}

// "kpid.fetch/1"
bool is_extension(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && is_dotted(text.substr(0, slash)) &&
         slash + 1 < text.size() &&
         text.find_first_not_of("0123456789", slash + 1) == std::string_view::npos;
}

// One table of the manifest. Errors are remembered: the first counts, and what is read after it
// does not matter.
class Table {
 public:
  Table(const json::object& object, std::string pointer, std::optional<Error>& error)
      : object_(object), pointer_(std::move(pointer)), error_(error) {}

  [[nodiscard]] std::string at(std::string_view key) const { return child(pointer_, key); }
  void refuse_at(const std::string& pointer, std::string_view what) {
    if (!error_) error_ = refuse(pointer, what).value();
  }

  // Names that begin with "x-" are the author's own.
  void refuse_unknown(const Names& known) {
    for (const auto& member : object_) {
      const std::string_view key{member.key().data(), member.key().size()};
      if (key.starts_with("x-") || std::find(known.begin(), known.end(), key) != known.end()) {
        continue;
      }
      refuse_at(at(key), "is not a key that kpid knows; " + hint(key, known));
    }
  }

  const json::value* find(std::string_view key, bool required) {
    const json::value* value = object_.if_contains({key.data(), key.size()});
    if (value == nullptr && required) refuse_at(at(key), "is missing; add it");
    return value;
  }

  // Text for people: one line, not empty.
  std::string text(std::string_view key) {
    const json::value* value = find(key, true);
    return value == nullptr ? std::string{} : text_of(*value, at(key));
  }

  std::string text_of(const json::value& value, const std::string& pointer) {
    if (!value.is_string()) {
      refuse_at(pointer, "must be text, but it is " + describe(value));
      return {};
    }
    std::string text{value.get_string().data(), value.get_string().size()};
    if (text.empty()) refuse_at(pointer, "must not be empty");
    if (text.size() > longest_text) {
      refuse_at(pointer, fmt::format("is {} bytes long, the limit is {}; shorten it", text.size(),
                                     longest_text));
    }
    if (std::any_of(text.begin(), text.end(), [](char one) {
          return static_cast<unsigned char>(one) < 0x20 || one == 0x7f;
        })) {
      refuse_at(pointer, "holds a control character; write one line of plain text");
    }
    return text;
  }

  std::optional<double> number(std::string_view key) {
    const json::value* value = find(key, false);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) {
      refuse_at(at(key), "must be a number, but it is " + describe(*value));
      return std::nullopt;
    }
    const auto number = value->to_number<double>();
    if (!std::isfinite(number)) refuse_at(at(key), "is too large a number");
    return number;
  }

  bool truth(std::string_view key) {
    const json::value* value = find(key, false);
    if (value == nullptr) return false;
    if (!value->is_bool()) {
      refuse_at(at(key), "must be true or false, but it is " + describe(*value));
      return false;
    }
    return value->get_bool();
  }

  const json::array* array(std::string_view key, bool required) {
    const json::value* value = find(key, required);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) {
      refuse_at(at(key), "must be a list, but it is " + describe(*value));
      return nullptr;
    }
    if (value->get_array().size() > most_items) {
      refuse_at(at(key), fmt::format("has {} items, the limit is {}", value->get_array().size(),
                                     most_items));
      return nullptr;
    }
    return &value->get_array();
  }

  // A list of different texts, each of which `is_valid` accepts.
  std::vector<std::string> texts(std::string_view key, bool (*is_valid)(std::string_view),
                                 std::string_view what_is_valid) {
    std::vector<std::string> texts;
    const json::array* items = array(key, false);
    if (items == nullptr) return texts;
    for (const auto& item : *items) {
      const std::string pointer = child(at(key), std::to_string(texts.size()));
      std::string text = text_of(item, pointer);
      if (!is_valid(text)) {
        refuse_at(pointer, fmt::format("is {}, but must be {}", quote(text), what_is_valid));
      }
      if (std::find(texts.begin(), texts.end(), text) != texts.end()) {
        refuse_at(pointer, fmt::format("names {} for the second time", quote(text)));
      }
      texts.push_back(std::move(text));
    }
    return texts;
  }

  // One of an enumeration's spellings.
  template <class Enum>
  Enum choice(std::string_view key, std::optional<Enum> (*parse)(std::string_view) noexcept,
              Enum last, std::string_view noun) {
    const std::string text = this->text(key);
    if (const auto value = parse(text)) return *value;
    Names known;
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      known.push_back(to_string(static_cast<Enum>(i)));
    }
    refuse_at(at(key),
              fmt::format("is {}, which is no {}; {}", quote(text), noun, hint(text, known)));
    return Enum{};
  }

 private:
  const json::object& object_;
  std::string pointer_;
  std::optional<Error>& error_;
};

Measure read_measure(Table& table) {
  table.refuse_unknown(
      {"id", "title", "unit", "calendar", "minimum", "maximum", "whole", "dimensions"});
  Measure measure;
  measure.id = table.text("id");
  if (!is_dotted(measure.id)) {
    table.refuse_at(table.at("id"),
                    fmt::format("is {}, but must be words of a to z, 0 to 9 and _, joined by dots",
                                quote(measure.id)));
  }
  measure.title = table.text("title");
  measure.unit = table.choice<Unit>("unit", &parse_unit, Unit::square_metres, "unit");
  measure.calendar =
      table.choice<Calendar>("calendar", &parse_calendar, Calendar::financial_year, "calendar");
  measure.minimum = table.number("minimum");
  measure.maximum = table.number("maximum");
  if (measure.minimum && measure.maximum && *measure.minimum > *measure.maximum) {
    table.refuse_at(table.at("minimum"),
                    fmt::format("is {}, which is above the maximum, {}",
                                format_number(*measure.minimum), format_number(*measure.maximum)));
  }
  measure.whole = table.truth("whole");
  measure.dimensions = table.texts("dimensions", &is_word, "a word of a to z, 0 to 9 and _");
  return measure;
}

std::vector<Measure> read_measures(Table& table, std::optional<Error>& error) {
  std::vector<Measure> measures;
  const json::array* items = table.array("measures", true);
  if (items == nullptr) return measures;
  if (items->empty()) {
    table.refuse_at(table.at("measures"), "is empty; declare what the plugin can emit");
  }
  for (const auto& item : *items) {
    const std::string pointer = child(table.at("measures"), std::to_string(measures.size()));
    if (!item.is_object()) {
      table.refuse_at(pointer, "must be a table, but it is " + describe(item));
      break;
    }
    Table entry(item.get_object(), pointer, error);
    Measure measure = read_measure(entry);
    if (std::any_of(measures.begin(), measures.end(),
                    [&](const Measure& earlier) { return earlier.id == measure.id; })) {
      table.refuse_at(child(pointer, "id"), fmt::format("declares the measure {} for the second "
                                                        "time",
                                                        quote(measure.id)));
    }
    measures.push_back(std::move(measure));
  }
  return measures;
}

std::string read_settings(Table& table, std::optional<Error>& error) {
  const json::value* schema = table.find("settings", true);
  if (schema == nullptr) return {};
  if (const auto fault = fault_of_schema(*schema)) {
    table.refuse_at(table.at("settings") + fault->pointer, fault->sentence);
  }
  if (error) return {};
  return json::serialize(*schema);
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view text) {
  if (!readers::is_utf8(text)) return refuse("", "is not UTF-8; save its file as UTF-8");
  json::error_code code;
  const json::value value = json::parse({text.data(), text.size()}, code);
  if (code) return refuse("", "is not valid JSON: " + code.message());
  if (!value.is_object()) return refuse("", "must be a table, but it is " + describe(value));

  std::optional<Error> error;
  Table table(value.get_object(), "", error);
  table.refuse_unknown({"id", "version", "title", "licence", "requires", "optional",
                        "allowed_hosts", "depends_on_today", "settings", "measures"});
  Manifest manifest;
  manifest.id = table.text("id");
  if (!is_word(manifest.id)) {
    table.refuse_at("/id", fmt::format("is {}, but must be a word of a to z, 0 to 9 and _",
                                       quote(manifest.id)));
  }
  manifest.version = table.text("version");
  manifest.title = table.text("title");
  manifest.licence = table.text("licence");
  constexpr std::string_view form = "an extension's name such as \"kpid.fetch/1\"";
  manifest.requires_extensions = table.texts("requires", &is_extension, form);
  for (const auto& name : manifest.requires_extensions) {
    if (std::find(extensions.begin(), extensions.end(), name) == extensions.end()) {
      table.refuse_at("/requires", fmt::format("names {}, which this kpid does not offer; upgrade "
                                               "kpid or install an older version of the plugin",
                                               quote(name)));
    }
  }
  manifest.optional_extensions = table.texts("optional", &is_extension, form);
  manifest.allowed_hosts =
      table.texts("allowed_hosts", &is_host,
                  "a host's name in small letters such as \"api.example.org\", without scheme and "
                  "path");
  if (const auto* flag = value.get_object().if_contains("depends_on_today")) {
    if (const auto* truth = flag->if_bool()) {
      manifest.depends_on_today = *truth;
    } else {
      table.refuse_at("/depends_on_today", "must be true or false, but it is " + describe(*flag));
    }
  }
  manifest.settings_schema = read_settings(table, error);
  manifest.measures = read_measures(table, error);
  manifest.text = text;
  if (error) return tl::unexpected(std::move(*error));
  return manifest;
}

}  // namespace kpid::plugin_host
