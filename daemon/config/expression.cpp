// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/expression.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/syntax.hpp"
#include "config/table_reader.hpp"
#include "kpis/expression.hpp"
#include "model/subgroup.hpp"

namespace kpid::config {

using Node = WrittenExpression::Node;
using Kind = Node::Kind;
using At = Reference::At;
using Index = tl::expected<std::uint32_t, SyntaxFault>;

namespace {

constexpr std::array<std::pair<std::string_view, At>, 3> moments{
    {{"autumn_census", At::autumn_census},
     {"year_before", At::year_before},
     {"latest", At::latest}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_of_name(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.'; }

}  // namespace

class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view text) : text_(text) {}

  tl::expected<WrittenExpression, SyntaxFault> read() {
    if (text_.size() > WrittenExpression::longest) {
      return tl::unexpected(SyntaxFault{"the expression is longer than 2000 bytes", 0});
    }
    const auto root = sum();
    if (!root) return tl::unexpected(root.error());
    skip_blanks();
    if (at_ < text_.size()) {
      return fault(text_[at_] == ')' ? "this bracket was never opened"
                                     : in_quotes(text_.substr(at_, 12)) +
                                           " is not expected here; an operator is: + - * / or ^");
    }
    if (result_.names_.empty()) {
      return tl::unexpected(SyntaxFault{"the expression names no measure and no KPI", 0});
    }
    result_.root_ = *root;
    return std::move(result_);
  }

 private:
  tl::unexpected<SyntaxFault> fault(std::string sentence) const {
    return tl::unexpected(SyntaxFault{std::move(sentence), std::min(at_, text_.size())});
  }
  void skip_blanks() {
    constexpr std::string_view blanks = " \t\r\n";
    while (at_ < text_.size() && blanks.find(text_[at_]) != std::string_view::npos) ++at_;
  }
  // The next character that is no blank; 0 at the end.
  char next() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::string_view take_while(bool (*belongs)(char)) {
    const std::size_t first = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return text_.substr(first, at_ - first);
  }
  std::uint32_t add(Node node) {
    result_.nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(result_.nodes_.size() - 1);
  }

  Index sum() {
    auto left = product();
    while (left && (next() == '+' || next() == '-')) {
      const Kind kind = text_[at_] == '+' ? Kind::add : Kind::subtract;
      left = joined(kind, *left, &ExpressionReader::product);
    }
    return left;
  }
  Index product() {
    auto left = factor();
    while (left && (next() == '*' || next() == '/')) {
      const Kind kind = text_[at_] == '*' ? Kind::multiply : Kind::divide;
      left = joined(kind, *left, &ExpressionReader::factor);
    }
    return left;
  }
  // After the operator that stands here: left and what follows, as one.
  Index joined(Kind kind, std::uint32_t left, Index (ExpressionReader::*right_side)()) {
    const std::size_t offset = at_++;
    const auto right = (this->*right_side)();
    if (!right) return right;
    return add({kind, offset, {}, 0, {left, *right}});
  }
  // Every recursion comes through here.
  Index factor() {
    if (depth_ >= WrittenExpression::deepest) return fault("too many brackets within brackets");
    ++depth_;
    auto found = signed_or_power();
    --depth_;
    return found;
  }
  Index signed_or_power() {
    const char c = next();
    if (c == '+' || c == '-') {
      const std::size_t offset = at_++;
      const auto of = factor();
      if (!of || c == '+') return of;
      return add({Kind::negate, offset, {}, 0, {*of}});
    }
    const auto base = primary();
    if (!base || next() != '^') return base;
    return joined(Kind::power, *base, &ExpressionReader::factor);
  }
  Index primary() {
    const char c = next();
    if (c == '\0') return fault("the expression ends where a number or a name is expected");
    if (c == '(') return bracketed();
    if (is_digit(c) || c == '.') return number();
    if (is_letter(c)) return name_or_call();
    return fault(in_quotes(text_.substr(at_, 1)) +
                 " is not expected here; a number, a measure, a KPI or a bracket is");
  }
  Index bracketed() {
    const std::size_t opened = at_++;
    auto inner = sum();
    if (!inner) return inner;
    if (next() != ')') {
      return tl::unexpected(SyntaxFault{"this bracket is never closed", opened});
    }
    ++at_;
    return inner;
  }
  Index number() {
    const std::size_t offset = at_;
    const std::string_view digits =
        take_while([](char c) { return is_digit(c) || c == '.' || is_letter(c) || c == '_'; });
    const auto points = std::count(digits.begin(), digits.end(), '.');
    const bool plain =
        std::all_of(digits.begin(), digits.end(), [](char c) { return is_digit(c) || c == '.'; });
    if (!plain || points > 1 || digits.front() == '.' || digits.back() == '.') {
      at_ = offset;
      return fault(in_quotes(digits) + " is no number; write it as 12 or 0.5");
    }
    return add({Kind::number, offset, std::string{digits}, 0, {}});
  }
  Index name_or_call() {
    const std::size_t offset = at_;
    const std::string name{take_while(is_of_name)};
    if (next() == '(') return call(name, offset);
    if (!is_dotted_id(name)) {
      at_ = offset;
      return fault(in_quotes(name) +
                   " is no measure or KPI; one has a dot, as \"finance.reserves\"");
    }
    WrittenName written{name, {}, {}, offset};
    if (next() == '{') {
      auto read = subgroup(written);
      if (!read) return tl::unexpected(std::move(read).error());
    }
    if (next() == '@') {
      auto read = moment(written);
      if (!read) return tl::unexpected(std::move(read).error());
    }
    result_.names_.push_back(std::move(written));
    const auto index = static_cast<std::uint32_t>(result_.names_.size() - 1);
    return add({Kind::name, offset, {}, index, {}});
  }
  Index call(const std::string& name, std::size_t offset) {
    const auto& known = Expression::functions;
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
      at_ = offset;
      return fault("there is no function " + in_quotes(name) +
                   advice(name, {std::begin(known), std::end(known)}));
    }
    Node node{Kind::call, offset, name, 0, {}};
    do {
      ++at_;  // the opening bracket, or a comma
      const auto part = sum();
      if (!part) return part;
      node.parts.push_back(*part);
    } while (next() == ',');
    if (next() != ')') return fault("a \")\" is missing after what " + in_quotes(name) + " takes");
    ++at_;
    const bool takes_one = name == "abs" || name == "sqrt";
    if (takes_one != (node.parts.size() == 1)) {
      at_ = offset;
      return fault(in_quotes(name) +
                   (takes_one ? " takes one value" : " takes two values or more"));
    }
    return add(std::move(node));
  }
  tl::expected<void, SyntaxFault> subgroup(WrittenName& name) {
    const std::size_t closed = text_.find('}', at_);
    if (closed == std::string_view::npos) return fault("this { is never closed by a }");
    auto canonical = canonical_subgroup(text_.substr(at_ + 1, closed - at_ - 1));
    if (!canonical) {
      return fault(in_quotes(text_.substr(at_, closed + 1 - at_)) +
                   " is no subgroup; write it as {pupil_group=send}, or {} for all pupils");
    }
    name.subgroup = std::move(*canonical);
    at_ = closed + 1;
    return {};
  }
  tl::expected<void, SyntaxFault> moment(WrittenName& name) {
    const std::size_t offset = at_++;
    const std::string_view word = take_while([](char c) { return is_letter(c) || c == '_'; });
    std::vector<std::string> known;
    for (const auto& [text, at] : moments) {
      if (word == text) {
        name.at = at;
        return {};
      }
      known.push_back("@" + std::string{text});
    }
    at_ = offset;
    const std::string written = "@" + std::string{word};
    return fault(in_quotes(written) + " is no time" + advice(written, known));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  WrittenExpression result_;
};

tl::expected<WrittenExpression, SyntaxFault> WrittenExpression::parse(std::string_view text) {
  return ExpressionReader(text).read();
}

std::string WrittenExpression::render(
    const std::function<std::string(const WrittenName&)>& written_as) const {
  std::vector<std::string> texts;  // parts stand before their whole, so no recursion is needed
  texts.reserve(nodes_.size());
  const auto pair = [&](const Node& node, char sign) {
    return fmt::format("({} {} {})", texts[node.parts[0]], sign, texts[node.parts[1]]);
  };
  for (const Node& node : nodes_) {
    switch (node.kind) {
      case Kind::number:
        texts.push_back(node.text);
        break;
      case Kind::name:
        texts.push_back(written_as(names_[node.name]));
        break;
      case Kind::negate:
        texts.push_back("(-" + texts[node.parts[0]] + ")");
        break;
      case Kind::add:
        texts.push_back(pair(node, '+'));
        break;
      case Kind::subtract:
        texts.push_back(pair(node, '-'));
        break;
      case Kind::multiply:
        texts.push_back(pair(node, '*'));
        break;
      case Kind::divide:
        texts.push_back(pair(node, '/'));
        break;
      case Kind::power:
        texts.push_back(pair(node, '^'));
        break;
      case Kind::call: {
        std::string call = node.text + "(";
        for (std::size_t i = 0; i < node.parts.size(); ++i) {
          call += (i == 0 ? "" : ", ") + texts[node.parts[i]];
        }
        texts.push_back(call + ")");
        break;
      }
    }
  }
  return texts.at(root_);
}

}  // namespace kpid::config
