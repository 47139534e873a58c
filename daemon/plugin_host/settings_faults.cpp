// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Walks settings and schema side by side. valijson judges one keyword at a time; what is written
// here is the sentence, so that none of the judge's own words reach the operator.

#include <algorithm>
#include <cmath>
#include <exception>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "plugin_host/json_words.hpp"
#include "plugin_host/settings_schema.hpp"

namespace kpid::plugin_host {
namespace {

namespace json = boost::json;

constexpr std::size_t most_faults = 100;
constexpr std::size_t longest_description = 300;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

std::string type_name(std::string_view type) {
  if (type == "string") return "text";
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  if (type == "boolean") return "true or false";
  if (type == "array") return "a list";
  if (type == "object") return "a table";
  return "nothing (null)";
}

std::string type_names(const json::value& type) {
  if (type.is_string()) return type_name(view(type.get_string()));
  std::vector<std::string> names;
  for (const auto& one : type.get_array()) names.push_back(type_name(view(one.get_string())));
  return list(names, "or");
}

std::string plural(const json::value& number, std::string_view noun) {
  return fmt::format("{} {}{}", number.get_int64(), noun, number.get_int64() == 1 ? "" : "s");
}

std::string number_of(const json::value& number) {
  return number.is_int64() ? std::to_string(number.get_int64())
                           : format_number(number.to_number<double>());
}

// The names that a schema does nothing but require: {"required": ["path"]}.
std::vector<std::string> only_required(const json::value& schema) {
  std::vector<std::string> names;
  const json::object& object = schema.get_object();
  const json::value* required = object.if_contains("required");
  if (required == nullptr || object.size() != 1) return names;
  for (const auto& name : required->get_array()) names.push_back(quote(view(name.get_string())));
  return names;
}

class Walk {
 public:
  std::vector<SettingsFault> faults;

  void visit(const json::object& schema, const json::value& value, const std::string& pointer,
             const std::string& label, bool hidden) {
    if (faults.size() >= most_faults) return;
    hidden = hidden || is_secret(schema);
    const Spot spot{schema, value, pointer, label, hidden};
    if (const auto* type = schema.if_contains("type"); type != nullptr && !obeys(spot, "type")) {
      add(spot, fmt::format("must be {}{}", type_names(*type), but(spot)), true);
      return;  // the other keywords speak of values of this type
    }
    visit_choices(spot);
    if (value.is_number()) visit_number(spot);
    if (value.is_string()) visit_text(spot);
    if (value.is_array()) visit_list(spot);
    if (value.is_object()) visit_table(spot);
    visit_combinations(spot);
  }

 private:
  struct Spot {
    const json::object& schema;
    const json::value& value;
    const std::string& pointer;
    const std::string& label;
    bool hidden;  // a secret: its value is never shown
  };

  static bool obeys(const Spot& spot, std::string_view keyword) {
    const json::string_view key{keyword.data(), keyword.size()};
    const json::value* wish = spot.schema.if_contains(key);
    return wish == nullptr || holds(json::object{{key, *wish}}, spot.value);
  }

  static std::string but(const Spot& spot) {
    return spot.hidden ? ", but it is not" : ", but it is " + describe(spot.value);
  }

  static std::string described(const json::object& schema) {
    const json::value* description = schema.if_contains("description");
    if (description == nullptr || description->get_string().empty()) return {};
    return fmt::format("; it is described as {}",
                       quote(view(description->get_string()), longest_description));
  }

  void add(const Spot& spot, std::string_view what, bool with_description) {
    add_at(spot.pointer, fmt::format("{} {}{}", spot.label, what,
                                     with_description ? described(spot.schema) : ""));
  }
  void add_at(const std::string& pointer, std::string sentence) {
    if (faults.size() < most_faults) faults.push_back({pointer, std::move(sentence)});
  }

  void visit_choices(const Spot& spot) {
    if (const auto* one = spot.schema.if_contains("const"); one && !obeys(spot, "const")) {
      add(spot, fmt::format("must be {}{}", json::serialize(*one), but(spot)), true);
    }
    const auto* choices = spot.schema.if_contains("enum");
    if (choices == nullptr || obeys(spot, "enum")) return;
    std::vector<std::string> allowed;
    std::vector<std::string_view> texts;
    for (const auto& choice : choices->get_array()) {
      allowed.push_back(json::serialize(choice));
      if (choice.is_string()) texts.push_back(view(choice.get_string()));
    }
    std::string sentence = fmt::format("must be {}{}", list(allowed, "or"), but(spot));
    if (spot.value.is_string() && !spot.hidden) {
      const std::string meant = hint(view(spot.value.get_string()), texts);
      if (meant.starts_with("did")) sentence += "; " + meant;
    }
    add(spot, sentence, false);
  }

  void visit_number(const Spot& spot) {
    const auto bound = [&](std::string_view keyword, std::string_view words) {
      const auto* limit = spot.schema.if_contains({keyword.data(), keyword.size()});
      if (limit != nullptr && !obeys(spot, keyword)) {
        add(spot, fmt::format("must be {} {}{}", words, number_of(*limit), but(spot)), true);
      }
    };
    bound("minimum", "at least");
    bound("maximum", "at most");
    bound("exclusiveMinimum", "above");
    bound("exclusiveMaximum", "below");
    // Not valijson's: it cuts fractions off first.
    if (const auto* step = spot.schema.if_contains("multipleOf")) {
      const double steps = spot.value.to_number<double>() / step->to_number<double>();
      constexpr double rounding = 1e-9;
      if (!(std::fabs(steps - std::round(steps)) <= rounding * std::max(1.0, std::fabs(steps)))) {
        add(spot, fmt::format("must be a multiple of {}{}", number_of(*step), but(spot)), true);
      }
    }
  }

  void visit_text(const Spot& spot) {
    if (const auto* least = spot.schema.if_contains("minLength");
        least && !obeys(spot, "minLength")) {
      add(spot,
          spot.value.get_string().empty()
              ? std::string("must not be empty")
              : fmt::format("must be at least {} long{}", plural(*least, "character"), but(spot)),
          true);
    }
    if (const auto* most = spot.schema.if_contains("maxLength");
        most && !obeys(spot, "maxLength")) {
      add(spot, fmt::format("must be at most {} long", plural(*most, "character")), true);
    }
    if (const auto* pattern = spot.schema.if_contains("pattern")) visit_pattern(spot, *pattern);
    if (const auto* format = spot.schema.if_contains("format"); format && !obeys(spot, "format")) {
      const bool date = *format == "date";
      const std::string_view example =
          date ? "a date such as 2026-09-01"
               : (*format == "time" ? "a time with a zone such as 06:30:00Z"
                                    : "a date and time such as 2026-09-01T06:30:00Z");
      add(spot, fmt::format("must be {}{}", example, but(spot)), true);
    }
  }

  void visit_pattern(const Spot& spot, const json::value& pattern) {
    bool found = false;
    try {
      // Not valijson's: its way of matching can be made to take for ever, or to end the process.
      const std::regex compiled(pattern.get_string().data(), pattern.get_string().size(),
                                std::regex::ECMAScript | std::regex_constants::__polynomial);
      const json::string& text = spot.value.get_string();
      found = std::regex_search(text.data(), text.data() + text.size(), compiled);
    } catch (const std::regex_error&) {
      found = false;  // too complex for this text
    }
    if (found) return;
    add(spot,
        fmt::format("must be of the form {}{}", printable(view(pattern.get_string())), but(spot)),
        true);
  }

  void visit_list(const Spot& spot) {
    const auto size = spot.value.get_array().size();
    if (const auto* least = spot.schema.if_contains("minItems");
        least && !obeys(spot, "minItems")) {
      add(spot, fmt::format("must have at least {}, but it has {}", plural(*least, "item"), size),
          true);
    }
    if (const auto* most = spot.schema.if_contains("maxItems"); most && !obeys(spot, "maxItems")) {
      add(spot, fmt::format("must have at most {}, but it has {}", plural(*most, "item"), size),
          true);
    }
    if (!obeys(spot, "uniqueItems")) add(spot, "names the same item twice; remove one", false);
    const auto* items = spot.schema.if_contains("items");
    if (items == nullptr) return;
    std::size_t number = 0;
    for (const auto& item : spot.value.get_array()) {
      visit(items->get_object(), item, child(spot.pointer, std::to_string(number)),
            fmt::format("item {} of {}", number + 1, spot.label), spot.hidden);
      ++number;
    }
  }

  void visit_table(const Spot& spot) {
    static const json::object none;
    const json::object& table = spot.value.get_object();
    const auto* declared = spot.schema.if_contains("properties");
    const json::object& properties = declared != nullptr ? declared->get_object() : none;
    visit_required(spot, properties);
    const auto* others = spot.schema.if_contains("additionalProperties");
    std::vector<std::string_view> known;
    for (const auto& property : properties) known.push_back(view(property.key()));
    for (const auto& member : table) {
      const std::string_view key = view(member.key());
      const std::string pointer = child(spot.pointer, key);
      if (const auto* property = properties.if_contains(member.key())) {
        visit(property->get_object(), member.value(), pointer, quote(key), spot.hidden);
      } else if (others != nullptr && others->is_object()) {
        visit(others->get_object(), member.value(), pointer, quote(key), spot.hidden);
      } else if (others != nullptr && !others->get_bool() && faults.size() < most_faults) {
        add_at(pointer,
               fmt::format("{} is not a setting of this plugin; {}", quote(key), hint(key, known)));
      }
    }
    if (const auto* least = spot.schema.if_contains("minProperties");
        least && !obeys(spot, "minProperties")) {
      add(spot,
          fmt::format("must have at least {}, but has {}", plural(*least, "setting"), table.size()),
          true);
    }
    if (const auto* most = spot.schema.if_contains("maxProperties");
        most && !obeys(spot, "maxProperties")) {
      add(spot,
          fmt::format("must have at most {}, but has {}", plural(*most, "setting"), table.size()),
          true);
    }
  }

  void visit_required(const Spot& spot, const json::object& properties) {
    const auto* required = spot.schema.if_contains("required");
    if (required == nullptr) return;
    for (const auto& name : required->get_array()) {
      const std::string_view key = view(name.get_string());
      if (spot.value.get_object().contains(name.get_string())) continue;
      const auto* property = properties.if_contains(name.get_string());
      add_at(child(spot.pointer, key),
             fmt::format("{} is missing{}{}", quote(key),
                         spot.pointer.empty() ? "" : " in " + spot.label,
                         property != nullptr ? described(property->get_object()) : "; add it"));
    }
  }

  void visit_combinations(const Spot& spot) {
    if (const auto* all = spot.schema.if_contains("allOf")) {
      for (const auto& one : all->get_array()) revisit(spot, one);
    }
    if (const auto* condition = spot.schema.if_contains("if")) {
      const auto* then = spot.schema.if_contains(holds(*condition, spot.value) ? "then" : "else");
      if (then != nullptr) revisit(spot, *then);
    }
    if (!obeys(spot, "not")) add(spot, "must not be of a form that the plugin excludes", true);
    visit_alternatives(spot, "anyOf");
    visit_alternatives(spot, "oneOf");
  }

  void revisit(const Spot& spot, const json::value& schema) {
    visit(schema.get_object(), spot.value, spot.pointer, spot.label, spot.hidden);
  }

  void visit_alternatives(const Spot& spot, std::string_view keyword) {
    const auto* forms = spot.schema.if_contains({keyword.data(), keyword.size()});
    if (forms == nullptr || obeys(spot, keyword)) return;
    std::size_t matching = 0;
    std::vector<std::string> names;
    bool all_named = true;
    for (const auto& form : forms->get_array()) {
      if (holds(form, spot.value)) ++matching;
      const auto required = only_required(form);
      const auto* title = form.get_object().if_contains("title");
      if (!required.empty()) {
        names.push_back(list(required, "and"));
      } else if (title != nullptr) {
        names.push_back(printable(view(title->get_string())));
      } else {
        all_named = false;
      }
    }
    const std::string forms_are = all_named ? ": " + list(names, "or") : "";
    add(spot,
        matching == 0 ? fmt::format("must take one of {} forms, but takes none{}",
                                    forms->get_array().size(), forms_are)
                      : fmt::format("must take only one of {} forms, but takes {}{}",
                                    forms->get_array().size(), matching, forms_are),
        true);
  }
};

}  // namespace

bool holds(const json::value& schema, const json::value& value) {
  try {
    valijson::Schema parsed;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema), parsed);
    valijson::Validator validator;
    return validator.validate(parsed, valijson::adapters::BoostJsonAdapter(value), nullptr);
  } catch (const std::exception&) {
    return false;  // the value is not even of a kind that the keyword speaks of
  }
}

std::vector<SettingsFault> find_faults(const json::value& schema, const json::value& settings,
                                       const std::string& label) {
  Walk walk;
  walk.visit(schema.get_object(), settings, "", label, false);
  return std::move(walk.faults);
}

}  // namespace kpid::plugin_host
