// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What need not be kept, and its end.

#include <algorithm>
#include <limits>
#include <utility>

#include "store/sql_writer.hpp"

namespace kpid::store {
namespace {

constexpr std::size_t rows_a_look = 200'000;  // about; a series is looked at as a whole

Date monday_of(Date day) noexcept {
  return day - (std::chrono::weekday{day} - std::chrono::Monday);
}

struct Row {
  Period period;
  std::uint32_t revision = 0;
  Timestamp known_at{};
  bool is_evidence = false;
  [[nodiscard]] bool daily() const noexcept { return period.start == period.end; }
};
using Rows = std::vector<Row>;
using RowAt = Rows::const_iterator;

Rows rows_of(Connection& c, SeriesId series, Timestamp evidence_from) {
  Query q = c.query(
      "SELECT m.period_start, m.period_end, m.revision, m.known_at, EXISTS (SELECT 1"
      " FROM event_evidence e WHERE e.series = m.series AND e.period_start = m.period_start"
      " AND e.period_end = m.period_end AND e.revision = m.revision)"
      " FROM measurement m WHERE m.series = ?1 ORDER BY 1, 2, 3");
  q.bind(series);
  Rows rows;
  while (q.step()) {
    Row row{{q.day(0), q.day(1)}, static_cast<std::uint32_t>(q.integer(2)), q.time(3), false};
    row.is_evidence = q.integer(4) != 0 || row.known_at <= evidence_from;
    rows.push_back(row);
  }
  return rows;
}

RowAt end_of_period(RowAt row, RowAt end) {
  return std::find_if(row, end, [row](const Row& one) { return one.period != row->period; });
}

// The days from which the changes since an autumn census are counted, as kpis/ looks for them: the
// last since 1 September that is not after the census, else the first after it in that year.
class CensusDays {
 public:
  explicit CensusDays(const Rows& rows) {
    for (const Row& row : rows) {
      if (!row.daily()) continue;
      const Date census = autumn_census_day(row.period.start);
      const Period autumn{academic_year_of(row.period.start).start, last_of_december(census)};
      if (row.period.start > autumn.end) continue;
      const bool before = row.period.start <= census;
      if (!days_.empty() && days_.back() >= autumn.start) {
        if (before) days_.back() = row.period.start;
      } else {
        days_.push_back(row.period.start);
      }
    }
  }
  [[nodiscard]] bool contains(Date day) const {
    return std::binary_search(days_.begin(), days_.end(), day);
  }

 private:
  static Date last_of_december(Date day) {
    return make_date(static_cast<int>(std::chrono::year_month_day{day}.year()), 12, 31);
  }
  std::vector<Date> days_;
};

// Days before the limit of which the week has a later one that was known by then.
class Weeks {
 public:
  Weeks(const Rows& rows, Date limit) : census_(rows), limit_(monday_of(limit)) {
    for (const Row& row : rows) {
      if (!row.daily() || row.period.start >= limit_ || row.revision != first_of(row)) continue;
      if (row.known_at > Timestamp{limit}) continue;
      const Date monday = monday_of(row.period.start);
      if (!lasts_.empty() && monday_of(lasts_.back()) == monday) lasts_.pop_back();
      lasts_.push_back(row.period.start);
    }
  }
  [[nodiscard]] bool drop(RowAt first, RowAt end) const {
    if (!first->daily() || first->period.start >= limit_) return false;
    const Date day = first->period.start;
    if (census_.contains(day)) return false;
    if (std::any_of(first, end, [](const Row& row) { return row.is_evidence; })) return false;
    const auto last = std::upper_bound(lasts_.begin(), lasts_.end(), day);
    return last != lasts_.end() && same_week(*last, day);
  }

 private:
  // Whichever revision stands there first: retention may have dropped the ones before it.
  std::uint32_t first_of(const Row& row) {
    if (seen_ != row.period.start) {
      seen_ = row.period.start;
      first_ = row.revision;
    }
    return first_;
  }
  CensusDays census_;
  Date limit_;
  std::vector<Date> lasts_;
  Date seen_ = Date::min();
  std::uint32_t first_ = 0;
};

void find_in_series(const Keep& keep, SeriesId series, const Rows& rows,
                    std::vector<MeasurementPlace>& found) {
  const Weeks weeks(keep.daily ? rows : Rows{}, keep.daily.value_or(Date{}));
  for (auto first = rows.begin(); first != rows.end();) {
    const auto end = end_of_period(first, rows.end());
    const bool whole = keep.daily && weeks.drop(first, end);
    for (auto row = first; row != end; ++row) {
      const bool superseded =
          keep.superseded && row + 1 != end && (row + 1)->known_at <= *keep.superseded;
      if (whole || (superseded && !row->is_evidence)) {
        found.push_back({series, row->period, row->revision});
      }
    }
    first = end;
  }
}

}  // namespace

bool same_week(Date a, Date b) noexcept { return monday_of(a) == monday_of(b); }

std::optional<std::int64_t> remembered(Connection& c, const char* name) {
  Query q = c.query("SELECT value FROM remembered WHERE name = ?1");
  q.bind(name);
  return q.step() ? std::optional{q.integer(0)} : std::nullopt;
}

std::optional<Date> remembered_day(Connection& c, const char* name) {
  const auto value = remembered(c, name);
  return value ? std::optional{date_from_days(static_cast<std::int32_t>(*value))} : std::nullopt;
}

Disposable find_disposable(Connection& c, const Keep& keep, SeriesId from) {
  Disposable disposable;
  if (!keep.superseded && !keep.daily) return disposable;
  std::vector<SeriesId> series;
  {
    Query q = c.query("SELECT id FROM series WHERE id >= ?1 ORDER BY id");
    q.bind(from);
    while (q.step()) series.push_back(q.integer(0));
  }
  // Events of before then have no evidence on record: whatever was known may be theirs.
  const Timestamp evidence_from = timestamp_from_milliseconds(
      remembered(c, evidence_since).value_or(std::numeric_limits<std::int64_t>::min()));
  std::size_t looked_at = 0;
  for (const SeriesId one : series) {
    if (looked_at >= rows_a_look) {
      disposable.next = one;
      break;
    }
    const Rows rows = rows_of(c, one, evidence_from);
    looked_at += rows.size();
    find_in_series(keep, one, rows, disposable.places);
  }
  return disposable;
}

std::vector<DocumentId> find_unused_documents(Connection& c, Timestamp before) {
  Query q = c.query(
      "SELECT d.id FROM document d JOIN run r ON r.id = d.run WHERE r.ended_at < ?1"
      " AND d.id NOT IN (SELECT document FROM measurement) ORDER BY d.id");
  q.bind(before);
  std::vector<DocumentId> documents;
  while (q.step()) documents.push_back(q.integer(0));
  return documents;
}

Result<std::size_t> SqlWriter::drop_measurements(std::span<const MeasurementPlace> places,
                                                 std::optional<Date> daily) {
  forget();
  return guarded([&] {
    std::size_t dropped = 0;
    for (const MeasurementPlace& place : places) {
      connection_
          .query(
              "DELETE FROM measurement WHERE series = ?1 AND period_start = ?2"
              " AND period_end = ?3 AND revision = ?4 AND NOT EXISTS (SELECT 1"
              " FROM event_evidence WHERE series = ?1 AND period_start = ?2"
              " AND period_end = ?3 AND revision = ?4)")
          .bind(place.series, place.period.start, place.period.end, place.revision)
          .run();
      dropped += static_cast<std::size_t>(connection_.changes());
    }
    if (daily) {
      connection_
          .query(
              "INSERT INTO remembered VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE"
              " SET value = max(value, excluded.value)")
          .bind(compacted_until, monday_of(*daily))
          .run();
    }
    return dropped;
  });
}

Result<std::size_t> SqlWriter::drop_documents(std::span<const DocumentId> documents) {
  return guarded([&] {
    std::size_t dropped = 0;
    for (const DocumentId id : documents) {
      connection_.query("DELETE FROM document WHERE id = ?1").bind(id).run();
      dropped += static_cast<std::size_t>(connection_.changes());
    }
    return dropped;
  });
}

Result<std::size_t> SqlWriter::drop_runs(Timestamp ended_before, std::size_t limit) {
  return guarded([&] {
    // A run that a crash has cut off may have stored what it did not live to count.
    struct Old {
      RunId id = 0;
      bool whole = false;
    };
    std::vector<Old> old;
    {
      Query q = connection_.query(
          "SELECT r.id, created + revised = 0 AND (outcome <> ?1 OR NOT EXISTS"
          " (SELECT 1 FROM document d WHERE d.run = r.id)) AS whole, started_at, ended_at"
          " FROM run r WHERE ended_at IS NOT NULL"
          " AND r.id < (SELECT max(id) FROM run s WHERE s.source = r.source)"
          " AND (whole OR EXISTS (SELECT 1 FROM run_note n WHERE n.run = r.id)) ORDER BY r.id");
      q.bind(static_cast<std::int64_t>(RunOutcome::interrupted));
      while (old.size() < limit && q.step() && q.time(2) < ended_before) {
        if (q.time(3) < ended_before) old.push_back({q.integer(0), q.integer(1) != 0});
      }
    }
    for (const Old& one : old) {
      connection_.query("DELETE FROM run_note WHERE run = ?1").bind(one.id).run();
      if (!one.whole) continue;
      connection_.query("DELETE FROM document WHERE run = ?1").bind(one.id).run();
      connection_.query("DELETE FROM run WHERE id = ?1").bind(one.id).run();
    }
    return old.size();
  });
}

Result<std::size_t> SqlWriter::drop_deliveries(Timestamp finished_before, std::size_t limit) {
  return guarded([&] {
    std::vector<std::int64_t> old;
    {
      Query q = connection_.query(
          "SELECT id, created_at, finished_at FROM delivery WHERE state <> 0 ORDER BY id");
      while (old.size() < limit && q.step() && q.time(1) < finished_before) {
        if (!q.null(2) && q.time(2) < finished_before) old.push_back(q.integer(0));
      }
    }
    for (const std::int64_t id : old) {
      connection_.query("DELETE FROM delivery_attempt WHERE delivery = ?1").bind(id).run();
      connection_.query("DELETE FROM delivery_body WHERE delivery = ?1").bind(id).run();
      connection_.query("DELETE FROM delivery WHERE id = ?1").bind(id).run();
    }
    return old.size();
  });
}

}  // namespace kpid::store
