// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The API's answers as text for people. Pure functions; whatever an answer lacks is left out.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "cli/table.hpp"
#include "model/time.hpp"

namespace kpid::cli {

struct Screen {
  bool colour = false;
  std::string timezone;   // the trust's; empty: UTC
  std::size_t width = 0;  // columns; 0: no terminal, so no limit
};

// show_sources.cpp
[[nodiscard]] std::string status_text(const boost::json::value& status, const Screen& screen);
[[nodiscard]] std::string sources_text(const boost::json::value& sources, const Screen& screen);
[[nodiscard]] std::string run_text(const boost::json::value& run);

// show_plugins.cpp
[[nodiscard]] std::string plugins_text(const boost::json::value& plugins, const Screen& screen);
// What a source would give: see app/source_check.hpp for the report's members.
[[nodiscard]] std::string check_text(const boost::json::value& report, const Screen& screen);
// A manifest: see cli/describe.hpp.
[[nodiscard]] std::string manifest_text(const boost::json::value& manifest, const Screen& screen);

// show_kpis.cpp
[[nodiscard]] std::string kpis_text(const boost::json::value& kpis, const Screen& screen);
[[nodiscard]] std::string kpi_text(const boost::json::value& kpi, const Screen& screen);

// show_calendar.cpp: a school year, or one day of it
[[nodiscard]] std::string calendar_text(const boost::json::value& calendar, const Screen& screen);

// show_alerts.cpp
[[nodiscard]] std::string alerts_text(const boost::json::value& alerts, const Screen& screen);
[[nodiscard]] std::string deliveries_text(const boost::json::value& deliveries,
                                          const Screen& screen);

// show_silences.cpp
[[nodiscard]] std::string silences_text(const boost::json::value& silences, const Screen& screen);
[[nodiscard]] std::string silence_text(const boost::json::value& silence, const Screen& screen);
// "held back by the silence 3 of J. Smith (\"…\"), until …" of an event; nothing where it was told.
[[nodiscard]] std::string held_words(const boost::json::value& event, const Screen& screen);

// show_waiting.cpp
[[nodiscard]] std::string waiting_text(const boost::json::value& waiting, const Screen& screen);
// "waits for finance-team until Monday 07:00, quiet hours" of an event; nothing where it does not.
[[nodiscard]] std::string waits_words(const boost::json::value& event);

// How far a delivery has come, in words, and their colour.
[[nodiscard]] std::string delivery_state(const boost::json::value& delivery, const Screen& screen);
[[nodiscard]] Paint paint_of_delivery(const boost::json::value& delivery);
// "it-team", or "it-team instead of finance-team".
[[nodiscard]] std::string delivered_to(const boost::json::value& delivery);

// show_story.cpp
[[nodiscard]] std::string story_text(const boost::json::value& story, const Screen& screen);

// show_backtest.cpp
[[nodiscard]] std::string backtest_text(const boost::json::value& backtest, const Screen& screen);

// show_preview.cpp; the members: webhooks/preview.hpp
[[nodiscard]] std::string preview_text(const boost::json::value& preview, const Screen& screen);

// Shared pieces (show_parts.cpp).
[[nodiscard]] const boost::json::value& member(const boost::json::value& value,
                                               std::string_view pointer);  // null where absent
[[nodiscard]] std::string text_at(const boost::json::value& value, std::string_view pointer);
[[nodiscard]] std::int64_t count_at(const boost::json::value& value, std::string_view pointer);
[[nodiscard]] const boost::json::array& list_at(const boost::json::value& value,
                                                std::string_view pointer);
// "24 Nov 2026 01:00" in the trust's time zone; "never" where there is none.
[[nodiscard]] std::string when(const boost::json::value& instant, const Screen& screen);
[[nodiscard]] std::string plural(std::int64_t count, std::string_view one, std::string_view many);
// The table without the columns that are empty under their heading.
[[nodiscard]] std::string full_columns(std::vector<Row> table, bool colour);
// The text in lines no wider than the screen (and 100 columns), each with the indent; ends with a
// line's end.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, const Screen& screen);
[[nodiscard]] Paint paint_of_severity(std::string_view severity);
[[nodiscard]] std::string painted(std::string_view text, Paint paint, const Screen& screen);

}  // namespace kpid::cli
