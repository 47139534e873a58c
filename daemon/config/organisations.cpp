// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [trust], [[school]] and [[comparator]]: who is measured, and by which codes they are known.

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/syntax.hpp"
#include "schedule/schedule.hpp"

namespace kpid::config {
namespace {

std::string folded(std::string_view code) {
  const auto first = code.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  std::string text{code.substr(first, code.find_last_not_of(" \t") - first + 1)};
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// Every code stands for one organisation, however a source spells it.
class Codes {
 public:
  explicit Codes(Faults& faults) : faults_(faults) {}

  void claim(const std::string& code, std::size_t organisation, const std::string& name,
             const Place& place) {
    const auto [found, is_new] = taken_.try_emplace(folded(code), Owner{organisation, name, place});
    if (is_new || found->second.organisation == organisation) return;
    const Owner& owner = found->second;
    faults_.add(place, owner.place.line == 0
                           ? fmt::format("{} stands for the trust itself", in_quotes(code))
                           : fmt::format("{} already stands for {} (line {}); a code belongs to "
                                         "one organisation",
                                         in_quotes(code), owner.name, owner.place.line));
  }

 private:
  struct Owner {
    std::size_t organisation;
    std::string name;
    Place place;
  };
  Faults& faults_;
  std::unordered_map<std::string, Owner> taken_;
};

// A URN may be written as a number or as text.
std::optional<PlacedText> urn_of(TableReader& table, const toml::node& node) {
  PlacedText urn{{}, table.place(node)};
  if (const auto* integer = node.as_integer()) {
    urn.value = std::to_string(integer->get());
  } else if (const auto* text = node.as_string()) {
    urn.value = text->get();
  }
  if (!is_urn(urn.value)) {
    table.faults().add(urn.place, (urn.value.empty() ? "this value" : in_quotes(urn.value)) +
                                      " is no URN: a URN has six digits");
    return std::nullopt;
  }
  return urn;
}

std::vector<PlacedText> former_urns(TableReader& table) {
  std::vector<PlacedText> all;
  const auto* node = table.node("former_urns");
  if (node == nullptr) return all;
  const auto* array = node->as_array();
  if (array == nullptr) {
    table.faults().add(table.place(*node),
                       "\"former_urns\" in [[school]] must be an array of URNs");
    return all;
  }
  for (const auto& element : *array) {
    if (auto urn = urn_of(table, element)) all.push_back(std::move(*urn));
  }
  return all;
}

void add_aliases(TableReader& table, std::string_view key, Organisation& organisation,
                 std::vector<PlacedText>& codes) {
  for (auto& alias : table.texts(key)) {
    if (folded(alias.value).empty()) {
      table.faults().add(alias.place, "an alias is empty");
      continue;
    }
    organisation.aliases.push_back(alias.value);
    codes.push_back(std::move(alias));
  }
}

void read_membership(TableReader& table, Organisation& school) {
  if (const auto joined = table.date("joined")) school.joined = joined->value;
  const auto left = table.date("left");
  if (!left) return;
  school.left = left->value;
  if (school.joined && *school.left <= *school.joined) {
    table.faults().add(left->place,
                       fmt::format("the school left on {}, and did not join before {}; \"left\" is "
                                   "the first day on which it was no longer in the trust",
                                   format_date(*school.left), format_date(*school.joined)));
  }
}

Organisation read_school(TableReader& table, std::vector<PlacedText>& codes) {
  Organisation school;
  school.kind = OrganisationKind::school;
  if (const auto* node = table.node("urn")) {
    if (auto urn = urn_of(table, *node)) {
      school.code = urn->value;
      codes.push_back(std::move(*urn));
    }
  } else {
    table.missing("urn");
  }
  if (auto name = table.required_text("name")) school.name = std::move(name->value);
  add_aliases(table, "aliases", school, codes);
  for (auto& urn : former_urns(table)) {
    school.former_codes.push_back(urn.value);
    codes.push_back(std::move(urn));
  }
  read_membership(table, school);
  return school;  // read_trust asks for its calendar
}

Organisation read_comparator(TableReader& table, std::vector<PlacedText>& codes) {
  Organisation comparator;
  comparator.kind = OrganisationKind::comparator;
  if (auto code = table.required_text("code")) {
    comparator.code = code->value;
    codes.push_back(std::move(*code));
  }
  if (auto name = table.required_text("name")) comparator.name = std::move(name->value);
  add_aliases(table, "aliases", comparator, codes);
  table.finish();
  return comparator;
}

Organisation read_trust_table(Builder& builder, TableReader& root) {
  Organisation trust;
  trust.kind = OrganisationKind::trust;
  trust.code = trust_code;
  auto table = root.table("trust");
  if (!table) {
    if (!root.has("trust")) {
      builder.faults.add(root.place(), "there is no [trust]; write [trust] and its name");
    }
    return trust;
  }
  if (auto name = table->required_text("name")) trust.name = std::move(name->value);
  if (const auto zone = table->text("timezone")) {
    if (is_time_zone(zone->value)) {
      builder.config.timezone = zone->value;
    } else {
      builder.faults.add(zone->place, in_quotes(zone->value) +
                                          " is no time zone; write for example \"Europe/London\"");
    }
  }
  if (const auto* terms = table->node("term_dates")) {
    builder.faults.add(
        table->place(*terms),
        "\"term_dates\" is now \"files\" of [calendar]: write [calendar] and files = "
        "[\"terms.ics\"]");
  }
  table->finish();
  return trust;
}

}  // namespace

void read_trust(Builder& builder, TableReader& root) {
  std::vector<Organisation> all;
  Codes codes{builder.faults};
  all.push_back(read_trust_table(builder, root));
  codes.claim(std::string{trust_code}, 0, all.front().name, Place{});
  const auto add = [&](TableReader& table, auto read) {
    std::vector<PlacedText> claimed;
    Organisation organisation = read(table, claimed);
    const std::string name = organisation.name.empty() ? table.title() : organisation.name;
    for (const auto& code : claimed) codes.claim(code.value, all.size(), name, code.place);
    all.push_back(std::move(organisation));
  };
  auto schools = root.tables("school");
  for (auto& table : schools) {
    add(table, read_school);
    auto files = table.text_or_texts("calendar");
    if (!files.empty()) builder.school_files.push_back({all.back().code, std::move(files)});
    table.finish();
  }
  if (!root.has("school") || (schools.empty() && root.tree().get("school")->is_array())) {
    builder.faults.add(root.place(),
                       "there is no school; write [[school]] with urn and name for each");
  }
  for (auto& table : root.tables("comparator")) add(table, read_comparator);
  builder.config.organisations = Organisations{std::move(all)};
}

const Organisation* find_organisation(Builder& builder, const PlacedText& written) {
  if (const auto* found = builder.config.organisations.find(written.value)) return found;
  std::vector<std::string> known;
  for (const auto& organisation : builder.config.organisations.all()) {
    known.push_back(organisation.code);
    known.insert(known.end(), organisation.aliases.begin(), organisation.aliases.end());
  }
  builder.faults.add(written.place, "no school or comparator has the code " +
                                        in_quotes(written.value) +
                                        did_you_mean(written.value, known));
  return nullptr;
}

}  // namespace kpid::config
