// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/settings_schema.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "plugin_host/json_words.hpp"

namespace kpid::plugin_host {
namespace {

namespace json = boost::json;

enum class Kind {
  anything,
  text,
  truth,
  number,
  positive,
  whole,
  pattern,
  type,
  choices,
  names,
  schema,
  schemas,
  named_schemas,
  truth_or_schema,
};

constexpr std::array<std::pair<std::string_view, Kind>, 38> keywords{{
    {"$schema", Kind::text},
    {"$comment", Kind::text},
    {"title", Kind::text},
    {"description", Kind::text},
    {"default", Kind::anything},
    {"examples", Kind::anything},
    {"deprecated", Kind::truth},
    {"readOnly", Kind::truth},
    {"writeOnly", Kind::truth},
    {"secret", Kind::truth},
    {"type", Kind::type},
    {"enum", Kind::choices},
    {"const", Kind::anything},
    {"minimum", Kind::number},
    {"maximum", Kind::number},
    {"exclusiveMinimum", Kind::number},
    {"exclusiveMaximum", Kind::number},
    {"multipleOf", Kind::positive},
    {"minLength", Kind::whole},
    {"maxLength", Kind::whole},
    {"pattern", Kind::pattern},
    {"format", Kind::text},
    {"items", Kind::schema},
    {"minItems", Kind::whole},
    {"maxItems", Kind::whole},
    {"uniqueItems", Kind::truth},
    {"properties", Kind::named_schemas},
    {"required", Kind::names},
    {"additionalProperties", Kind::truth_or_schema},
    {"minProperties", Kind::whole},
    {"maxProperties", Kind::whole},
    {"allOf", Kind::schemas},
    {"anyOf", Kind::schemas},
    {"oneOf", Kind::schemas},
    {"not", Kind::schema},
    {"if", Kind::schema},
    {"then", Kind::schema},
    {"else", Kind::schema},
}};

constexpr std::array<std::string_view, 7> types{"string", "integer", "number", "boolean",
                                                "array",  "object",  "null"};

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

// "clientSecret", "client_secret" and "client-secret-2" end in "secret".
std::string last_word(std::string_view name) {
  std::string word;
  bool before_was_small = false;
  std::string previous;
  for (const char one : name) {
    const auto byte = static_cast<unsigned char>(one);
    if (std::isalpha(byte) == 0) {
      if (!word.empty()) previous = std::exchange(word, {});
      before_was_small = false;
      continue;
    }
    if (std::isupper(byte) != 0 && before_was_small) previous = std::exchange(word, {});
    before_was_small = std::islower(byte) != 0;
    word += static_cast<char>(std::tolower(byte));
  }
  if (word.empty() || word == "value" || word == "text" || word == "string") {
    return previous.empty() ? word : previous;
  }
  return word;
}

bool sounds_secret(std::string_view name) {
  std::string word = last_word(name);
  if (word.size() > 1 && word.back() == 's') word.pop_back();
  if (word == "key" || word == "pwd" || word == "pas") return true;  // "pass" without its s
  constexpr std::array<std::string_view, 8> endings{
      "password", "passwd", "passphrase", "secret", "credential", "token", "apikey", "passcode"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return word.ends_with(ending); });
}

// Numbers and switches hold no secret: "max_tokens", "use_token".
bool may_be_text(const json::object& schema) {
  const json::value* type = schema.if_contains("type");
  if (type == nullptr) return true;
  const auto harmless = [](const json::value& one) {
    return one == "integer" || one == "number" || one == "boolean" || one == "null";
  };
  if (!type->is_array()) return !harmless(*type);
  return !std::all_of(type->get_array().begin(), type->get_array().end(), harmless);
}

constexpr std::size_t longest_pattern = 500;
constexpr std::size_t most_repeats = 1000;

// std::regex goes one call deeper for each part of a pattern and each of its counted repeats.
bool repeats_too_often(std::string_view pattern) {
  if (pattern.size() > longest_pattern) return true;
  std::size_t product = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') continue;
    std::size_t count = 0;
    std::size_t most = 1;
    for (++i; i < pattern.size() && pattern[i] != '}'; ++i) {
      const bool digit = pattern[i] >= '0' && pattern[i] <= '9';
      count = digit ? std::min(count * 10 + static_cast<std::size_t>(pattern[i] - '0'),
                               most_repeats + 1)
                    : 0;
      most = std::max(most, count);
    }
    product *= most;
    if (product > most_repeats) return true;
  }
  return false;
}

class SchemaCheck {
 public:
  // `walked`: find_faults comes here itself; inside anyOf and the like only valijson does, and what
  // valijson does not judge well is refused there.
  void check(const json::value& value, const std::string& pointer, bool walked) {
    if (!value.is_object()) {
      refuse(pointer, "must be a table (a JSON Schema), but it is " + describe(value));
      return;
    }
    const json::object& schema = value.get_object();
    for (const auto& member : schema) {
      const std::string_view key = view(member.key());
      if (key.starts_with("x-")) continue;
      const auto known = std::find_if(keywords.begin(), keywords.end(),
                                      [&](const auto& one) { return one.first == key; });
      if (key.empty() || known == keywords.end()) {
        refuse(child(pointer, key),
               "is not a keyword of JSON Schema that kpid checks; leave it out or write it with "
               "others");
        return;
      }
      if (!walked && (key == "pattern" || key == "format" || key == "multipleOf")) {
        refuse(child(pointer, key),
               "stands inside anyOf, oneOf, not or if, where kpid does not check it; move it out");
      }
      check_keyword(member.value(), known->second, child(pointer, key),
                    walked && key != "anyOf" && key != "oneOf" && key != "not" && key != "if");
    }
    if (fault) return;
    check_bounds(schema, pointer);
    if (!fault && walked) check_default(value, pointer);
  }

  std::optional<SettingsFault> fault;

 private:
  void refuse(const std::string& pointer, std::string sentence) {
    if (!fault) fault = SettingsFault{pointer, std::move(sentence)};
  }

  void must_be(bool good, const json::value& value, const std::string& pointer,
               std::string_view what) {
    if (!good) refuse(pointer, fmt::format("must be {}, but it is {}", what, describe(value)));
  }

  void check_keyword(const json::value& value, Kind kind, const std::string& pointer, bool walked) {
    switch (kind) {
      case Kind::anything:
        break;
      case Kind::text:
        must_be(value.is_string(), value, pointer, "text");
        break;
      case Kind::truth:
        must_be(value.is_bool(), value, pointer, "true or false");
        break;
      case Kind::number:
        must_be(value.is_number(), value, pointer, "a number");
        break;
      case Kind::positive:
        must_be(value.is_number() && value.to_number<double>() > 0, value, pointer,
                "a number above 0");
        break;
      case Kind::whole:
        must_be(value.is_int64() && value.get_int64() >= 0, value, pointer,
                "a whole number, 0 or more");
        break;
      case Kind::pattern:
        check_pattern(value, pointer);
        break;
      case Kind::type:
        check_type(value, pointer);
        break;
      case Kind::choices:
        must_be(value.is_array() && !value.get_array().empty(), value, pointer,
                "a list that is not empty");
        break;
      case Kind::names:
        must_be(
            value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(),
                                            [](const json::value& one) { return one.is_string(); }),
            value, pointer, "a list of names");
        break;
      case Kind::schema:
        check(value, pointer, walked);
        break;
      case Kind::schemas:
        check_schemas(value, pointer, walked);
        break;
      case Kind::named_schemas:
        check_properties(value, pointer, walked);
        break;
      case Kind::truth_or_schema:
        if (!value.is_bool()) check(value, pointer, walked);
        break;
    }
  }

  void check_pattern(const json::value& value, const std::string& pointer) {
    must_be(value.is_string(), value, pointer, "text");
    if (fault) return;
    if (repeats_too_often(view(value.get_string()))) {
      refuse(pointer, fmt::format("is too complex: patterns have at most {} characters and repeat "
                                  "at most {} times in all",
                                  longest_pattern, most_repeats));
      return;
    }
    try {
      // As find_faults uses it: without backtracking, so that no pattern takes for ever.
      const std::regex compiled(value.get_string().data(), value.get_string().size(),
                                std::regex::ECMAScript | std::regex_constants::__polynomial);
    } catch (const std::regex_error&) {
      refuse(pointer, fmt::format("is {}, which is no regular expression without back-references",
                                  quote(view(value.get_string()))));
    }
  }

  void check_type(const json::value& value, const std::string& pointer) {
    const auto is_type = [](const json::value& one) {
      return one.is_string() &&
             std::find(types.begin(), types.end(), view(one.get_string())) != types.end();
    };
    if (is_type(value)) return;
    if (value.is_array() && !value.get_array().empty() &&
        std::all_of(value.get_array().begin(), value.get_array().end(), is_type)) {
      return;
    }
    if (value.is_string()) {
      refuse(pointer, fmt::format("is {}, which is no type; {}", quote(view(value.get_string())),
                                  hint(view(value.get_string()), types)));
    } else {
      refuse(pointer, "must be a type or a list of types; " + hint("", types));
    }
  }

  void check_schemas(const json::value& value, const std::string& pointer, bool walked) {
    must_be(value.is_array() && !value.get_array().empty(), value, pointer,
            "a list of schemas that is not empty");
    if (fault) return;
    std::size_t number = 0;
    for (const auto& one : value.get_array()) {
      check(one, child(pointer, std::to_string(number++)), walked);
    }
  }

  void check_properties(const json::value& value, const std::string& pointer, bool walked) {
    must_be(value.is_object(), value, pointer, "a table of settings");
    if (fault) return;
    for (const auto& member : value.get_object()) {
      const std::string_view name = view(member.key());
      const std::string place = child(pointer, name);
      check(member.value(), place, walked);
      if (fault) return;
      const json::object& schema = member.value().get_object();
      if (sounds_secret(name) && may_be_text(schema) && !is_secret(schema)) {
        refuse(place,
               "looks like a password, token, key or secret, but is not flagged as one; add "
               "\"secret\": true, or name it otherwise");
      }
    }
  }

  void check_bounds(const json::object& schema, const std::string& pointer) {
    constexpr std::array<std::pair<const char*, const char*>, 4> pairs{
        {{"minimum", "maximum"},
         {"minLength", "maxLength"},
         {"minItems", "maxItems"},
         {"minProperties", "maxProperties"}}};
    for (const auto& [low, high] : pairs) {
      const json::value* least = schema.if_contains(low);
      const json::value* most = schema.if_contains(high);
      if (least == nullptr || most == nullptr) continue;
      const auto a = least->to_number<double>();
      const auto b = most->to_number<double>();
      if (a > b) {
        refuse(child(pointer, low), fmt::format("is {}, which is above {}, {}", format_number(a),
                                                high, format_number(b)));
      }
    }
  }

  // Else the operator would be told of a fault in what he never wrote.
  void check_default(const json::value& schema, const std::string& pointer) {
    const json::value* value = schema.get_object().if_contains("default");
    if (value == nullptr) return;
    const auto faults = find_faults(schema, *value, "it");
    if (!faults.empty()) {
      refuse(child(pointer, "default"), "breaks its own schema: " + faults.front().sentence);
    }
  }
};

}  // namespace

bool is_secret(const json::object& schema) {
  for (const char* flag : {"secret", "writeOnly"}) {
    const json::value* value = schema.if_contains(flag);
    if (value != nullptr && value->is_bool() && value->get_bool()) return true;
  }
  return false;
}

std::optional<SettingsFault> fault_of_schema(const json::value& schema) {
  SchemaCheck check;
  check.check(schema, "", true);
  if (check.fault) return check.fault;
  const json::value* type = schema.get_object().if_contains("type");
  if (type != nullptr && *type != "object") {
    return SettingsFault{"/type", "must be \"object\": settings are a table"};
  }
  return std::nullopt;
}

}  // namespace kpid::plugin_host
