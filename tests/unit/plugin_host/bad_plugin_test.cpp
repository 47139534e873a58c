// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whatever a plugin does, this process lives, and the operator reads what happened.

#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>

#include "plugin_run.hpp"

namespace kpid::plugin_host {
namespace {

using ::testing::HasSubstr;

class BadPlugin : public PluginRun {
 protected:
  // For those that never end by themselves.
  void hurry() {
    request_.limits.time = std::chrono::milliseconds(500);
    request_.limits.grace = std::chrono::milliseconds(100);
  }
  void expect_crash(const std::string& behaviour, const std::string& sentence) {
    const PullOutcome outcome = run(behaviour);
    EXPECT_EQ(this->sentence(outcome), sentence);
    EXPECT_TRUE(outcome.crashed);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->kind, ErrorKind::plugin);
  }
  void expect_refused(const std::string& behaviour, const std::string& reason) {
    const PullOutcome outcome = run(behaviour);
    EXPECT_EQ(sentence(outcome), reason);
    EXPECT_FALSE(outcome.crashed);
  }
};

TEST_F(BadPlugin, SegmentationFault) {
  expect_crash("segfault", "the plugin crashed (segmentation fault) after 1,200 rows");
  EXPECT_EQ(sink_.rows, 1200U);
  EXPECT_EQ(sink_.cursors.size(), 1U) << "what was committed before stays";
}
TEST_F(BadPlugin, Abort) { expect_crash("abort", "the plugin crashed (abort) after 1 row"); }
TEST_F(BadPlugin, StackOverflow) {
  expect_crash("stack_overflow", "the plugin crashed (segmentation fault)");
}
TEST_F(BadPlugin, ExitWithZero) {
  expect_crash("exit_zero", "the plugin's process ended by itself (exit code 0) without a result");
}
TEST_F(BadPlugin, EndlessLoop) {
  hurry();
  expect_crash("endless_loop", "the plugin did not end within 500 ms and was stopped");
}
TEST_F(BadPlugin, HangsInDestroy) {
  hurry();
  expect_crash("hang_in_destroy", "the plugin did not end within 500 ms and was stopped");
}
TEST_F(BadPlugin, EightGigabytes) {
#ifdef KPID_SANITIZED
  GTEST_SKIP() << "the sanitizers need more address space than any limit leaves";
#endif
  expect_refused("eight_gigabytes", "the plugin ran out of memory in pull; it may use 512 MiB");
}
TEST_F(BadPlugin, ForkBomb) { expect_refused("fork_bomb", "Operation not permitted"); }
TEST_F(BadPlugin, RunsAProgram) { expect_refused("execute", "Operation not permitted"); }
TEST_F(BadPlugin, WritesAFile) {
  expect_refused("write_file", "Operation not permitted");
  EXPECT_FALSE(std::filesystem::exists("/tmp/kpid-plugin-was-here"));
}
TEST_F(BadPlugin, ReadsAFile) { expect_refused("read_file", "Operation not permitted"); }
TEST_F(BadPlugin, OpensASocket) { expect_refused("open_socket", "Operation not permitted"); }
TEST_F(BadPlugin, SendsASignal) { expect_refused("send_signal", "Operation not permitted"); }
TEST_F(BadPlugin, UsesAForbiddenCall) {
  expect_crash("trace",
               "the plugin was stopped: it tried something that plugins may not do (system call "
               "ptrace)");
}
TEST_F(BadPlugin, PrintsWithoutEnd) {
  hurry();
  request_.limits.output_lines = 50;
  expect_crash("endless_output", "the plugin did not end within 500 ms and was stopped");
  EXPECT_EQ(sink_.log.size(), 51U);
  EXPECT_THAT(sink_.log.back(), HasSubstr("the rest of it is left out"));
}
TEST_F(BadPlugin, PrintsMuchAndIsRightAllTheSame) {
  request_.limits.output_lines = 50;
  expect_refused("much_output", "(no error)");
  EXPECT_EQ(sink_.log.size(), 51U);
}
TEST_F(BadPlugin, LogsMuchAndIsRightAllTheSame) {
  request_.limits.output_lines = 50;
  expect_refused("much_log", "(no error)");
  EXPECT_EQ(sink_.log.size(), 51U);
}
TEST_F(BadPlugin, GarbageInTheWire) {
  expect_crash("garbage_frame",
               "the plugin's process sent bytes that are not a message, which no sound plugin "
               "does; it was stopped");
}
TEST_F(BadPlugin, AMessageTooLargeToBeTrue) {
  expect_crash("huge_frame",
               "the plugin's process announced a message of an impossible size, which no sound "
               "plugin does; it was stopped");
}
TEST_F(BadPlugin, ForgedRow) {
  expect_crash("forged_batch",
               "the plugin's process sent a row that breaks the contract, number 1 of its batch, "
               "which no sound plugin does; it was stopped");
  EXPECT_EQ(sink_.rows, 0U);
}
TEST_F(BadPlugin, ForgedResult) {
  expect_crash("forged_end",
               "the plugin's process ended with exit code 3 after it had given its result");
}
TEST_F(BadPlugin, ForgedSecondHello) {
  expect_crash("forged_hello",
               "the plugin's process sent a message that has no place there, which no sound "
               "plugin does; it was stopped");
}
TEST_F(BadPlugin, ForgedWordAfterTheEnd) {
  expect_crash("forged_afterword",
               "the plugin's process went on talking after its end, which no sound plugin does; "
               "it was stopped");
}
TEST_F(BadPlugin, ForgedDocument) {
  expect_crash("forged_document",
               "the plugin's process sent an observation from a document that was never fetched, "
               "which no sound plugin does; it was stopped");
}
TEST_F(BadPlugin, ClosesTheSocketAndStays) {
  hurry();
  const PullOutcome outcome = run("close_socket");
  // The thread that reads in the child sees it at once, or not before it is told to stop.
  EXPECT_THAT(sentence(outcome),
              ::testing::AnyOf("the plugin did not end within 500 ms and was stopped",
                               "the plugin's process ended by itself (exit code 70) without a "
                               "result"));
  EXPECT_TRUE(outcome.crashed);
}
TEST_F(BadPlugin, ThrowsThroughTheInterface) {
  expect_refused("throw_runtime_error", "the plugin let an exception out of pull: thrown across");
}
TEST_F(BadPlugin, ThrowsSomethingElse) {
  expect_refused("throw_number", "the plugin let an exception out of pull");
}
TEST_F(BadPlugin, IgnoresACancellation) {
  request_.limits.grace = std::chrono::milliseconds(100);
  sink_.when_logged = [&](const std::string&) {
    cancel_.emit(boost::asio::cancellation_type::terminal);
  };
  const PullOutcome outcome = run("ignore_cancel");
  EXPECT_EQ(sentence(outcome), "the run was cancelled");
  EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
  EXPECT_EQ(outcome.developer_detail,
            "it went on for 100 ms after it had been asked to stop, and was killed");
}

// ---- Before any function is called -------------------------------------------------------------

TEST_F(BadPlugin, ConstructorReadsAFile) {
  if (!missing_sandbox_parts().empty()) GTEST_SKIP() << missing_sandbox_parts().front();
  request_.library = plugin("constructor_reads");
  expect_refused("",
                 "constructor: Permission denied, thread: Permission denied, later: "
                 "Operation not permitted");
}
TEST_F(BadPlugin, ConstructorStartsAProgram) {
  request_.library = plugin("constructor_executes");
  expect_refused("", "constructor: Operation not permitted");
}
TEST_F(BadPlugin, AConstructorReachesForWhatIsNotItsOwn) {
  request_.library = plugin("constructor_reaches");
  const std::string no = ": Operation not permitted; ";
  expect_refused("", "owner" + no + "signal" + no + "async" + no + "ioctl" + no + "lsetxattr" + no +
                         "fchmodat2" + no);
}
TEST_F(BadPlugin, ConstructorCrashes) {
  request_.library = plugin("constructor_crashes");
  expect_crash("", "the plugin crashed (segmentation fault) while it was loaded");
}
TEST_F(BadPlugin, ConstructorNeverEnds) {
  hurry();
  request_.library = plugin("constructor_hangs");
  expect_crash("", "the plugin did not end within 500 ms and was stopped");
}

struct Refused {
  std::string library;
  std::string sentence;
};
class RefusedLibrary : public BadPlugin, public ::testing::WithParamInterface<Refused> {};

TEST_P(RefusedLibrary, SaysWhy) {
  request_.library = plugin(GetParam().library);
  const PullOutcome outcome = run("nothing");
  EXPECT_EQ(sentence(outcome), GetParam().sentence);
  EXPECT_FALSE(outcome.crashed);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::config);
}
INSTANTIATE_TEST_SUITE_P(
    All, RefusedLibrary,
    ::testing::Values(
        Refused{"not_there",
                "not_there.so cannot be loaded; install what it needs or a build for this system"},
        Refused{"no_entry", "no_entry.so is no plugin: it exports no kpid_plugin_entry_v1"},
        Refused{"no_table", "no_table.so gave no table"},
        Refused{"small_table",
                "small_table.so gave a table of 16 bytes, ABI 1.0 needs 56; build it with this "
                "SDK"},
        Refused{"newer_abi",
                "newer_abi.so needs ABI 1.99, this kpid offers 1.1; update kpid or use an older "
                "version of the plugin"},
        Refused{"missing_function", "missing_function.so gave a table with a function missing"}),
    [](const auto& about) { return about.param.library; });

TEST_F(BadPlugin, AnotherManifestThanInItsSection) {
  request_.manifest_text = "{\"id\":\"another\"}";
  expect_refused("nothing",
                 "behaving_plugin.so has one manifest in its table and another in its section; "
                 "build it with kpid_add_plugin()");
}

TEST_F(BadPlugin, FindsNothingOfTheDaemons) {
  ASSERT_EQ(::setenv("KPID_TEST_SECRET", "hunter2", 1), 0);
  const int left_open = ::open("/etc/hostname", O_RDONLY);  // as libraries do: without CLOEXEC
  EXPECT_EQ(sentence(run("look_around")), "(no error)");
  ::close(left_open);
  EXPECT_THAT(sink_.log, ::testing::ElementsAre("1 variables: 2, descriptors: 0 1 2 3 4"));
}

// ---- The program that runs plugins -------------------------------------------------------------

TEST_F(BadPlugin, TheHostProgramIsMissing) {
  request_.host_program = folder_ / "kpid-plugin-host";
  const PullOutcome outcome = run("nothing");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::config);
  EXPECT_EQ(outcome.error->text(),
            request_.host_program.string() +
                ": the program that runs plugins could not be started: No such file or "
                "directory; is kpid installed completely?");
  EXPECT_FALSE(outcome.crashed);
}
TEST_F(BadPlugin, TheHostProgramIsNoProgram) {
  request_.host_program = folder_.path();
  EXPECT_THAT(sentence(run("nothing")), HasSubstr("could not be started: Permission denied"));
}

}  // namespace
}  // namespace kpid::plugin_host
