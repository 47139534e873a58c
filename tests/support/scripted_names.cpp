// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "support/scripted_names.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <dlfcn.h>
#include <netdb.h>

namespace kpid::testing {
namespace {

struct Name {
  std::vector<std::vector<std::string>> answers;
  std::size_t look_ups = 0;
};

class Names {
 public:
  static Names& of_this_process() {
    static Names names;
    return names;
  }
  void set(const std::string& name, std::vector<std::vector<std::string>> answers) {
    const std::lock_guard hold(mutex_);
    names_[name] = {std::move(answers), 0};
  }
  std::optional<std::vector<std::string>> look_up(const std::string& name) {
    const std::lock_guard hold(mutex_);
    const auto found = names_.find(name);
    if (found == names_.end()) return std::nullopt;
    auto& [answers, count] = found->second;
    return answers[std::min(count++, answers.size() - 1)];
  }
  std::size_t look_ups(const std::string& name) {
    const std::lock_guard hold(mutex_);
    const auto found = names_.find(name);
    return found == names_.end() ? 0 : found->second.look_ups;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Name> names_;
};

using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

Resolve of_the_system() {
  static const auto function = reinterpret_cast<Resolve>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return function;
}

}  // namespace

void ScriptedNames::resolve(const std::string& name,
                            std::vector<std::vector<std::string>> answers) {
  Names::of_this_process().set(name, std::move(answers));
}

std::size_t ScriptedNames::look_ups(const std::string& name) {
  return Names::of_this_process().look_ups(name);
}

// The system makes each address's entry, and frees them all: they are one list.
static int scripted_getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                                addrinfo** found) {
  const std::string_view wanted = name == nullptr ? "" : name;
  if (!wanted.ends_with(".test")) return of_the_system()(name, service, hints, found);
  const auto addresses = Names::of_this_process().look_up(std::string{wanted});
  if (!addresses || addresses->empty()) return EAI_NONAME;
  addrinfo numeric = hints == nullptr ? addrinfo{} : *hints;
  numeric.ai_flags = AI_NUMERICHOST;
  numeric.ai_family = AF_UNSPEC;
  addrinfo* first = nullptr;
  addrinfo** next = &first;
  for (const std::string& address : *addresses) {
    if (const int fault = of_the_system()(address.c_str(), service, &numeric, next); fault != 0) {
      if (first != nullptr) ::freeaddrinfo(first);
      return fault;
    }
    while (*next != nullptr) next = &(*next)->ai_next;
  }
  *found = first;
  return 0;
}

}  // namespace kpid::testing

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  return kpid::testing::scripted_getaddrinfo(name, service, hints, found);
}
