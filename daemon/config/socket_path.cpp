// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/socket_path.hpp"

#include <system_error>

#include "config/document.hpp"

namespace kpid {

Result<std::filesystem::path> control_socket(const std::filesystem::path& config_file) {
  using namespace config;
  Faults faults;
  const auto index = faults.add_file(config_file.string());
  const auto tree = read_document(config_file, index, faults);
  if (!tree) {
    const auto fault = faults.in_order().front();
    const bool whole = fault.line == 0;
    return fail(ErrorKind::config, fault.sentence,
                whole ? config_file.string() : faults.text({index, fault.line, fault.column}));
  }
  const auto* daemon = tree->get("daemon");
  const auto* table = daemon == nullptr ? nullptr : daemon->as_table();
  const auto* socket = table == nullptr ? nullptr : table->get("socket");
  if (socket == nullptr) return std::filesystem::path{default_socket};
  const auto* text = socket->as_string();
  if (text == nullptr || text->get().empty()) {
    return fail(ErrorKind::config, "\"socket\" in [daemon] must be a path",
                faults.text(place_of(socket->source(), index)));
  }
  std::error_code error;
  const auto folder = std::filesystem::absolute(config_file, error).parent_path();
  const std::filesystem::path path{text->get()};
  return (path.is_absolute() ? path : folder / path).lexically_normal();
}

}  // namespace kpid
