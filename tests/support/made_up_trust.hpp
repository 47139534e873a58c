// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A whole small trust in a folder of its own, for tests that run the real programs: schools
// 900001, 900002, …, a finance summary that the test rewrites, one rule, one destination.

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace kpid::testing {

class MadeUpTrust {
 public:
  explicit MadeUpTrust(std::size_t schools);

  // The summary for 2025/26: every school has an income of 100,000 pounds and these reserves.
  void write_accounts(const std::vector<int>& reserves_in_pounds) const;
  // Keys and tables of the config that a test wants otherwise.
  std::string schedule = "on change";
  std::string retry_schedule =
      R"(["100 ms", "100 ms", "100 ms", "200 ms", "200 ms", "500 ms", "500 ms", "1 s", "1 s", "1 s"])";
  std::string rule_extra;
  std::string destination_extra;
  std::string extra;  // further tables at the end
  unsigned short port = 9;
  std::string plugin_directories;  // as TOML strings with commas, before the build's own
  void write_config() const;

  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }
  [[nodiscard]] std::string config() const { return (folder_ / "kpid.toml").string(); }
  [[nodiscard]] std::filesystem::path database() const { return folder_ / "state/kpid.sqlite"; }
  [[nodiscard]] std::filesystem::path socket() const { return folder_ / "state/kpid.sock"; }
  [[nodiscard]] static std::string urn(std::size_t school);  // counted from 0
  [[nodiscard]] static std::string secret();

 private:
  TemporaryFolder folder_;
  std::size_t schools_;
};

// Where the programs of this build are.
[[nodiscard]] std::string kpid_program();
[[nodiscard]] std::string kpictl_program();

}  // namespace kpid::testing
