// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/hook_address.hpp"

#include <fmt/format.h>

namespace kpid::http {

std::string listen_text(const ListenConfig& listen) {
  const bool six = listen.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(six ? "[{}]:{}" : "{}:{}"), listen.address, listen.port);
}

std::string hook_address(const ListenConfig& listen, std::string_view source) {
  const std::string base =
      listen.public_url.empty() ? "http://" + listen_text(listen) : listen.public_url;
  return fmt::format("{}/hooks/{}", base, source);
}

std::string waits_to_be_pushed(const Config& config, const SourceConfig& source) {
  const std::string where =
      config.listen ? hook_address(*config.listen, source.name) : "/hooks/" + source.name;
  return fmt::format("the source \"{}\" waits to be pushed to: POST {}", source.name, where);
}

}  // namespace kpid::http
