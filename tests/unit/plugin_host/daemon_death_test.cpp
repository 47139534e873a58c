// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: a daemon that dies in the middle of a pull leaves no plugin running.

#include <array>
#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin_run.hpp"

namespace kpid::plugin_host {
namespace {

class DaemonDeath : public PluginRun {
 protected:
  // A process that runs the plugin as the daemon does, and says when the plugin is at work.
  pid_t start_daemon(int told) {
    const pid_t daemon = ::fork();
    if (daemon != 0) return daemon;
    sink_.when_logged = [told](const std::string&) {
      [[maybe_unused]] const auto written = ::write(told, "!", 1);
    };
    run("ignore_cancel");
    ::_exit(0);
  }
};

TEST_F(DaemonDeath, TakesThePluginWithIt) {
  // So that the orphan becomes our child, and we can wait for its end.
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  std::array<int, 2> told{-1, -1};
  ASSERT_EQ(::pipe2(told.data(), O_CLOEXEC), 0);
  const pid_t daemon = start_daemon(told[1]);
  ASSERT_GT(daemon, 0);
  ::close(told[1]);
  char word = 0;
  ASSERT_EQ(::read(told[0], &word, 1), 1);
  ::close(told[0]);
  const pid_t plugin = only_child_of(daemon);
  ASSERT_GT(plugin, 0);

  ASSERT_EQ(::kill(daemon, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(daemon, &status, 0), daemon);
  ASSERT_EQ(::waitpid(plugin, &status, 0), plugin) << "it loops for ever unless it is ended";
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 70);
}

}  // namespace
}  // namespace kpid::plugin_host
