// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A plugin that does what its settings name: {"do": "…"}. Good behaviour and bad, in one library.

#include <array>
#include <string>
#include <string_view>

#include "behaviours.hpp"
#include "table_manifest.hpp"

namespace {

struct Instance {
  std::string behaviour;
};

std::string_view view(kpid_string text) { return {text.ptr, text.len}; }

// The settings are always written by the tests: one member, no escapes.
std::string behaviour_of(std::string_view settings) {
  constexpr std::string_view key = "\"do\":\"";
  const std::size_t at = settings.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + key.size();
  return std::string(settings.substr(begin, settings.find('"', begin) - begin));
}

std::int32_t create(const kpid_host_v1* host, kpid_string settings, void** instance) {
  const std::string behaviour = behaviour_of(view(settings));
  if (behaviour == "refuse_settings") {
    return bad::explain(host, KPID_CONFIG, "the folder is not named; set it", "settings.folder");
  }
  *instance = new Instance{behaviour};
  return KPID_OK;
}

std::int32_t check(void* instance, const kpid_host_v1* host) {
  return bad::behave(static_cast<Instance*>(instance)->behaviour, host, nullptr);
}

std::int32_t pull(void* instance, const kpid_host_v1* host, const kpid_pull* pull) {
  return bad::behave(static_cast<Instance*>(instance)->behaviour, host, pull);
}

void destroy(void* instance) {
  const auto* ours = static_cast<Instance*>(instance);
  bad::end(ours->behaviour);
  delete ours;
}

}  // namespace

extern "C" const kpid_plugin_v1* kpid_plugin_entry_v1(void) {
  static const kpid_plugin_v1 table{sizeof(kpid_plugin_v1),
                                    0,
                                    bad::table_manifest(R"({"id":"org.kpid.test.behaving"})"),
                                    create,
                                    check,
                                    pull,
                                    destroy};
  return &table;
}
