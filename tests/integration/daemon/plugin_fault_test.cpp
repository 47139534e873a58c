// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whatever a plugin does to the real daemon, it lives, the other sources are pulled, and the
// admin reads what happened.

#include <algorithm>
#include <atomic>
#include <map>
#include <sstream>

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

  std::atomic<bool> answers_ = true;
  Receiver receiver_{[this](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = !answers_;
    return reply;
  }};
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

TEST_F(PluginFault, ThreeCrashesAreAQuarantine) {
  add_source("crashing", "faulty", "abort");
  add_source("calm", "faulty");
  serve();
  const auto run = [&] { return kpictl({"source", "run", "crashing"}); };
  const auto crashes = [&] { return sources().at("crashing").at("crashes_in_a_row").as_int64(); };
  const auto quarantined = [&] {
    const json::value said = ask({"plugins"});
    for (const json::value& one : said.at("plugins").as_array()) {
      if (one.at("id") == "faulty") return one.at("quarantined").as_bool();
    }
    return false;
  };
  const auto crash_until_held = [&] {
    int before = 0;
    Ended ended = run();
    for (; ended.status == 3 && before < 4; ended = run()) ++before;
    EXPECT_LE(before, 3);
    EXPECT_EQ(ended.status, 1) << ended.output;
    EXPECT_THAT(
        ended.errors,
        HasSubstr("faulty.so: the plugin \"faulty\" crashed three times in a row and is not "
                  "run again until it changes; `kpictl plugin release faulty` lets it try "
                  "again"));
    EXPECT_EQ(crashes(), 3);
    EXPECT_TRUE(quarantined());
  };
  EXPECT_FALSE(quarantined());
  crash_until_held();
  EXPECT_EQ(sources().at("crashing").at("health"), "quarantined");
  EXPECT_THAT(kpictl({"plugins"}).output, HasSubstr("quarantined"));
  EXPECT_THAT(kpictl({"sources"}).output,
              HasSubstr("crashing is held in quarantine, for its plugin crashed 3 times in a row; "
                        "replace the plugin or `kpictl plugin release faulty`"));
  EXPECT_THAT(kpictl({"status"}).output, HasSubstr("1 source is held in quarantine"));
  EXPECT_EQ(kpictl({"source", "run", "calm"}).status, 0) << "another source may use the plugin";

  EXPECT_EQ(kpictl({"plugin", "release", "faulty"}).status, 0);
  EXPECT_FALSE(quarantined());
  EXPECT_EQ(run().status, 3) << "it runs, and crashes";
  EXPECT_EQ(crashes(), 1);
  const Ended nothing_held = kpictl({"plugin", "release", "faulty"});
  EXPECT_EQ(nothing_held.status, 1);
  EXPECT_THAT(nothing_held.errors, HasSubstr("is not quarantined"));
  EXPECT_EQ(kpictl({"plugin", "release", "nobody"}).status, 1);

  crash_until_held();
  // Another library under the same name. What follows the last section is not looked at.
  write_file(plugin("faulty"), read_file(plugin("faulty")) + "changed");
  EXPECT_EQ(run().status, 3) << "a new library gets a new chance";
  EXPECT_EQ(crashes(), 1);
  EXPECT_FALSE(quarantined());
  expect_well();
}

// ---- Stopping ----------------------------------------------------------------------------------

// The children of a process, as the kernel counts them; those that wait to be reaped left out.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> all;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = read_file(entry.path() / "stat");
    const std::size_t after_name = stat.rfind(')');
    if (after_name == std::string::npos) continue;  // it has ended meanwhile
    std::istringstream rest(stat.substr(after_name + 1));
    char state = 0;
    pid_t its_parent = 0;
    rest >> state >> its_parent;
    if (its_parent == parent && state != 'Z') all.push_back(std::stoi(name));
  }
  return all;
}
bool lives(pid_t process) {
  const std::string stat = read_file(fs::path("/proc") / std::to_string(process) / "stat");
  const std::size_t after_name = stat.rfind(')');
  return after_name != std::string::npos && stat.compare(after_name, 4, ") Z ") != 0 &&
         stat.find("kpid-plugin") != std::string::npos;
}

// The one that listens, and one for each connection that was taken.
std::size_t sockets_at(const fs::path& socket) {
  const std::string all = read_file("/proc/net/unix");
  const std::string wanted = " " + socket.string() + "\n";
  std::size_t count = 0;
  for (std::size_t at = 0; (at = all.find(wanted, at)) != std::string::npos; ++at) ++count;
  return count;
}

class HungPlugins : public PluginFault {
 protected:
  // Every plugin hangs, and a delivery is under way to a receiver that does not answer.
  void hang() {
    answers_ = false;
    for (const char* name : {"one", "two", "three"}) {
      add_source(name, "faulty", "ignore_cancel", "24 h");
    }
    add_source("four", "faulty", "hang_in_destroy", "24 h");
    add_source("five", "hangs_early", "", "24 h");
    add_source("six", "faulty", "config");
    serve();
    const auto hung = [&] {
      const std::string log = daemon_->errors();
      return log.find("waiting source=one") != std::string::npos &&
             log.find("waiting source=two") != std::string::npos &&
             log.find("waiting source=three") != std::string::npos &&
             children_of(daemon_->pid()).size() == 5 && !receiver_.requests().empty();
    };
    ASSERT_TRUE(eventually(hung)) << daemon_->errors();
    children_ = children_of(daemon_->pid());
    for (const pid_t child : children_) ASSERT_TRUE(lives(child)) << child;
  }
  std::vector<pid_t> children_;
};

TEST_F(HungPlugins, DoNotKeepTheDaemonFromEnding) {
  ASSERT_NO_FATAL_FAILURE(hang());
  Process waits({kpictl_program(), "--config", trust_.config(), "source", "run", "one"},
                trust_.folder() / "waits", trust_.folder() / "waits-log");
  ASSERT_TRUE(eventually([&] { return sockets_at(trust_.socket()) == 2; })) << waits.errors();
  daemon_->signal(SIGTERM);
  EXPECT_EQ(daemon_->wait(std::chrono::seconds{5}), 0) << daemon_->errors();
  for (const pid_t child : children_) EXPECT_FALSE(lives(child)) << child;
  EXPECT_THAT(daemon_->errors(), HasSubstr(" stopped"));
  EXPECT_THAT(daemon_->errors(), Not(HasSubstr("something did not end in time")));
  EXPECT_EQ(waits.wait(), 70) << waits.output() << waits.errors();
  EXPECT_THAT(waits.errors(), HasSubstr("kpid broke off its answer"));
}

TEST_F(HungPlugins, DieWithTheDaemon) {
  ASSERT_NO_FATAL_FAILURE(hang());
  daemon_->signal(SIGKILL);
  EXPECT_EQ(daemon_->wait(), 128 + SIGKILL);
  for (const pid_t child : children_) EXPECT_TRUE(eventually([&] { return !lives(child); }));
}

TEST_F(HungPlugins, AreLeftAtTheSecondSignal) {
  ASSERT_NO_FATAL_FAILURE(hang());
  daemon_->signal(SIGTERM);
  EXPECT_TRUE(eventually(
      [&] { return daemon_->errors().find("stopping signal=15") != std::string::npos; }));
  daemon_->signal(SIGTERM);
  EXPECT_THAT(daemon_->wait(std::chrono::seconds{5}), AnyOf(0, 128 + SIGTERM));
  for (const pid_t child : children_) EXPECT_TRUE(eventually([&] { return !lives(child); }));
}

// ---- Refused before they are loaded ------------------------------------------------------------

// The bytes of a library with some of them replaced.
std::string patched(std::string bytes, std::size_t at, std::string_view by) {
  if (at == std::string::npos || at + by.size() > bytes.size()) {
    throw std::runtime_error("there is nothing to patch");
  }
  return bytes.replace(at, by.size(), by);
}

TEST_F(PluginFault, ALibraryThatIsRefusedIsNeverLoaded) {
  using std::string_view_literals::operator""sv;
  const std::string good = read_file(plugin("speaks_early"));
  const std::size_t section = good.find("KPIDPLG1\1\0\0\0"sv);
#ifdef __x86_64__
  const auto another_machine = "\xB7\0"sv;  // aarch64
#else
  const auto another_machine = "\x3E\0"sv;  // x86-64
#endif
  write_file(plugin("wrong_major"), patched(good, section + 8, "\2"));
  write_file(plugin("wrong_minor"), patched(good, section + 12, "\x63"));
  write_file(plugin("wrong_machine"), patched(good, 18, another_machine));
  write_file(plugin("cut_short"), good.substr(0, good.size() / 2));
  write_file(plugin("only_text"), "this is not a library\n");
  write_file(plugin("another_name"), good);
  write_file(plugin("writable"), good);
  fs::permissions(plugin("writable"), fs::perms::others_write, fs::perm_options::add);
  const std::vector<std::pair<std::string, std::string>> refused{
      {"wrong_major",
       "the plugin needs plugin interface 2, this kpid speaks 1; install the plugin's "
       "version for this kpid"},
      {"wrong_minor",
       "the plugin needs plugin interface 1.99, this kpid speaks 1.0; upgrade kpid or "
       "install an older version of the plugin"},
      {"wrong_machine", "the library is built for "},
      {"cut_short", "the library is damaged: "},
      {"only_text",
       "this is not an ELF library; name the .so file that the plugin's build left "
       "behind"},
      {"another_name",
       "the plugin's id is \"speaks_early\", so its file must be named "
       "speaks_early.so; rename it"},
      {"no_plugin",
       "this is a shared library but no kpid plugin: it has no section kpid_manifest; "
       "build it with kpid_add_plugin()"},
      {"writable",
       "the library may be written by everybody, who could replace the plugin; run: "
       "chmod go-w "},
      {"not_there", ""},
  };
  for (const auto& [name, sentence] : refused) add_source(name, name);
  trust_.write_config();

  const Ended check = run_command({kpid_program(), "--config", trust_.config(), "--check"});
  EXPECT_EQ(check.status, 0) << check.errors;
  EXPECT_THAT(check.output, HasSubstr("no faults: 2 schools, 10 sources"));
  for (const auto& [name, sentence] : refused) {
    EXPECT_THAT(check.errors, HasSubstr("warning: the source \"" + name + "\" cannot be pulled: " +
                                        plugin(name).string() + ": " + sentence));
  }
  EXPECT_THAT(check.errors, Not(HasSubstr("\"finance\"")));

  serve();
  expect_well();
  std::map<std::string, json::value> now;
  EXPECT_TRUE(eventually([&] {
    now = sources();
    return std::all_of(now.begin(), now.end(),
                       [](const auto& one) { return !told(one.second).empty(); });
  }));
  const std::string table = kpictl({"plugins"}).output;
  for (const auto& [name, sentence] : refused) {
    EXPECT_THAT(told(now.at(name)),
                HasSubstr("failed: " + plugin(name).string() + ": " + sentence));
    EXPECT_EQ(now.at(name).at("crashes_in_a_row"), 0);
    if (name == "not_there") continue;
    EXPECT_THAT(table, HasSubstr("refused: " + sentence));
  }
  EXPECT_THAT(daemon_->errors(), Not(HasSubstr("the constructor ran")));

  // That the constructor would have told: the library as it was built, under its own name.
  trust_.extra.clear();
  add_source("control", "speaks_early");
  trust_.write_config();
  EXPECT_EQ(kpictl({"reload"}).status, 0);
  EXPECT_TRUE(eventually(
      [&] { return daemon_->errors().find("the constructor ran") != std::string::npos; }));
}

// ---- Nothing to do with crashes ----------------------------------------------------------------

TEST_F(PluginFault, NoSchoolMatchesOrThePluginGoesAway) {
  write_file(trust_.folder() / "in/strangers.csv",
             "School,Financial year,Income,Expenditure,Staff costs,Reserves\r\n"
             "123456,2025/26,1,1,1,1\r\n");
  trust_.extra = R"([[source]]
name = "strangers"
plugin = "finance"
schedule = "every 24 h"
[source.settings]
path = "in/strangers.csv"
)";
  add_source("fleeting", "faulty");
  serve();
  expect_well();
  const auto run = [&](const std::string& name) { return kpictl({"source", "run", name}); };
  EXPECT_EQ(run("strangers").status, 3);
  EXPECT_THAT(told(sources().at("strangers")),
              HasSubstr("none of the organisations in the data is one of the trust's; check the "
                        "codes of the schools in the config"));
  EXPECT_EQ(run("fleeting").status, 0);
  fs::rename(plugin("faulty"), plugin("away"));
  EXPECT_EQ(run("fleeting").status, 3);
  EXPECT_THAT(told(sources().at("fleeting")), HasSubstr("faulty.so: "));
  expect_well();
  fs::rename(plugin("away"), plugin("faulty"));
  EXPECT_EQ(run("fleeting").status, 0);
  EXPECT_EQ(sources().at("fleeting").at("health"), "working");
}

}  // namespace
}  // namespace kpid::testing
