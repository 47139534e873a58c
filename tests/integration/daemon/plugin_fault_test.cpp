// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whatever a plugin does to the real daemon, it lives, the other sources are pulled, and the
// admin reads what happened.

#include <map>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"

namespace kpid::testing {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* outside_file = "/tmp/kpid-plugin-was-here";

class PluginFault : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove(outside_file);
    trust_.port = receiver_.port();
    trust_.schedule = "every 1 h";
    trust_.plugin_directories = "\"plugins\", ";
    trust_.write_accounts({9000, 9000});
    for (const fs::directory_entry& built : fs::directory_iterator(KPID_FAULTY_PLUGINS)) {
      if (built.path().extension() == ".so") {
        write_file(plugin(built.path().stem()), read_file(built.path()));
      }
    }
  }

  // The trust's own copy, to be changed at will.
  fs::path plugin(const std::string& name) { return trust_.folder() / "plugins" / (name + ".so"); }

  void add_source(const std::string& name, const std::string& plugin,
                  const std::string& behaviour = "nothing",
                  const std::string& time_limit = "1 min") {
    trust_.extra += "[[source]]\nname = \"" + name + "\"\nplugin = \"" + plugin +
                    "\"\nschedule = \"every 24 h\"\ntime_limit = \"" + time_limit +
                    "\"\n[source.settings]\ndo = \"" + behaviour + "\"\n";
  }

  void serve() {
    trust_.write_config();
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{kpid_program(), "--config", trust_.config()},
        trust_.folder() / "out", trust_.folder() / "log");
    ASSERT_TRUE(eventually([&] { return !daemon_->running() || kpictl({"status"}).status == 0; }));
    ASSERT_TRUE(daemon_->running()) << daemon_->errors();
  }

  Ended kpictl(std::vector<std::string> words) {
    words.insert(words.begin(), {kpictl_program(), "--config", trust_.config()});
    return run_command(words);
  }
  json::value ask(std::vector<std::string> words) {
    words.emplace_back("--json");
    const Ended ended = kpictl(words);
    boost::system::error_code fault;
    auto said = json::parse(ended.output, fault);
    if (fault) throw std::runtime_error("no JSON: " + ended.output + ended.errors);
    return said;
  }
  std::map<std::string, json::value> sources() {
    std::map<std::string, json::value> all;
    const json::value said = ask({"sources"});
    for (const json::value& one : said.at("sources").as_array()) {
      all.emplace(std::string(one.at("name").as_string()), one);
    }
    return all;
  }
  // The outcome of the source's last run and why, or nothing while it goes on.
  static std::string told(const json::value& source) {
    const json::value& run = source.at("last_run");
    if (run.is_null() || run.at("ended_at").is_null()) return {};
    return std::string(run.at("outcome").as_string()) + ": " +
           std::string(run.at("reason").as_string());
  }
  void expect_well() {
    EXPECT_TRUE(daemon_->running()) << daemon_->errors();
    EXPECT_EQ(ask({"status"}).at("daemon").at("pid").to_number<pid_t>(), daemon_->pid());
    const Ended good = kpictl({"source", "run", "finance"});
    EXPECT_EQ(good.status, 0) << good.output << good.errors;
  }

  Receiver receiver_{[](const ReceivedRequest&, std::size_t) { return Reply{}; }};
  MadeUpTrust trust_{2};
  std::unique_ptr<Process> daemon_;
};

TEST_F(PluginFault, HurtsNobodyElseAndIsToldInWords) {
  const std::string late = "failed: the plugin did not end within 1 s and was stopped";
  const std::string refused = "failed: Operation not permitted";
  struct Case {
    std::string plugin;
    std::string behaviour;
    std::string told;
    std::string time_limit = "1 min";
  };
  const std::vector<Case> cases{
      {"faulty", "nothing", "unchanged: "},
      {"faulty", "segfault", "failed: the plugin crashed (segmentation fault) after 1,200 rows"},
      {"faulty", "abort", "failed: the plugin crashed (abort) after 1 row"},
      {"faulty", "stack_overflow", "failed: the plugin crashed (segmentation fault)"},
      {"faulty", "exit_zero",
       "failed: the plugin's process ended by itself (exit code 0) without a result"},
      {"faulty", "endless_loop", late, "1 s"},
      {"faulty", "hang_in_destroy", late, "1 s"},
      {"faulty", "endless_output", late, "1 s"},
#ifndef KPID_SANITIZED  // which need more address space than any limit leaves
      {"faulty", "eight_gigabytes",
       "failed: the plugin ran out of memory in pull; it may use 512 MiB"},
#endif
      {"faulty", "fork_bomb", refused},
      {"faulty", "execute", refused},
      {"faulty", "write_file", refused},
      {"faulty", "read_file", refused},
      {"faulty", "open_socket", refused},
      {"faulty", "send_signal", refused},
      {"faulty", "trace",
       "failed: the plugin was stopped: it tried something that plugins may not do (system call "
       "ptrace)"},
      {"faulty", "garbage_frame",
       "failed: the plugin's process sent bytes that are not a message, which no sound plugin "
       "does; it was stopped"},
      {"faulty", "huge_frame",
       "failed: the plugin's process announced a message of an impossible size, which no sound "
       "plugin does; it was stopped"},
      {"faulty", "forged_batch",
       "failed: the plugin's process sent a row that breaks the contract, number 1 of its batch, "
       "which no sound plugin does; it was stopped"},
      {"faulty", "forged_end",
       "failed: the plugin's process ended with exit code 3 after it had given its result"},
      {"faulty", "forged_afterword",
       "failed: the plugin's process went on talking after its end, which no sound plugin does; "
       "it was stopped"},
      {"faulty", "forged_document",
       "failed: the plugin's process sent an observation from a document that was never fetched, "
       "which no sound plugin does; it was stopped"},
      {"faulty", "throw_runtime_error",
       "failed: the plugin let an exception out of pull: thrown across"},
      {"faulty", "throw_number", "failed: the plugin let an exception out of pull"},
      {"executes_early", "nothing", "failed: constructor: Operation not permitted"},
      {"crashes_early", "", "failed: the plugin crashed (segmentation fault) while it was loaded"},
      {"hangs_early", "", late, "1 s"},
      {"speaks_early", "nothing", refused},
      {"reads_early", "",
       "failed: constructor: Permission denied, thread: Permission denied, later: Operation not "
       "permitted"},
  };
  const auto name = [](const Case& one) { return one.plugin + "-" + one.behaviour; };
  for (const Case& one : cases) add_source(name(one), one.plugin, one.behaviour, one.time_limit);
  add_source("for-ever", "faulty", "ignore_cancel", "24 h");
  serve();
  expect_well();

  std::map<std::string, json::value> now;
  EXPECT_TRUE(eventually([&] {
    now = sources();
    return std::all_of(cases.begin(), cases.end(),
                       [&](const Case& one) { return !told(now.at(name(one))).empty(); });
  }));
  const bool whole_sandbox = ask({"status"}).at("daemon").at("sandbox_missing").as_array().empty();
  for (const Case& one : cases) {
    // Landlock alone stands before a constructor that reads.
    if (one.plugin == "reads_early" && !whole_sandbox) continue;
    EXPECT_EQ(told(now.at(name(one))), one.told) << name(one);
  }
  expect_well();
  EXPECT_FALSE(fs::exists(outside_file));
  EXPECT_THAT(daemon_->errors(), HasSubstr("the constructor ran"));
  EXPECT_EQ(told(now.at("for-ever")), "") << "it hangs to this moment, and nobody minds";

  daemon_->signal(SIGTERM);
  EXPECT_EQ(daemon_->wait(std::chrono::seconds{5}), 0) << daemon_->errors();
}

}  // namespace
}  // namespace kpid::testing
