// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/ical_lines.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

constexpr std::size_t most_events = 10'000;
constexpr std::size_t deepest = 5;  // a calendar, an event, its alarm, and room for more

std::string upper(std::string_view text) {
  std::string made{text};
  std::transform(made.begin(), made.end(), made.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return made;
}

struct Open {
  std::string name;
  std::uint32_t line;
};

class Scan {
 public:
  tl::expected<ICalLines, ICalFault> run(std::string_view bytes) {
    constexpr std::string_view byte_order_mark{"\xEF\xBB\xBF"};
    if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
    if (const auto fault = unreadable(bytes)) return tl::unexpected{*fault};
    while (!bytes.empty() && !fault_) {
      ++line_;
      const auto end = bytes.find('\n');
      std::string_view text = bytes.substr(0, end);
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
      while (text.ends_with('\r')) text.remove_suffix(1);
      // A line that begins with a blank goes on with the one before.
      if (!text.empty() && text.front() != ' ' && text.front() != '\t') take(text);
    }
    if (fault_) return tl::unexpected{*fault_};
    if (!begun_) return tl::unexpected{ICalFault{0, "the file is empty"}};
    if (!open_.empty()) {
      return tl::unexpected{
          ICalFault{open_.back().line, "the file ends before END:" + printable(open_.back().name) +
                                           ": it is not complete; export it again"}};
    }
    return std::move(found_);
  }

 private:
  static std::optional<ICalFault> unreadable(std::string_view bytes) {
    if (const auto bad = first_invalid_utf8(bytes)) {
      return ICalFault{bad->line, "not UTF-8; export the calendar again as iCalendar (.ics)"};
    }
    const auto nul = bytes.find('\0');
    if (nul == std::string_view::npos) return std::nullopt;
    const auto lines = std::count(bytes.begin(), bytes.begin() + static_cast<long>(nul), '\n');
    return ICalFault{static_cast<std::uint32_t>(lines + 1),
                     "no text: it holds a NUL; export the calendar again as iCalendar (.ics)"};
  }

  void fail(std::string sentence) { fault_ = ICalFault{line_, std::move(sentence)}; }

  void take(std::string_view text) {
    const auto end = text.find_first_of(":;");
    const std::string name = upper(text.substr(0, end));
    const std::string value =
        end == std::string_view::npos ? std::string{} : upper(text.substr(end + 1));
    if (open_.empty() && !(name == "BEGIN" && value == "VCALENDAR")) {
      return fail("this is no iCalendar file: " + in_quotes(printable(text, 40)) +
                  " stands where BEGIN:VCALENDAR is expected");
    }
    begun_ = true;
    if (name == "BEGIN") return begin(value);
    if (name == "END") return end_of(value);
    if (open_.back().name != "VEVENT") return;
    const auto known = std::find(day_properties.begin(), day_properties.end(), name);
    if (known != day_properties.end()) {
      ++found_.events.back().given.at(static_cast<std::size_t>(known - day_properties.begin()));
    }
  }

  void begin(const std::string& name) {
    if (open_.size() >= deepest) {
      return fail(fmt::format("components stand more than {} deep in one another", deepest));
    }
    if (name == "VEVENT" && open_.back().name != "VCALENDAR") {
      return fail("an event stands within " + printable(open_.back().name) +
                  "; it must stand in a VCALENDAR");
    }
    if (name == "VEVENT") {
      if (found_.events.size() >= most_events) {
        return fail(
            fmt::format("the file has more than {} events; a calendar of term dates has a "
                        "few dozen: export that one alone",
                        most_events));
      }
      found_.events.push_back({line_, {}});
    }
    open_.push_back({name, line_});
  }

  void end_of(const std::string& name) {
    if (open_.back().name != name) {
      return fail(fmt::format("END:{} does not close BEGIN:{} of line {}", printable(name),
                              printable(open_.back().name), open_.back().line));
    }
    open_.pop_back();
  }

  ICalLines found_;
  std::vector<Open> open_;
  std::optional<ICalFault> fault_;
  std::uint32_t line_ = 0;
  bool begun_ = false;
};

}  // namespace

tl::expected<ICalLines, ICalFault> ical_lines(std::string_view bytes) { return Scan{}.run(bytes); }

}  // namespace kpid::config
