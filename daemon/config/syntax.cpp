// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/syntax.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <arpa/inet.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace kpid::config {
namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool holds(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }
bool is_alphanumeric(char c) { return holds(lower, c) || holds(upper, c) || holds(digits, c); }

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

// How many bytes the character at `at` has; 0 where it is not UTF-8 (overlong, surrogate, beyond
// U+10FFFF, cut).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : (first >= 0xE0 ? 3 : 2);
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

// Insertions, deletions, replacements and swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_back(b.size() + 1);
  std::vector<std::size_t> back(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(back.begin(), back.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = back[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({back[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two_back[j - 2] + 1);
      }
    }
    std::swap(two_back, back);
    std::swap(back, row);
  }
  return back[b.size()];
}

std::optional<double> read_number(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

// "-£12,500.50" to "-12500.50"; commas only where thousands stand.
std::optional<std::string> without_money_marks(std::string_view text) {
  constexpr std::string_view pound = "£";
  std::string plain;
  if (text.starts_with('-')) {
    plain = "-";
    text.remove_prefix(1);
  }
  if (text.starts_with(pound)) text.remove_prefix(pound.size());
  if (text.empty() || !holds(digits, text.front())) return std::nullopt;
  const std::string_view whole = text.substr(0, text.find('.'));
  const bool grouped = whole.find(',') != std::string_view::npos;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const bool comma_here = (whole.size() - i) % 4 == 0;
    if (grouped && i > 0 && comma_here != (whole[i] == ',')) return std::nullopt;
    if (whole[i] != ',') plain += whole[i];
  }
  return plain.append(text.substr(whole.size()));
}

std::optional<std::vector<unsigned char>> address_bytes(const std::string& text) {
  std::vector<unsigned char> bytes(4);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(16);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

bool is_link_local(const std::vector<unsigned char>& bytes, unsigned prefix) {
  if (bytes.size() == 4) return prefix >= 16 && bytes[0] == 169 && bytes[1] == 254;
  return prefix >= 10 && bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80U;
}

}  // namespace

std::optional<TextPlace> first_invalid_utf8(std::string_view text) {
  TextPlace place;
  while (place.offset < text.size()) {
    const std::size_t length = utf8_length(text, place.offset);
    if (length == 0) return place;
    if (text[place.offset] == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
    place.offset += length;
  }
  return std::nullopt;
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    // C1 controls (U+0080 to U+009F) steer terminals too.
    const bool c1 = length == 2 && first == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (length == 0 || first < 0x20 || first == 0x7F || c1) {
      shown += fmt::format("\\x{:02X}", first);
      ++at;
    } else {
      shown += text.substr(at, length);
      at += length;
    }
    if (shown.size() >= limit && at < text.size()) return shown + "…";
  }
  return shown;
}

std::string in_quotes(std::string_view text) { return '"' + printable(text) + '"'; }

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 100;  // beyond it nothing is a slip of the pen
  if (wanted.empty() || wanted.size() > longest) return {};
  std::size_t smallest = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  const std::string* nearest = nullptr;
  for (const auto& name : known) {
    if (name.size() > longest) continue;
    const std::size_t apart = distance(wanted, name);
    if (apart < smallest) {
      smallest = apart;
      nearest = &name;
    }
  }
  return nearest == nullptr ? std::string() : "; did you mean " + in_quotes(*nearest) + "?";
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_alphanumeric(text.front()) &&
         all_of(text, [](char c) { return is_alphanumeric(c) || holds("-_.", c); });
}

bool is_plugin_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         all_of(text, [](char c) { return holds(lower, c) || holds(digits, c) || c == '_'; });
}

bool is_dotted_id(std::string_view text) {
  if (text.size() > 128 || text.find('.') == std::string_view::npos) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_plugin_id(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_urn(std::string_view text) {
  return text.size() == 6 && text.front() != '0' &&
         all_of(text, [](char c) { return holds(digits, c); });
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) &&
         all_of(text, [](char c) { return is_alphanumeric(c) || holds("-.", c); });
}

bool is_credential_name(std::string_view text) {
  return text.size() <= 255 && !text.empty() && text != "." && text != ".." &&
         all_of(text, [](char c) { return is_alphanumeric(c) || holds("-_.@", c); });
}

std::optional<Threshold> parse_threshold(std::string_view text, bool money) {
  using Operator = Threshold::Operator;
  constexpr std::array<std::pair<std::string_view, Operator>, 4> operators{
      {{"<=", Operator::at_most},
       {">=", Operator::at_least},
       {"<", Operator::below},
       {">", Operator::above}}};
  const auto trim = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return part;
  };
  text = trim(text);
  for (const auto& [sign, op] : operators) {
    if (!text.starts_with(sign)) continue;
    const std::string_view bound = trim(text.substr(sign.size()));
    const auto plain = money ? without_money_marks(bound) : std::string{bound};
    const auto value = plain ? read_number(*plain) : std::nullopt;
    if (!value) return std::nullopt;
    return Threshold{op, money ? pence(*value) : *value};
  }
  return std::nullopt;
}

double pence(double pounds) { return std::round(pounds * 100.0); }

std::optional<std::uint64_t> parse_memory(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  const unsigned shift = unit == "MiB" ? 20 : (unit == "GiB" ? 30 : 0);
  if (error != std::errc{} || shift == 0 || count > (std::uint64_t{1} << 40) >> shift) {
    return std::nullopt;
  }
  return count << shift;
}

std::optional<std::string> url_fault(std::string_view url) {
  constexpr std::size_t longest = 8192;
  const auto parsed = boost::urls::parse_uri(url);
  if (url.size() > longest || !parsed) {
    return "is not valid; write it as https://host/path, with other characters percent-encoded";
  }
  if (parsed->scheme_id() != boost::urls::scheme::https &&
      parsed->scheme_id() != boost::urls::scheme::http) {
    return "must start with https:// or http://";
  }
  if (parsed->has_userinfo()) {
    return "must not hold a user or a password: they would be sent to every proxy and log";
  }
  if (parsed->encoded_host().empty()) return "has no host";
  if (parsed->has_port() && parsed->port_number() == 0) return "has no valid port";
  return std::nullopt;
}

std::optional<std::string> network_fault(std::string_view text) {
  const std::string wanted = " is no network; write it as 10.1.0.0/16 or fd00::/8";
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return wanted;
  const auto bytes = address_bytes(std::string{text.substr(0, slash)});
  unsigned prefix = 0;
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
  if (!bytes || error != std::errc{} || end != bits.data() + bits.size() ||
      prefix > bytes->size() * 8) {
    return wanted;
  }
  for (unsigned bit = prefix; bit < bytes->size() * 8; ++bit) {
    if (((*bytes)[bit / 8] & (0x80U >> bit % 8)) != 0) {
      return fmt::format(
          " has bits set beyond its prefix of {}; a single address is written "
          "with /{}",
          prefix, bytes->size() * 8);
    }
  }
  if (is_link_local(*bytes, prefix)) {
    return " is link-local, which no destination may open";
  }
  return std::nullopt;
}

bool is_signing_secret(std::string_view text) {
  constexpr std::string_view shared = "whsec_";
  constexpr std::string_view pair = "whsk_";
  const bool is_pair = text.starts_with(pair);
  if (!is_pair && !text.starts_with(shared)) return false;
  text.remove_prefix(is_pair ? pair.size() : shared.size());
  if (text.empty() || text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  const std::size_t bytes = (text.size() + padding) / 4 * 3 - padding;
  return bytes >= (is_pair ? 64U : 24U) && bytes <= 64 &&
         all_of(text, [](char c) { return is_alphanumeric(c) || holds("+/", c); });
}

}  // namespace kpid::config
