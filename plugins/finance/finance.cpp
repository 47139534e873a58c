// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "finance": accounts in the shapes that finance systems and the department have them;
// see README.md beside this file.

#include <kpid/plugin.hpp>

#include "common/run.hpp"
#include "finance/read.hpp"
#include "finance/read_settings.hpp"

namespace kpid::plugins::finance {
namespace {

class Finance {
 public:
  explicit Finance(const plugin::Settings& settings)
      : location_(settings), settings_(settings_from(settings)) {}

  plugin::Status check(plugin::Host& host) { return check_tables(host, location_, reader()); }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) {
    return pull_tables(host, location_, reader());
  }

 private:
  [[nodiscard]] Reader reader() const {
    return [this](std::span<const Document> documents) { return read(documents, settings_); };
  }

  Location location_;
  Settings settings_;
};

}  // namespace
}  // namespace kpid::plugins::finance

KPID_PLUGIN(kpid::plugins::finance::Finance);
