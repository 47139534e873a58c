// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/table_header.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "readers/cell.hpp"
#include "readers/names.hpp"

namespace kpid::readers {
namespace {

constexpr std::size_t kNearestMax = 3;
constexpr std::size_t kComparedMax = 256;  // columns of a row that are compared for likeness
constexpr std::size_t kNameBytesMax = 60;  // compared of a header's name
constexpr std::size_t kUnusedMax = 100;

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row.back();
}

// 0 is the same; nothing where a name is so far off that showing it would not help (and might show
// a cell of a file without a header).
std::optional<std::size_t> distance(const std::string& wanted, const std::string& found) {
  const auto a = std::string_view(wanted).substr(0, kNameBytesMax);
  const auto b = std::string_view(found).substr(0, kNameBytesMax);
  if (a.size() < 3 || b.size() < 3) return a == b ? std::optional<std::size_t>(0) : std::nullopt;
  if (a.find(b) != std::string_view::npos || b.find(a) != std::string_view::npos) return 1;
  const std::size_t shorter = std::min(a.size(), b.size());
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t count_max = std::max<std::size_t>(1, longer * 2 / 5);
  if (longer - shorter > count_max) return std::nullopt;
  const std::size_t count = edits(a, b);
  return count <= count_max ? std::optional(count) : std::nullopt;
}

std::vector<std::string> normal_names(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.push_back(normal_name(name));
  return out;
}

std::vector<std::string> nearest(const Column& column, const std::vector<std::string>& names) {
  const auto wanted = normal_names(column.names);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : std::span(names).first(std::min(names.size(), kComparedMax))) {
    const std::string found = normal_name(name);
    std::optional<std::size_t> best;
    for (const std::string& one : wanted) {
      const auto far = distance(one, found);
      if (far && (!best || *far < *best)) best = far;
    }
    if (best) near.emplace_back(*best, shown_name(name));
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (auto& [far, name] : near) {
    if (out.size() < kNearestMax) out.push_back(std::move(name));
  }
  return out;
}

// Finds columns by their names in one header.
class Finder {
 public:
  explicit Finder(const HeaderNames& names)
      : names_(normal_names(names.names)), lower_(normal_names(names.lower)) {}

  // Every place whose whole name, or else whose lower name alone, is the wanted one.
  [[nodiscard]] std::vector<std::size_t> places(std::string_view wanted) const {
    const std::string pattern = normal_name(wanted);
    auto out = places_in(names_, pattern);
    return out.empty() ? places_in(lower_, pattern) : out;
  }
  [[nodiscard]] bool has(const Column& column) const {
    return std::any_of(column.names.begin(), column.names.end(),
                       [this](const std::string& name) { return !places(name).empty(); });
  }
  [[nodiscard]] std::size_t width() const {
    std::size_t width = names_.size();
    while (width > 0 && names_[width - 1].empty()) --width;
    return width;
  }

 private:
  static std::vector<std::size_t> places_in(const std::vector<std::string>& names,
                                            std::string_view pattern) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!names[i].empty() && matches_pattern(names[i], pattern)) out.push_back(i);
    }
    return out;
  }

  std::vector<std::string> names_;
  std::vector<std::string> lower_;
};

Fault twice(const Column& column, const std::string& wanted, const std::string& title,
            std::uint32_t row) {
  if (wanted.find('*') != std::string::npos && !column.group) {
    return {"The header has more than one column like \"" + shown_name(wanted) +
                "\"; name the one that counts in the settings.",
            row, title};
  }
  return {"The header has the column \"" + title +
              "\" twice; remove one of them, so that it is clear which one counts.",
          row, title};
}

Fault shared(const std::string& title, std::uint32_t row) {
  return {"The column \"" + title +
              "\" is named for two different things; give each a column of its own.",
          row, title};
}

void find_group(const Finder& finder, const Column& column, const HeaderNames& names,
                std::size_t index, HeaderMatch& match) {
  std::vector<std::size_t> places;
  for (const std::string& wanted : column.names) {
    for (const std::size_t place : finder.places(wanted)) places.push_back(place);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  for (const std::size_t place : places) {
    match.groups[index].push_back(match.places.size());
    match.places.emplace_back(place);
    match.titles.push_back(shown_name(names.names[place]));
  }
  if (!places.empty()) match.places[index] = places.front();
}

std::vector<std::string> unused_names(const HeaderNames& names, const HeaderMatch& match) {
  std::vector<bool> used(match.width);
  for (const auto& place : match.places) {
    if (place && *place < used.size()) used[*place] = true;
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < match.width && out.size() < kUnusedMax; ++i) {
    if (!used[i]) out.push_back(shown_name(names.names[i]));
  }
  return out;
}

}  // namespace

HeaderNames joined_names(const std::vector<std::string>& upper,
                         const std::vector<std::string>& lower) {
  HeaderNames out;
  out.lower = lower;
  std::string above;
  const std::size_t size = std::max(upper.size(), lower.size());
  out.names.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    if (i < upper.size() && !trim(upper[i]).empty()) above = trim(upper[i]);
    const std::string below(i < lower.size() ? trim(lower[i]) : std::string_view());
    // A name above a blank stands for itself, and only where it stands.
    const bool own = i < upper.size() && !trim(upper[i]).empty();
    if (below.empty()) {
      out.names.push_back(own ? above : "");
    } else {
      out.names.push_back(above.empty() ? below : above + " " + below);
    }
  }
  return out;
}

tl::expected<std::optional<HeaderMatch>, Fault> match_header(const std::vector<Column>& columns,
                                                             const HeaderNames& names,
                                                             std::uint32_t row) {
  const Finder finder(names);
  HeaderMatch match;
  match.places.resize(columns.size());
  match.titles.resize(columns.size());
  match.groups.resize(columns.size());
  std::optional<Fault> fault;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Column& column = columns[c];
    if (!column.names.empty()) match.titles[c] = shown_name(column.names.front());
    if (column.group) {
      find_group(finder, column, names, c, match);
    } else {
      for (const std::string& wanted : column.names) {
        const auto found = finder.places(wanted);
        if (found.empty()) continue;
        match.places[c] = found.front();
        match.titles[c] = shown_name(names.names[found.front()]);
        if (found.size() > 1 && !fault) fault = twice(column, wanted, match.titles[c], row);
        break;
      }
      for (std::size_t other = 0; !fault && match.places[c] && other < c; ++other) {
        const bool same = !columns[other].group && match.places[other] == match.places[c];
        if (same) fault = shared(match.titles[c], row);
      }
    }
    if (!match.places[c] && column.required) return std::nullopt;
  }
  if (fault) return tl::unexpected(std::move(*fault));
  match.width = finder.width();
  match.unused = unused_names(names, match);
  return match;
}

bool has_some(const std::vector<Column>& columns, const HeaderNames& names) {
  const Finder finder(names);
  return std::any_of(columns.begin(), columns.end(),
                     [&finder](const Column& column) { return finder.has(column); });
}

std::size_t likeness(const std::vector<Column>& columns, const HeaderNames& names) {
  const Finder finder(names);
  std::size_t out = 0;
  for (const Column& column : columns) {
    if (finder.has(column)) out += 2 * columns.size() + 1;
    if (!nearest(column, names.names).empty()) ++out;
  }
  return out;
}

Fault missing_columns(const std::vector<Column>& columns, const HeaderNames& names,
                      std::uint32_t row) {
  const Finder finder(names);
  std::string sentence;
  for (const Column& column : columns) {
    if (!column.required || finder.has(column)) continue;
    std::vector<std::string> wanted;
    for (const std::string& name : column.names) wanted.push_back(shown_name(name));
    sentence += "There is no column " + quoted_list(wanted, " or ");
    const auto near = nearest(column, names.names);
    sentence += near.empty() ? "; no column of the file has a name like it. "
                             : "; the nearest in the file: " + quoted_list(near, ", ") + ". ";
  }
  return {sentence + "Name the file's own columns in the settings, or export it with these.", row};
}

}  // namespace kpid::readers
