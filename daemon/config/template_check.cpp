// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/template_check.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/json/stream_parser.hpp>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "config/syntax.hpp"
#include "model/message_template.hpp"

namespace kpid::config {
namespace {

namespace json = boost::json;
namespace mustache = kainjow::mustache;
using Kind = TemplateVariable::Kind;

constexpr std::size_t deepest = 8;       // sections in sections
constexpr std::size_t most_faults = 20;  // of one template

const TemplateVariable* variable_named(std::string_view name) {
  const auto all = template_variables();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

struct Tag {
  std::size_t offset = 0;
  char sign = 0;  // '#', '^', '/', '!', '&', '>', '=', or '{' for three braces; 0: a variable
  std::string name;
};

// Goes through the tags as mustache does, and keeps the sections that are open.
class Checker {
 public:
  Checker(Faults& faults, std::uint32_t file, std::string_view text, TemplateEscaping escaping)
      : faults_(faults), file_(file), text_(text), escaping_(escaping) {}

  // False where mustache should not be asked to fill it.
  bool check() {
    const std::size_t before = faults_.size();
    std::size_t at = 0;
    while (faults_.size() - before < most_faults) {
      at = text_.find("{{", at);
      if (at == std::string_view::npos) break;
      const auto tag = read(at);
      if (!tag) break;
      look_at(*tag);
    }
    for (const Tag& open : open_) {
      fault(open.offset, fmt::format("the section \"{}\" is not closed; it ends with {{{{/{}}}}}",
                                     open.name, open.name));
    }
    return faults_.size() == before;
  }

 private:
  void fault(std::size_t offset, std::string sentence) {
    Place place{file_, 1, 1};
    for (const char c : text_.substr(0, offset)) {
      place.column = c == '\n' ? 1 : place.column + 1;
      place.line += c == '\n' ? 1 : 0;
    }
    faults_.add(place, std::move(sentence));
  }

  // The tag that begins there; `at` moves behind it.
  std::optional<Tag> read(std::size_t& at) {
    const std::size_t begin = at;
    const bool three = text_.substr(at).starts_with("{{{");
    const std::string_view closing = three ? "}}}" : "}}";
    const std::size_t from = begin + closing.size();
    const std::size_t end = text_.find(closing, from);
    if (end == std::string_view::npos) {
      fault(begin, fmt::format("this tag is not closed by {}", closing));
      return std::nullopt;
    }
    at = end + closing.size();
    std::string_view inside = trimmed(text_.substr(from, end - from));
    Tag tag{begin, three ? '{' : '\0', {}};
    constexpr std::string_view signs{"#^/!&>="};
    if (!three && !inside.empty() && signs.find(inside.front()) != std::string_view::npos) {
      tag.sign = inside.front();
      inside = trimmed(inside.substr(1));
    }
    tag.name = inside;
    return tag;
  }

  void look_at(const Tag& tag) {
    if (tag.sign == '!') return;
    if (tag.sign == '>' || tag.sign == '=') {
      return fault(tag.offset, tag.sign == '>' ? "a template cannot take in another one ({{>…}})"
                                               : "a template cannot change the braces ({{=…=}})");
    }
    if (tag.sign == '/') return close(tag);
    const bool unescaped = tag.sign == '{' || tag.sign == '&';
    if (unescaped && escaping_ != TemplateEscaping::none) {
      return fault(tag.offset,
                   fmt::format("\"{0}\" would not be escaped here, so a name could break the "
                               "message; write {{{{{0}}}}}",
                               printable(tag.name)));
    }
    const TemplateVariable* variable = found(tag.name);
    if (variable == nullptr) {
      fault(tag.offset, "a message has no " + in_quotes(tag.name) + suggestion(tag.name));
    } else if (tag.sign != '#' && tag.sign != '^') {
      look_at_use(tag, *variable);
    }
    if (tag.sign == '#' || tag.sign == '^') open(tag, variable);
  }

  void look_at_use(const Tag& tag, const TemplateVariable& variable) {
    if (variable.kind == Kind::flag) {
      fault(tag.offset, fmt::format("\"{0}\" is true or false and has no text; write "
                                    "{{{{#{0}}}}}…{{{{/{0}}}}}",
                                    tag.name));
    } else if (variable.kind == Kind::group || variable.kind == Kind::list) {
      fault(tag.offset,
            fmt::format("\"{0}\" is no text but has parts: for example {{{{#{0}}}}}{{{{{1}}}}}"
                        "{{{{/{0}}}}}",
                        tag.name, first_member(variable.name)));
    }
  }

  static std::string first_member(std::string_view group) {
    const std::string prefix = std::string{group} + ".";
    for (const auto& one : template_variables()) {
      if (one.name.starts_with(prefix)) return std::string{one.name.substr(prefix.size())};
    }
    return {};
  }

  void open(const Tag& tag, const TemplateVariable* variable) {
    if (open_.size() >= deepest) {
      fault(tag.offset, fmt::format("more than {} sections stand in each other", deepest));
    }
    const bool list = variable != nullptr && variable->kind == Kind::list && tag.sign == '#';
    if (list && std::any_of(lists_.begin(), lists_.end(), [](bool one) { return one; })) {
      fault(tag.offset, fmt::format("the list \"{}\" stands inside another list", tag.name));
    }
    open_.push_back(tag);
    lists_.push_back(list);
  }

  void close(const Tag& tag) {
    if (open_.empty()) {
      return fault(tag.offset,
                   fmt::format("the section \"{}\" was not opened", printable(tag.name)));
    }
    if (open_.back().name != tag.name) {
      fault(tag.offset, fmt::format("the section \"{}\" is open here, so {{{{/{}}}}} comes first",
                                    open_.back().name, open_.back().name));
    }
    open_.pop_back();
    lists_.pop_back();
  }

  // As mustache looks for it: in the innermost section first.
  [[nodiscard]] const TemplateVariable* found(const std::string& name) const {
    for (auto section = open_.rbegin(); section != open_.rend(); ++section) {
      if (section->sign != '#') continue;
      if (const auto* member = variable_named(section->name + "." + name)) return member;
    }
    return variable_named(name);
  }

  [[nodiscard]] std::string suggestion(const std::string& name) const {
    std::vector<std::string> known;
    for (const auto& one : template_variables()) known.emplace_back(one.name);
    for (const Tag& section : open_) {
      const std::string prefix = section.name + ".";
      for (const auto& one : template_variables()) {
        if (one.name.starts_with(prefix)) known.emplace_back(one.name.substr(prefix.size()));
      }
    }
    return did_you_mean(name, known);
  }

  Faults& faults_;
  std::uint32_t file_;
  std::string_view text_;
  TemplateEscaping escaping_;
  std::vector<Tag> open_;
  std::vector<bool> lists_;  // whether each of them is one
};

mustache::data sample_of(const TemplateVariable& variable, bool filled) {
  if (!filled) return mustache::data::type::bool_false;
  const auto members = [&variable] {
    mustache::data all;
    const std::string prefix = std::string{variable.name} + ".";
    for (const auto& one : template_variables()) {
      if (!one.name.starts_with(prefix)) continue;
      const std::string_view name = one.name.substr(prefix.size());
      all.set(std::string{name}, sample_of({name, one.kind}, true));
    }
    return all;
  };
  switch (variable.kind) {
    case Kind::text:
      return mustache::data{"x"};
    case Kind::number:
      return mustache::data{"1"};
    case Kind::flag:
      return mustache::data::type::bool_true;
    case Kind::group:
      return members();
    case Kind::list:
      break;
  }
  mustache::data rows{mustache::data::type::list};
  for (const bool last : {false, true}) {
    mustache::data row = members();
    row.set("last", mustache::data{last});
    rows.push_back(row);
  }
  return rows;
}

std::string sample(mustache::mustache& form, bool filled) {
  mustache::data all;
  for (const auto& variable : template_variables()) {
    if (variable.name.find('.') != std::string_view::npos) continue;
    all.set(std::string{variable.name}, sample_of(variable, filled));
  }
  return form.render(all);
}

// Where the text ceases to be JSON, with what stands there; nothing where it is JSON.
std::optional<std::string> json_fault(const std::string& text) {
  json::stream_parser parser;
  json::error_code error;
  const std::size_t read = parser.write_some(text, error);
  const bool rest = text.find_first_not_of(" \t\r\n", read) != std::string::npos;
  if (!error && !rest) parser.finish(error);
  if (!error && !rest) return std::nullopt;
  const std::size_t from = read > 20 ? read - 20 : 0;
  const std::string around = text.substr(from, 40);
  return around.empty() ? "at its end" : "near " + in_quotes(around);
}

void try_out(Faults& faults, std::uint32_t file, const std::string& text,
             TemplateEscaping escaping) {
  mustache::mustache form{text};
  const Place top{file, 1, 1};
  if (!form.is_valid()) return faults.add(top, "mustache cannot read it: " + form.error_message());
  for (const bool filled : {true, false}) {
    const std::string made = sample(form, filled);
    if (made.size() > largest_templated_body) {
      return faults.add(
          top, fmt::format("it makes messages of more than {} bytes", largest_templated_body));
    }
    if (escaping != TemplateEscaping::json) continue;
    const auto fault = json_fault(made);
    if (!fault) continue;
    return faults.add(
        top,
        fmt::format("what it makes {} is no JSON {}; {}",
                    filled ? "where every variable has a value" : "where no variable has a value",
                    *fault,
                    filled ? "put a comma between, and not after, the members of a list: "
                             "{{^last}},{{/last}}"
                           : "put each variable in quotes, or the whole member in its "
                             "section"));
  }
}

}  // namespace

std::optional<std::string> read_template(Builder& builder, const PlacedText& path,
                                         const std::string& content_type) {
  const auto file = builder.resolved(path.value);
  auto content = read_whole_file(file, largest_template);
  if (!content) {
    builder.faults.add(
        path.place, fmt::format("the template {} cannot be read: {}", printable(file.string(), 300),
                                content.error().sentence));
    return std::nullopt;
  }
  const std::uint32_t number = builder.faults.add_file(file.string());
  if (const auto bad = first_invalid_utf8(*content)) {
    builder.faults.add({number, bad->line, bad->column}, "this is no UTF-8");
    return std::nullopt;
  }
  if (trimmed(*content).empty()) {
    builder.faults.add({number, 1, 1}, "the template is empty");
    return std::nullopt;
  }
  const TemplateEscaping escaping = template_escaping_for(content_type);
  if (!Checker{builder.faults, number, *content, escaping}.check()) return std::nullopt;
  try_out(builder.faults, number, *content, escaping);
  return std::move(*content);
}

}  // namespace kpid::config
