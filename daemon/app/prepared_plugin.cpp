// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/prepared_plugin.hpp"

#include <algorithm>
#include <utility>

#include "fetch/url.hpp"

namespace kpid::app {

Result<PreparedPlugin> prepare_plugin(const SourceConfig& source) {
  auto manifest = plugin_host::read_manifest(source.library);
  if (!manifest) return tl::unexpected<Error>(std::move(manifest.error()));
  auto fingerprint = plugin_host::library_fingerprint(source.library);
  if (!fingerprint) return tl::unexpected<Error>(std::move(fingerprint.error()));
  // Checked anew: the library may have been missing, or another one, when the config was read.
  auto settings = plugin_host::check_settings(*manifest, source.settings_json);
  if (!settings.faults.empty()) {
    const auto& fault = settings.faults.front();
    return fail(ErrorKind::config, fault.sentence,
                source.settings_place + (fault.pointer.empty() ? "" : " " + fault.pointer));
  }
  return PreparedPlugin{std::move(*manifest), std::move(*fingerprint), std::move(settings.json)};
}

std::vector<std::string> granted_hosts(const SourceConfig& source,
                                       const std::vector<std::string>& of_manifest,
                                       std::string_view settings_json) {
  std::vector<std::string> hosts = source.allowed_hosts;
  const auto add = [&](const std::string& host) {
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(host);
  };
  for (const std::string& host : of_manifest) add(host);
  for (const std::string& host : fetch::hosts_in_settings(settings_json)) add(host);
  return hosts;
}

fetch::FetchPolicy fetch_policy(const Config& config, const SourceConfig& source,
                                const PreparedPlugin& plugin, const Clock& clock,
                                std::shared_ptr<fetch::Lines> lines) {
  fetch::FetchPolicy policy;
  policy.base = config.file.parent_path();
  policy.scratch = config.database.parent_path();
  policy.source = source.name;
  policy.allowed_hosts = granted_hosts(source, plugin.manifest.allowed_hosts, plugin.settings_json);
  policy.allowed_networks = source.allowed_networks;
  policy.secrets = source.secrets;
  policy.http = source.http;
  policy.sftp = source.sftp;
  policy.drop = source.drop;
  policy.size_limit = source.size_limit;
  policy.time_limit = source.time_limit;
  policy.lines = std::move(lines);
  policy.clock = &clock;
  return policy;
}

plugin_host::PullRequest pull_request(const Installation& installation, const SourceConfig& source,
                                      const PreparedPlugin& plugin, Timestamp now) {
  plugin_host::PullRequest request;
  request.source = source.name;
  request.library = source.library;
  request.host_program = installation.host_program;
  request.manifest_text = plugin.manifest.text;
  request.settings_json = plugin.settings_json;
  request.now = now;
  request.limits.time = source.time_limit;
  request.limits.memory = source.memory_limit;
  return request;
}

}  // namespace kpid::app
