// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/destination_rate.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t most_at_once = 1000;
constexpr std::chrono::hours longest_span{24};
constexpr std::size_t most_rates = 4;
constexpr std::string_view how_to_write = "write it as \"1 per s\", \"25 per 5 min\" or \"none\"";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<RateLimit> parse_rate(std::string_view text) {
  constexpr std::string_view per = " per ";
  const std::size_t middle = text.find(per);
  if (middle == std::string_view::npos) return std::nullopt;
  const std::string_view count = text.substr(0, middle);
  std::string span{text.substr(middle + per.size())};
  if (!span.empty() && !is_digit(span.front())) span.insert(0, "1 ");
  RateLimit rate;
  const auto [end, fault] = std::from_chars(count.data(), count.data() + count.size(), rate.most);
  if (fault != std::errc{} || end != count.data() + count.size()) return std::nullopt;
  const auto within = parse_duration(span);
  if (!within || within->count() <= 0) return std::nullopt;
  rate.within = *within;
  return rate;
}

std::vector<RateLimit> rates_of(DestinationFormat format) {
  switch (format) {
    case DestinationFormat::slack:
    case DestinationFormat::google_chat:
      return {{1, 1s}};
    case DestinationFormat::teams:  // the webhook's own, and what the bot that posts is allowed
      return {{4, 1s}, {25, 5min}};
    default:  // Discord says how long to wait when it is too much
      return {};
  }
}

void read_rate(Builder& builder, TableReader& table, DestinationConfig& destination) {
  destination.rates = rates_of(destination.format);
  if (!table.has("rate")) return;
  destination.rates.clear();
  const auto written = table.text_or_texts("rate");
  for (const PlacedText& one : written) {
    if (one.value == "none" && written.size() == 1) return;
    const auto rate = parse_rate(one.value);
    if (!rate) {
      builder.faults.add(one.place,
                         fmt::format("{} is no rate; {}", in_quotes(one.value), how_to_write));
    } else if (rate->most == 0 || rate->most > most_at_once || rate->within > longest_span) {
      builder.faults.add(one.place,
                         fmt::format("{} is no rate that can be kept: it is from 1 to {} "
                                     "messages, within at most {} hours",
                                     in_quotes(one.value), most_at_once, longest_span.count()));
    } else {
      destination.rates.push_back(*rate);
    }
  }
  if (written.size() > most_rates) {
    builder.faults.add(written[most_rates].place,
                       fmt::format("\"rate\" has more than {} limits", most_rates));
  }
}

}  // namespace kpid::config
