// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// One body that satisfies CloudEvents 1.0 and Standard Webhooks alike: `timestamp` is a legal name
// of a CloudEvents extension.

#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

// `source` is a URI reference: whatever may not stand in a path is percent-encoded.
std::string as_path_segment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

// Takes long parts out of `data` until the whole body fits. What was taken stands in "omitted",
// under the member's name, as "and N more": the members themselves keep their types.
class Cutter {
 public:
  explicit Cutter(json::object& body) : body_(body), data_(body.at("data").as_object()) {}

  void fit() {
    if (fits()) return;
    cut_items();
    cut_list("series", false);  // the newest values are the last
    if (!fits()) cut_list("provenance", true);
    for (const std::string_view member : {"runbook", "explanation"}) {
      if (!fits()) cut_text(member);
    }
    if (!fits()) shrink(body_.at("data"), 200);
    if (!fits()) keep_the_essential();
  }

 private:
  // Whoever renders it again with fewer of them sees in "and_more" how many are missing.
  void cut_items() {
    const json::value* found = data_.if_contains("items");
    if (found == nullptr || !found->is_array()) return;
    const std::size_t all = found->get_array().size();
    for (std::size_t keep = all; keep > 1 && !fits();) {
      keep /= 2;
      data_["items"].get_array().resize(keep);
      data_["and_more"] = all - keep;
    }
    if (!fits()) shrink(data_["items"], 1000);
  }

  [[nodiscard]] std::size_t size() const { return json::serialize(body_).size(); }
  [[nodiscard]] bool fits() const { return size() <= largest_body; }

  void note(std::string_view member, std::size_t count) {
    if (!data_.contains("omitted")) data_["omitted"] = json::object{};
    data_["omitted"].get_object()[member] = and_more(count);
  }

  void cut_list(std::string_view member, bool keep_first) {
    const json::value* found = data_.if_contains(member);
    if (found == nullptr || !found->is_array()) return;
    const json::array all = found->get_array();
    std::size_t keep = all.size();
    while (keep > 0 && !fits()) {  // halves, so that a hostile length costs little
      keep /= 2;
      const auto begin = keep_first ? all.begin() : all.end() - static_cast<std::ptrdiff_t>(keep);
      data_[member] = json::array(begin, begin + static_cast<std::ptrdiff_t>(keep));
      note(member, all.size() - keep);
    }
  }

  void cut_text(std::string_view member) {
    const json::value* found = data_.if_contains(member);
    if (found == nullptr || !found->is_string()) return;
    const std::string all{found->get_string()};
    for (std::size_t keep = std::min<std::size_t>(all.size(), largest_body); keep > 100 && !fits();
         keep /= 2) {
      data_[member] = shorten(all, keep / 2);
    }
  }

  static void shrink(json::value& value, std::size_t most) {
    if (value.is_string()) {
      value = shorten(value.get_string(), most);
    } else if (value.is_array()) {
      auto& list = value.get_array();
      constexpr std::size_t longest = 20;
      if (list.size() > longest) {
        const std::size_t left = list.size() - longest;
        list.resize(longest);
        for (auto& one : list) shrink(one, most);
        list.emplace_back(and_more(left));
        return;
      }
      for (auto& one : list) shrink(one, most);
    } else if (value.is_object()) {
      for (auto& member : value.get_object()) {
        if (member.key() != whole) shrink(member.value(), most);
      }
    }
  }

  // Data of a kind that nobody foresaw: what identifies the event, and how much is missing.
  void keep_the_essential() {
    static constexpr std::array<std::string_view, 14> essential{
        "alert",       "seq",       "state",       "severity", "rule", "value",
        "worth_pence", "source",    "destination", "reason",   "link", "acknowledge_url",
        "explanation", "instead_of"};
    json::object kept;
    for (const std::string_view member : essential) {
      const json::value* found = data_.if_contains(member);
      if (found == nullptr || found->is_structured()) continue;
      kept[member] = *found;
      if (member != whole) shrink(kept[member], 100);
    }
    const std::size_t left = data_.size() - kept.size();
    data_ = std::move(kept);
    note("members", left);
  }

  static constexpr std::string_view whole = "acknowledge_url";  // half a link leads nowhere
  json::object& body_;
  json::object& data_;
};

}  // namespace

Result<Rendered> render_standard(const Draft& draft) {
  const Event& event = draft.event;
  const std::string at = format_timestamp(event.at);
  json::object body;
  body["specversion"] = "1.0";
  body["id"] = event.id;
  body["source"] = "/kpid/" + as_path_segment(std::string_view{draft.instance}.substr(0, 100));
  body["type"] = to_string(event.type);
  body["time"] = at;
  body["timestamp"] = at;
  body["datacontenttype"] = "application/json";
  body["data"] = draft.data;
  if (!draft.event.acknowledge_link.empty()) {
    body["data"].get_object()["acknowledge_url"] = draft.event.acknowledge_link;
  }
  Cutter{body}.fit();
  Rendered made{"application/cloudevents+json", json::serialize(body)};
  const json::value* left = body.at("data").as_object().if_contains("and_more");
  if (event.type == EventType::digest && left != nullptr && left->is_number()) {
    made.left_out = left->to_number<std::size_t>();
  }
  return made;
}

}  // namespace kpid::webhooks
