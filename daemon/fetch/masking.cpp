// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/masking.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace kpid::fetch {
namespace {

namespace json = boost::json;

constexpr std::size_t header_within_rows = 30;

std::string bare(std::string_view name) {  // "Pupil's First_Name" -> "pupilsfirstname"
  std::string small;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') small += static_cast<char>(c + 32);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) small += c;
  }
  return small;
}

// A value as a person's: its replacement is the same wherever it stands in the document.
class People {
 public:
  std::string stand_in(std::string_view value) {
    if (value.find_first_not_of(" \t") == std::string_view::npos) return std::string(value);
    return fmt::format("person-{}", number(value));
  }
  std::size_t number(std::string_view value) {
    return known_.try_emplace(std::string(value), known_.size() + 1).first->second;
  }

 private:
  std::map<std::string, std::size_t> known_;
};

bool looks_personal(const std::string& value) {
  static const std::regex email{R"([^\s@]+@[^\s@]+\.[^\s@]+)"};
  static const std::regex upn{R"((^|[^A-Za-z0-9])[A-HJ-NP-RT-Z][0-9]{11}[0-9A-Z]($|[^A-Za-z0-9]))"};
  static const std::regex postcode{
      R"((^|[^A-Za-z0-9])[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}($|[^A-Za-z0-9]))"};
  if (value.size() > 2000) return true;  // prose is written about people
  return std::regex_search(value, email) || std::regex_search(value, upn) ||
         std::regex_search(value, postcode);
}

std::string without_secrets(std::string text, const Masking& masking) {
  constexpr std::size_t shortest = 4;  // a shorter one would blank half the document
  for (const auto& [name, secret] : masking.secrets) {
    const std::string& value = secret.reveal();
    if (value.size() < shortest) continue;
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
      text.replace(at, value.size(), "***");
      at += 3;
    }
  }
  return text;
}

// ---- JSON --------------------------------------------------------------------------------------

class JsonMask {
 public:
  explicit JsonMask(const Masking& masking) : masking_(masking) {}

  void mask(json::value& value, bool personal) {
    if (auto* object = value.if_object()) {
      for (auto& [name, one] : *object) {
        mask(one, personal || is_about_a_person({name.data(), name.size()}, masking_));
      }
    } else if (auto* array = value.if_array()) {
      for (json::value& one : *array) mask(one, personal);
    } else if (const auto* text = value.if_string()) {
      const std::string plain(text->begin(), text->end());
      if (personal) {
        value = people_.stand_in(plain);
      } else if (looks_personal(plain)) {
        value = "";
      }
    } else if (personal && value.is_number()) {
      value = people_.number(json::serialize(value));
    }
  }

 private:
  const Masking& masking_;
  People people_;
};

// ---- CSV ---------------------------------------------------------------------------------------

using Row = std::vector<std::string>;

std::vector<Row> rows_of(std::string_view text, char delimiter) {
  std::vector<Row> rows;
  Row row;
  std::string cell;
  bool quoted = false;
  const auto end_cell = [&] { row.push_back(std::exchange(cell, {})); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == delimiter) {
      end_cell();
    } else if (c == '\n') {
      if (cell.ends_with('\r')) cell.pop_back();
      end_cell();
      rows.push_back(std::exchange(row, {}));
    } else {
      cell += c;
    }
  }
  if (!cell.empty() || !row.empty()) {
    end_cell();
    rows.push_back(std::move(row));
  }
  return rows;
}

char delimiter_of(std::string_view text) {
  const std::string_view start = text.substr(0, std::size_t{16} << 10);
  constexpr std::array delimiters{',', '\t', ';'};
  return *std::max_element(delimiters.begin(), delimiters.end(), [&](char a, char b) {
    return std::count(start.begin(), start.end(), a) < std::count(start.begin(), start.end(), b);
  });
}

// The first row that is as wide as the widest among the first: what stands above it is a preamble.
std::optional<std::size_t> header_row(const std::vector<Row>& rows) {
  const std::size_t looked = std::min(rows.size(), header_within_rows);
  std::size_t widest = 0;
  for (std::size_t i = 0; i < looked; ++i) widest = std::max(widest, rows[i].size());
  for (std::size_t i = 0; i < looked; ++i) {
    const auto filled = std::count_if(rows[i].begin(), rows[i].end(),
                                      [](const std::string& cell) { return !cell.empty(); });
    if (rows[i].size() == widest && filled * 2 > static_cast<std::ptrdiff_t>(widest)) return i;
  }
  return std::nullopt;
}

std::string written(const std::string& cell, char delimiter) {
  const bool plain = cell.find_first_of("\"\r\n") == std::string::npos &&
                     cell.find(delimiter) == std::string::npos;
  if (plain) return cell;
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::string masked_table(std::string_view text, const std::vector<Row>& rows, std::size_t header,
                         char delimiter, const Masking& masking) {
  std::vector<bool> personal;
  for (const std::string& name : rows[header]) {
    personal.push_back(is_about_a_person(name, masking));
  }
  People people;
  const std::string_view end = text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      std::string cell = rows[i][j];
      // Cells beyond the header belong to no column that we know.
      if (i > header && (j >= personal.size() || personal[j])) {
        cell = people.stand_in(cell);
      } else if (i != header && looks_personal(cell)) {
        cell.clear();
      }
      if (j > 0) out += delimiter;
      out += written(cell, delimiter);
    }
    out += end;
  }
  return out;
}

bool is_plain_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
}

}  // namespace

bool is_about_a_person(std::string_view name, const Masking& masking) {
  constexpr std::array<std::string_view, 9> of_schools{"school", "establishment", "academy",
                                                       "trust",  "authority",     "laname",
                                                       "phase",  "column",        "filename"};
  constexpr std::array<std::string_view, 33> of_people{
      "name",    "forename", "surname",   "initials", "email",   "mail",    "phone",
      "mobile",  "address",  "street",    "postcode", "upn",     "uln",     "birth",
      "dob",     "pupilid",  "studentid", "personid", "learner", "staffid", "contact",
      "parent",  "carer",    "guardian",  "teacher",  "tutor",   "nhs",     "photo",
      "comment", "note",     "misid",     "userid",   "idaasid"};
  const std::string plain = bare(name);
  const auto holds = [&](std::string_view part) { return plain.find(part) != std::string::npos; };
  if (std::any_of(masking.more_names.begin(), masking.more_names.end(),
                  [&](const std::string& one) { return bare(one) == plain; })) {
    return true;
  }
  if (std::any_of(of_schools.begin(), of_schools.end(), holds)) return false;
  return plain == "id" || plain == "pupil" || plain == "student" ||
         std::any_of(of_people.begin(), of_people.end(), holds);
}

Result<std::string> masked(std::string_view document, const Masking& masking) {
  const bool marked = document.starts_with("\xEF\xBB\xBF");
  const std::string_view text = marked ? document.substr(3) : document;
  if (text.empty()) return std::string(document);
  if (!is_plain_text(text)) {
    return fail(ErrorKind::unsupported,
                "the document is neither CSV nor JSON as UTF-8 text, so nobody can be taken out of "
                "it; it is not recorded");
  }
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && (text[start] == '{' || text[start] == '[')) {
    boost::system::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error);
    if (error) {
      return fail(ErrorKind::unsupported, "the JSON cannot be read, so it is not recorded");
    }
    JsonMask(masking).mask(value, false);
    return without_secrets(json::serialize(value), masking);
  }
  if (start != std::string_view::npos && text[start] == '<') {
    return fail(ErrorKind::unsupported,
                "XML and HTML cannot be masked, so the document is not recorded");
  }
  const char delimiter = delimiter_of(text);
  const auto rows = rows_of(text, delimiter);
  const auto header = header_row(rows);
  if (!header || rows[*header].size() < 2) {
    return fail(ErrorKind::unsupported,
                "the document has no row of column names, so nobody can be taken out of it; it is "
                "not recorded");
  }
  std::string out = masked_table(text, rows, *header, delimiter, masking);
  return (marked ? "\xEF\xBB\xBF" : "") + without_secrets(std::move(out), masking);
}

}  // namespace kpid::fetch
