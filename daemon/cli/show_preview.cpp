// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <boost/json.hpp>

#include "cli/show.hpp"
#include "webhooks/pretty_json.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

// A body may have lines; what else steers a terminal is shown as text.
std::string by_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += printable(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

}  // namespace

std::string preview_text(const json::value& preview, const Screen&) {
  std::string text = "What " + printable(text_at(preview, "/destination")) + " (" +
                     text_at(preview, "/format") + ") would get for " + text_at(preview, "/event") +
                     "; nothing is sent.\n";
  const std::string withheld = text_at(preview, "/withheld");
  if (!withheld.empty()) text += "It would NOT get it: " + withheld + ".\n";
  const std::string url = text_at(preview, "/url");
  text += std::string("\n") + (url.starts_with("smtp") ? "A mail by " : "POST ") + printable(url);
  text += "\n";
  for (const json::value& header : list_at(preview, "/headers")) {
    if (header.is_string()) text += printable(header.get_string()) + "\n";
  }
  const std::string body = text_at(preview, "/body");
  json::error_code problem;
  const json::value parsed = json::parse(body, problem);
  return text + "\n" + by_lines(problem ? body : webhooks::pretty(parsed));
}

}  // namespace kpid::cli
