// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What judging costs. For each size of trust: a run that touches one school in a hundred, with all
// of its KPIs, against judging everything; time and memory of both. Then reading: KPIs as they were
// known years ago against as they are known now, and both against the bare statement that returns
// the same rows. Usage: evaluation_bench [SCHOOLS...]; prints one line of JSON.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <sqlite3.h>

#include "ingest/evaluate_due.hpp"
#include "ingest/evaluate_marked.hpp"
#include "kpis/kpi_values.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace kpid;
using std::chrono::days;
using std::chrono::hours;

constexpr int kpis = 30;
constexpr int weeks = 4;
const Date first_monday = make_date(2026, 9, 7);
const Timestamp now{make_date(2026, 10, 10)};

void must(bool done, const std::string& what) {
  if (done) return;
  fmt::print(stderr, "evaluation_bench: {}\n", what);
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  must(result.has_value(), result ? "" : result.error().text());
  return std::move(*result);
}
void must(const Result<void>& result) {
  must(result.has_value(), result ? "" : result.error().text());
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The most memory since the last call, in MB; what is free goes back to the system first.
double peak_mb() {
  std::ifstream status("/proc/self/status");
  double peak = 0;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) peak = std::stod(line.substr(6)) / 1024;
  }
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
  return peak;
}

std::string urn(int school) { return std::to_string(100'000 + school); }
std::string kpi_id(int kpi) { return fmt::format("bench.kpi_{}", kpi); }

// Two KPIs in three are a share of two measures, the third is a measure; each has a rule at every
// school, and at the trust where wanted.
std::shared_ptr<Config> config_for(int schools, bool with_trust) {
  auto config = std::make_shared<Config>();
  std::vector<Organisation> all(1);
  all[0].kind = OrganisationKind::trust;
  all[0].code = trust_code;
  std::vector<std::string> codes;
  for (int i = 0; i < schools; ++i) {
    Organisation school;
    school.code = urn(i);
    codes.push_back(school.code);
    all.push_back(school);
  }
  config->organisations = Organisations(std::move(all));
  for (int i = 0; i < kpis; ++i) {
    Kpi kpi;
    kpi.id = kpi_id(i);
    kpi.unit = Unit::percent;
    kpi.calendar = Calendar::week;
    kpi.definition = i % 3 == 2 ? KpiDefinition{MeasureOf{kpi.id + ".part"}}
                                : KpiDefinition{RatioOf{kpi.id + ".part", kpi.id + ".whole"}};
    if (!with_trust) kpi.roll_up = RollUp::none;
    config->kpis.push_back(std::move(kpi));
  }
  for (Kpi& kpi : config->kpis) {
    kpi.inputs = inputs_of(*config, kpi);
    Rule rule;
    rule.name = kpi.id;
    rule.kpi = kpi.id;
    rule.red = Threshold{Threshold::Operator::below, 1};
    config->rules.push_back(std::move(rule));
  }
  return config;
}

class Bench {
 public:
  explicit Bench(int schools)
      : schools_(schools), database_(must(store::Database::open(folder_ / "kpid.db"))) {}

  // Every week of every school, school by school as a source would have it; without a breach.
  void import() {
    must(database_->begin());
    const auto run = must(writer().begin_run("bench", now - hours{48}));
    for (int kpi = 0; kpi < kpis; ++kpi) {
      for (int school = 0; school < schools_; ++school) put_weeks(run, kpi, school);
      must(database_->commit());
      must(database_->begin());
    }
    end_run(run);
    must(database_->commit());
  }
  // A new week of one school in a hundred, with all KPIs.
  void touch(int week) {
    must(database_->begin());
    const auto run = must(writer().begin_run("bench", now));
    for (int school = 0; school < schools_; school += 100) {
      for (int kpi = 0; kpi < kpis; ++kpi) {
        for (const auto& measure : measures_of(kpi)) put(run, measure, school, week);
      }
    }
    end_run(run);
    must(database_->commit());
  }

  struct Judged {
    double seconds = 0;
    std::uint64_t series = 0;
    double peak = 0;
  };
  Judged judge(const Config& config,
               Result<ingest::Evaluation> (*evaluate)(store::Writer&,
                                                      const ingest::EvaluationContext&)) {
    const ingest::EvaluationContext context{config, identifiers_, render_, now};
    peak_mb();
    const auto start = std::chrono::steady_clock::now();
    must(database_->begin());
    const auto evaluation = must(evaluate(writer(), context));
    must(database_->commit());
    return {seconds_since(start), evaluation.series_judged, peak_mb()};
  }

 private:
  store::Writer& writer() { return database_->writer(); }
  static std::vector<std::string> measures_of(int kpi) {
    std::vector<std::string> measures{kpi_id(kpi) + ".part"};
    if (kpi % 3 != 2) measures.push_back(kpi_id(kpi) + ".whole");
    return measures;
  }
  void put(store::RunId run, const std::string& measure, int school, int week) {
    const auto series = must(writer().series_id("bench", {measure, urn(school), ""}));
    store::NewMeasurement row;
    row.period = {first_monday + days{7 * week}, first_monday + days{7 * week + 6}};
    row.value = measure.ends_with("part") ? 90 + school % 10 : 100;
    row.numerator = row.value;
    row.denominator = 100;
    must(writer().put(series, run, now, row) == store::Put::created, "a row was not new");
    must(writer().mark(series, row.period));
  }
  void put_weeks(store::RunId run, int kpi, int school) {
    for (const auto& measure : measures_of(kpi)) {
      for (int week = 0; week < weeks; ++week) put(run, measure, school, week);
    }
  }
  void end_run(store::RunId id) {
    Run run;
    run.id = id;
    run.ended_at = now;
    run.outcome = RunOutcome::succeeded;
    must(writer().finish_run(run));
  }

  kpid::testing::TemporaryFolder folder_;
  int schools_;
  std::unique_ptr<store::Database> database_;
  RandomIdentifierSource identifiers_;
  ingest::Render render_ = [](const DestinationConfig&, const Event&) {
    return Result<ingest::RenderedBody>{ingest::RenderedBody{}};
  };
};

std::string judging(int schools) {
  Bench bench(schools);
  bench.import();
  const auto alone = config_for(schools, false);
  const auto with_trust = config_for(schools, true);
  const auto first = bench.judge(*alone, ingest::evaluate_marked);  // what an import brings
  const auto all = bench.judge(*alone, ingest::evaluate_all);
  bench.touch(weeks);
  const auto some = bench.judge(*alone, ingest::evaluate_marked);
  const auto all_with_trust = bench.judge(*with_trust, ingest::evaluate_all);
  bench.touch(weeks + 1);
  const auto some_with_trust = bench.judge(*with_trust, ingest::evaluate_marked);
  const auto rest = bench.judge(*with_trust, ingest::evaluate_marked);
  must(rest.series == 0, "something was judged twice");
  const double each = 1e6 / static_cast<double>(all.series);
  return fmt::format(
      "\"all_s_{0}\": {1:.4f}, \"us_a_series_{0}\": {2:.2f}, \"some_s_{0}\": {3:.4f},"
      " \"some_share_{0}\": {4:.4f}, \"all_with_trust_s_{0}\": {5:.4f},"
      " \"some_with_trust_s_{0}\": {6:.4f}, \"some_share_with_trust_{0}\": {7:.4f},"
      " \"import_s_{0}\": {8:.4f}, \"all_peak_mb_{0}\": {9:.1f}, \"some_peak_mb_{0}\": {10:.1f},"
      " \"import_peak_mb_{0}\": {11:.1f}, \"rest_ms_{0}\": {12:.3f}",
      schools, all.seconds, each * all.seconds, some.seconds, some.seconds / all.seconds,
      all_with_trust.seconds, some_with_trust.seconds,
      some_with_trust.seconds / all_with_trust.seconds, first.seconds, all.peak, some.peak,
      first.peak, 1000 * rest.seconds);
}

// ---- Ten years of daily attendance, some of it corrected ---------------------------------------

struct History {
  kpid::testing::TemporaryFolder folder;
  std::shared_ptr<Config> config;
  int schools = 0;
  std::uint64_t rows = 0;
};

void write_history(History& history) {
  const auto database = must(store::Database::open(history.folder / "kpid.db"));
  store::Writer& writer = database->writer();
  const SchoolCalendar calendar;
  std::vector<Date> school_days;
  for (Date day = make_date(2016, 9, 1); day < make_date(2026, 7, 20); day += days{1}) {
    if (calendar.is_school_day(day)) school_days.push_back(day);
  }
  must(database->begin());
  const auto run = must(writer.begin_run("bench", now));
  for (int school = 0; school < history.schools; ++school) {
    for (const char* measure : {"bench.kpi_0.part", "bench.kpi_0.whole"}) {
      const auto series = must(writer.series_id("bench", {measure, urn(school), ""}));
      int index = 0;
      for (const Date day : school_days) {
        store::NewMeasurement row;
        row.period = {day, day};
        row.value = 200 + index % 7;
        must(writer.put(series, run, Timestamp{day} + hours{20}, row));
        ++history.rows;
        if (++index % 20 != 0) continue;
        row.value += 1;  // a correction, a week later
        must(writer.put(series, run, Timestamp{day} + hours{24 * 7}, row));
        ++history.rows;
      }
    }
    must(database->commit());
    must(database->begin());
  }
  must(database->commit());
}

// Microseconds for one school's KPI.
double ask(const store::Reader& reader, const History& history, const Window& window, int rounds) {
  std::size_t values = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    const auto& school =
        history.config->organisations.all()[static_cast<std::size_t>(1 + i % history.schools)];
    values += must(kpi_series(history.config->kpis[0], school, "", *history.config, reader, window))
                  .size();
  }
  must(values > 0, "a question without an answer");
  return 1e6 * seconds_since(start) / rounds;
}

// The same rows of both measures by the least that SQL can do: no revisions are weighed up.
double ask_bare(const std::filesystem::path& file, const History& history, const Window& window,
                int rounds) {
  sqlite3* handle = nullptr;
  must(sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK, "open");
  sqlite3_stmt* statement = nullptr;
  const char* sql =
      "SELECT m.period_start, m.period_end, m.revision, m.value, m.numerator, m.denominator,"
      " m.known_at, m.run, m.document, m.row_first, m.row_last, m.stated_on FROM series s"
      " JOIN measurement m ON m.series = s.id WHERE s.measure = ?1 AND s.subgroup = ''"
      " AND s.organisation = ?2 AND m.period_start >= ?3 AND m.known_at <= ?4"
      " ORDER BY m.period_start, m.period_end, m.revision";
  must(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr) == SQLITE_OK,
       sqlite3_errmsg(handle));
  double sum = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    const std::string school = urn(i % history.schools);
    for (const char* measure : {"bench.kpi_0.part", "bench.kpi_0.whole"}) {
      sqlite3_bind_text(statement, 1, measure, -1, SQLITE_STATIC);
      sqlite3_bind_text(statement, 2, school.c_str(), -1, SQLITE_STATIC);
      sqlite3_bind_int64(statement, 3, window.from ? days_since_epoch(*window.from) : 0);
      sqlite3_bind_int64(statement, 4,
                         window.as_of ? milliseconds_since_epoch(*window.as_of) : INT64_MAX);
      while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int column = 0; column < 12; ++column) sum += sqlite3_column_double(statement, column);
      }
      sqlite3_reset(statement);
    }
  }
  const double microseconds = 1e6 * seconds_since(start) / rounds;
  sqlite3_finalize(statement);
  sqlite3_close(handle);
  must(sum != 0, "a bare question without an answer");
  return microseconds;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string reading(int schools) {
  History history;
  history.schools = schools;
  history.config = config_for(schools, true);
  history.config->kpis[0].calendar = Calendar::day;
  write_history(history);
  const auto file = history.folder / "kpid.db";
  const auto database = must(store::Database::open(file));
  const auto reader = must(database->reader());
  const Timestamp then{make_date(2021, 6, 1)};
  const Window all_now;
  const Window all_then{then, std::nullopt};
  const Window year_now{std::nullopt, make_date(2025, 9, 1)};
  const Window year_then{then, make_date(2020, 9, 1)};
  const int rounds = std::max(schools, 50);
  const Window all_as_of_now{now, std::nullopt};
  std::vector<double> figures[7];
  for (int turn = 0; turn < 3; ++turn) {
    figures[0].push_back(ask(*reader, history, all_now, rounds));
    figures[1].push_back(ask(*reader, history, all_then, rounds));
    figures[2].push_back(ask(*reader, history, year_now, rounds));
    figures[3].push_back(ask(*reader, history, year_then, rounds));
    figures[4].push_back(ask_bare(file, history, all_then, rounds));
    figures[5].push_back(ask_bare(file, history, year_now, rounds));
    figures[6].push_back(ask(*reader, history, all_as_of_now, rounds));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto trust = must(kpi_series(history.config->kpis[0], history.config->organisations.trust(),
                                     "", *history.config, *reader, year_then));
  must(!trust.empty(), "the trust has no values");
  const double trust_ms = 1000 * seconds_since(start);
  return fmt::format(
      "\"read_schools\": {}, \"measurements\": {}, \"all_now_us\": {:.0f}, \"all_then_us\": {:.0f},"
      " \"year_now_us\": {:.0f}, \"year_then_us\": {:.0f}, \"all_then_bare_us\": {:.0f},"
      " \"year_now_bare_us\": {:.0f}, \"as_of_times_now\": {:.3f},"
      " \"all_then_share_of_bare\": {:.3f}, \"year_now_share_of_bare\": {:.3f},"
      " \"trust_year_then_ms\": {:.1f}",
      schools, history.rows, median(figures[0]), median(figures[1]), median(figures[2]),
      median(figures[3]), median(figures[4]), median(figures[5]),
      median(figures[6]) / median(figures[0]), median(figures[4]) / median(figures[1]),
      median(figures[5]) / median(figures[2]), trust_ms);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {4, 400, 24'000};
  std::string judged;
  for (const int schools : sizes) {
    must(schools > 0, "usage: evaluation_bench [SCHOOLS...]");
    judged += (judged.empty() ? "" : ", ") + judging(schools);
  }
  fmt::print("{{{}, {}}}\n", judged, reading(std::min(400, sizes.back())));
}
