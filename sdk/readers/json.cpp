// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/json.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <system_error>
#include <type_traits>

#include <simdjson.h>

#include "readers/encoding.hpp"
#include "readers/typed_cell.hpp"

namespace kpid::readers {
namespace {

namespace dom = simdjson::dom;

std::optional<dom::element> find_in(dom::element element, std::string_view path) {
  if (path.empty()) return element;
  if (element.is_array()) {
    const auto part = path.substr(0, path.find('.'));
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    dom::element child;
    if (error != std::errc() || end != part.data() + part.size() ||
        element.get_array().value_unsafe().at(index).get(child) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    return find_in(child, path.substr(std::min(part.size() + 1, path.size())));
  }
  if (!element.is_object()) return std::nullopt;
  const dom::object object = element.get_object().value_unsafe();
  dom::element child;
  if (object.at_key(path).get(child) == simdjson::SUCCESS) return child;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    if (object.at_key(path.substr(0, dot)).get(child) != simdjson::SUCCESS) continue;
    if (auto found = find_in(child, path.substr(dot + 1))) return found;
  }
  return std::nullopt;
}

std::string_view kind(dom::element element) {
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return "a list";
    case dom::element_type::OBJECT:
      return "an object";
    case dom::element_type::STRING:
      return "text";
    case dom::element_type::BOOL:
      return "true or false";
    case dom::element_type::NULL_VALUE:
      return "null";
    default:
      return "a number";
  }
}

// The digits of a number, without an exponent where that is at all short.
class Digits {
 public:
  template <class Number>
  explicit Digits(Number number) {
    auto result = write(number);
    size_ = static_cast<std::size_t>(result - buffer_.data());
  }
  [[nodiscard]] std::string_view text() const { return {buffer_.data(), size_}; }

 private:
  template <class Number>
  char* write(Number number) {
    char* const begin = buffer_.data();
    char* const end = begin + buffer_.size();
    if constexpr (std::is_floating_point_v<Number>) {
      const auto fixed = std::to_chars(begin, end, number, std::chars_format::fixed);
      if (fixed.ec == std::errc()) return fixed.ptr;
    }
    return std::to_chars(begin, end, number).ptr;
  }
  std::array<char, 48> buffer_{};
  std::size_t size_ = 0;
};

std::string what_is_wrong(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return "The file is empty; fetch or export it again.";
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return "The JSON is too large for the memory that reading it may take; ask for it in smaller "
             "parts.";
    case simdjson::DEPTH_ERROR:
      return "The JSON is nested too deeply to be read; fetch or export the file again.";
    case simdjson::UTF8_ERROR:
      return "The JSON is not in UTF-8; export it again in that encoding.";
    case simdjson::NUMBER_ERROR:
      return "The JSON holds a number that is badly written or too large; fetch or export the file "
             "again.";
    case simdjson::UNCLOSED_STRING:
      return "The JSON ends inside a text, so it was cut short; fetch or export the file again.";
    default:
      return "The file is not well-formed JSON, or was cut short; fetch or export it again.";
  }
}

}  // namespace

struct JsonValue::Access {
  static_assert(sizeof(dom::element) == sizeof(Element) &&
                std::is_trivially_copyable_v<dom::element>);
  static_assert(sizeof(dom::array::iterator) == sizeof(Element) &&
                sizeof(dom::object::iterator) == sizeof(Element));

  static dom::element open(Element element) { return std::bit_cast<dom::element>(element); }
  template <class Simdjson>
  static Element close(const Simdjson& place) {
    return std::bit_cast<Element>(place);
  }

  static CellPlace place(const JsonValue& value, std::string_view path) {
    return {value.row_, path, value.quote_, nullptr};
  }

  // Calls `read` with the place and the text of the value; missing where there is none.
  template <class T, class Read>
  static Cell<T> typed(const JsonValue& value, std::string_view path, const Read& read) {
    const auto found = find_in(open(value.element_), path);
    if (!found || found->is_null()) return std::optional<T>();
    const auto at = place(value, path);
    switch (found->type()) {
      case dom::element_type::STRING:
        return read(at, found->get_string().value_unsafe());
      case dom::element_type::INT64:
        return read(at, Digits(std::int64_t{found->get_int64().value_unsafe()}).text());
      case dom::element_type::UINT64:
        return read(at, Digits(std::uint64_t{found->get_uint64().value_unsafe()}).text());
      case dom::element_type::DOUBLE:
        return read(at, Digits(found->get_double().value_unsafe()).text());
      default:
        return tl::unexpected(
            Fault{"The value is " + std::string(kind(*found)) + ", not text or a number.",
                  value.row_, std::string(path)});
    }
  }
};

bool JsonValue::has(std::string_view path) const {
  return find_in(Access::open(element_), path).has_value();
}

Cell<std::string> JsonValue::text(std::string_view path, std::size_t bytes_max) const {
  return Access::typed<std::string>(
      *this, path, [bytes_max](const CellPlace& at, std::string_view cell) -> Cell<std::string> {
        const auto text = text_cell(at, cell, bytes_max);
        if (!text) return tl::unexpected(text.error());
        return *text ? std::optional<std::string>(**text) : std::nullopt;
      });
}

Cell<std::int64_t> JsonValue::integer(std::string_view path) const {
  const auto found = find_in(Access::open(element_), path);
  if (found && found->is_int64()) return std::int64_t{found->get_int64().value_unsafe()};
  return Access::typed<std::int64_t>(*this, path, integer_cell);
}

Cell<double> JsonValue::number(std::string_view path) const {
  const auto found = find_in(Access::open(element_), path);
  if (found && found->is_number()) return found->get_double().value_unsafe();
  return Access::typed<double>(*this, path, number_cell);
}

Cell<bool> JsonValue::boolean(std::string_view path) const {
  const auto found = find_in(Access::open(element_), path);
  if (!found || found->is_null()) return std::optional<bool>();
  if (found->is_bool()) return found->get_bool().value_unsafe();
  if (found->is_string()) {
    const auto text = trim(found->get_string().value_unsafe());
    if (is_missing(text)) return std::optional<bool>();
    if (text == "true") return true;
    if (text == "false") return false;
  }
  return tl::unexpected(fault(path, "is not true or false"));
}

Cell<std::int64_t> JsonValue::pence(std::string_view path) const {
  return Access::typed<std::int64_t>(*this, path, pence_cell);
}

Cell<double> JsonValue::percent(std::string_view path) const {
  return Access::typed<double>(*this, path, percent_cell);
}

Cell<std::int32_t> JsonValue::date(std::string_view path, DateOrder order) const {
  return Access::typed<std::int32_t>(
      *this, path,
      [order](const CellPlace& at, std::string_view cell) { return date_cell(at, cell, order); });
}

Cell<DateTime> JsonValue::date_time(std::string_view path, DateOrder order) const {
  return Access::typed<DateTime>(*this, path, [order](const CellPlace& at, std::string_view cell) {
    return date_time_cell(at, cell, order);
  });
}

Cell<int> JsonValue::start_year(std::string_view path) const {
  return Access::typed<int>(*this, path, start_year_cell);
}

tl::expected<JsonRecords, Fault> JsonValue::records(std::string_view path) const {
  const std::string where = path.empty() ? "as a whole" : "at " + in_quotes(path);
  const auto found = find_in(Access::open(element_), path);
  if (!found) {
    return tl::unexpected(Fault{
        "The JSON has nothing " + where + "; look at what the source gave, or correct the path.",
        row_, std::string(path)});
  }
  if (found->is_array()) {
    const dom::array array = found->get_array().value_unsafe();
    return JsonRecords(false, Access::close(array.begin()), Access::close(array.end()), quote_);
  }
  if (found->is_object()) {
    const dom::object object = found->get_object().value_unsafe();
    return JsonRecords(true, Access::close(object.begin()), Access::close(object.end()), quote_);
  }
  return tl::unexpected(Fault{"What the JSON has " + where + " is " + std::string(kind(*found)) +
                                  ", not a list of records; correct the path.",
                              row_, std::string(path)});
}

Fault JsonValue::fault(std::string_view path, std::string_view is) const {
  const auto found = find_in(Access::open(element_), path);
  auto at = Access::place(*this, path);
  if (!found || !found->is_string()) at.quote = false;
  return cell_fault(at, at.quote ? found->get_string().value_unsafe() : std::string_view(), is);
}

bool JsonRecords::next() {
  using Access = JsonValue::Access;
  const auto step = [this](auto at, auto end) {
    if (!(at != end)) return false;
    if constexpr (std::is_same_v<decltype(at), dom::object::iterator>) {
      key_ = at.key();
      record_.element_ = Access::close(at.value());
    } else {
      record_.element_ = Access::close(*at);
    }
    ++record_.row_;
    ++at;
    at_ = Access::close(at);
    return true;
  };
  return keyed_ ? step(std::bit_cast<dom::object::iterator>(at_),
                       std::bit_cast<dom::object::iterator>(end_))
                : step(std::bit_cast<dom::array::iterator>(at_),
                       std::bit_cast<dom::array::iterator>(end_));
}

struct JsonDocument::Parsed {
  dom::parser parser;
  dom::element root;
};

void JsonDocument::Forget::operator()(Parsed* parsed) const {
  std::default_delete<Parsed>()(parsed);
}

tl::expected<JsonDocument, Fault> JsonDocument::open(std::string_view bytes, JsonOptions options) {
  if (const auto other = not_text(bytes)) {
    return tl::unexpected(Fault{"The file is " + std::string(*other) +
                                ", not JSON; look at the address or sign in again."});
  }
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return tl::unexpected(Fault{what_is_wrong(simdjson::UTF8_ERROR)});
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.size() > options.bytes_max) {
    return tl::unexpected(Fault{what_is_wrong(simdjson::CAPACITY)});
  }
  std::unique_ptr<Parsed, Forget> parsed(std::make_unique<Parsed>().release());
  // Of an empty document there may be no bytes at all, which memcpy must not be given.
  const char* const data = bytes.empty() ? "" : bytes.data();
  const auto error = parsed->parser.parse(data, bytes.size()).get(parsed->root);
  if (error != simdjson::SUCCESS) return tl::unexpected(Fault{what_is_wrong(error)});
  return JsonDocument(std::move(parsed), options.quote_cells);
}

JsonValue JsonDocument::root() const {
  return {JsonValue::Access::close(parsed_->root), 0, quote_};
}

}  // namespace kpid::readers
