// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The demo trust's config, read as `kpictl rules test` reads it, with a Render that turns an event
// into its own data.

#include <memory>

#include <gtest/gtest.h>

#include "config/load.hpp"
#include "ingest/evaluate_marked.hpp"
#include "support/places.hpp"

namespace kpid::replay {

inline std::shared_ptr<const Config> demo_config() {
  LoadOptions options;
  options.catalogue_directory =
      std::filesystem::path{kpid::testing::source_folder()} / "config/catalogue";
  options.without_secrets = true;
  const LoadedConfig loaded = load_config(
      std::filesystem::path{kpid::testing::source_folder()} / "config/demo/kpid.toml", options);
  for (const ConfigFault& fault : loaded.faults) ADD_FAILURE() << fault.text();
  return loaded.config;
}

inline ingest::Render plain_render() {
  return [](const DestinationConfig&, const Event& event) -> Result<ingest::RenderedBody> {
    return ingest::RenderedBody{"application/json", event.data};
  };
}

}  // namespace kpid::replay
