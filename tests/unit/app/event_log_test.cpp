// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/event_log.hpp"

#include <sstream>

#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

namespace kpid::app {
namespace {

TEST(EventLog, WordsFirstThenFacts) {
  EXPECT_EQ(EventLog::line("a run has ended", {{"source", "roll"}, {"rows", "12"}}),
            "a run has ended source=roll rows=12");
  EXPECT_EQ(EventLog::line("x", {{"reason", "no file \"a.csv\""}, {"empty", ""}}),
            R"(x reason="no file \"a.csv\"" empty="")");
}

TEST(EventLog, WhatComesFromOutsideCannotForgeALine) {
  EXPECT_EQ(EventLog::line("one\ntwo", {{"a", "b\r\nlevel=error"}}),
            R"(one\x0atwo a="b\x0d\x0alevel=error")");
  EXPECT_EQ(EventLog::line("esc \x1b[31m", {}), R"(esc \x1b[31m)");
  EXPECT_LT(EventLog::line(std::string(100'000, 'x'), {}).size(), 9000U);
}

TEST(EventLog, WritesFromTheLevelOnThatTheConfigNames) {
  std::ostringstream out;
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
  sink->set_pattern("%l %v");
  EventLog log(std::make_shared<spdlog::logger>("test", sink));
  log.set_level("warning");
  log.info("quiet");
  log.warning("told", {{"source", "roll"}});
  EXPECT_EQ(out.str(), "warning told source=roll\n");
}

}  // namespace
}  // namespace kpid::app
