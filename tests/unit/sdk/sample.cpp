// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A plugin that does what its settings say, right and wrong: what the SDK's tests run.

#include <limits>
#include <map>
#include <new>
#include <stdexcept>
#include <string>

#include <kpid/plugin.hpp>

namespace {

using namespace kpid::plugin;

Observation pupils(double count) {
  return {.measure = "sample.pupils",
          .organisation = "100001",
          .period = on(*make_day(2026, 10, 1)),
          .value = count};
}

struct Sample {
  explicit Sample(const Settings& settings)
      : deed(settings.text("do", "emit")),
        path(settings.text("path", "")),
        rows(settings.integer("rows")) {
    if (deed == "throw in create") throw std::runtime_error("thrown in create");
    if (deed == "fail in create")
      throw Failure(config_error("The colour is wrong; choose another."));
  }

  Status check(Host& host) {
    if (deed == "emit in check") return host.emit(pupils(1));
    if (deed == "throw in check") throw std::bad_alloc();
    if (path.empty()) return ok();
    const auto documents = host.fetch(path, Select::all);
    return documents ? ok() : documents.error();
  }

  Status pull(Host& host, const Pull& asked) {
    if (deed == "emit") return emit(host, asked);
    if (deed == "fetch") return fetch(host);
    if (deed == "throw") throw std::runtime_error("thrown in pull");
    if (deed == "throw number") throw 42;
    if (deed == "bad_alloc") throw std::bad_alloc();
    if (deed == "rate limited") return rate_limited_error(1234, "Too often.", "429");
    if (deed == "say nothing") return Error{};
    if (deed == "long error") return source_error(std::string(3000, 'x') + "\u00e9");
    if (deed == "forget status") {
      static_cast<void>(host.emit(pupils(std::numeric_limits<double>::quiet_NaN())));
      return ok();
    }
    if (deed == "one part") {
      Observation row = pupils(1);
      row.numerator = 1;
      return host.emit(row);
    }
    if (deed == "notes") return notes(host);
    Observation row = pupils(1);
    if (deed == "undeclared") row.measure = "sample.cats";
    if (deed == "fraction") row.value = 1.5;
    if (deed == "below minimum") row.value = -1;
    if (deed == "backwards") row.period.last -= std::chrono::days{1};
    if (deed == "no value") row.value.reset();
    if (deed == "bad subgroup") row.subgroup = "shoe_size=4";
    if (deed == "unknown document") row.document = 7;
    if (deed == "no organisation") row.organisation = "";
    return host.emit(row);
  }

  // Rows in two checkpoints, from where the cursor says.
  Status emit(Host& host, const Pull& asked) const {
    const std::int64_t first = asked.cursor.empty() ? 0 : std::stoll(std::string(asked.cursor));
    for (std::int64_t i = first; i < rows; ++i) {
      if (host.cancelled()) return cancelled_error();
      Observation row = pupils(static_cast<double>(i));
      const std::string year = "year_group=" + std::to_string(i);  // emit copies it
      row.subgroup = year;
      if (Status status = host.emit(row); !status) return status;
      host.rows_read(static_cast<std::uint64_t>(i + 1));
      if (i + 1 == rows / 2) {
        if (Status status = host.checkpoint(std::to_string(i + 1)); !status) return status;
      }
    }
    return host.checkpoint(std::to_string(rows));
  }

  Status fetch(Host& host) const {
    const auto documents = host.fetch(path, Select::all);
    if (!documents) return documents.error();
    for (const Document& document : *documents) {
      Observation row = pupils(static_cast<double>(document.bytes.size()));
      row.document = document.number;
      row.row_first = 1;
      if (Status status = host.emit(row); !status) return status;
      host.info(document.place(1, "Pupils"));
    }
    return ok();
  }

  static Status notes(Host& host) {
    host.note("a.csv", "One.");
    host.warning("a.csv, row 2", "Two.");
    host.skipped(std::string(600, 'p'), std::string(2000, 's'));
    return ok();
  }

  std::string deed;
  std::string path;
  std::int64_t rows;
};

}  // namespace

KPID_PLUGIN(Sample);
