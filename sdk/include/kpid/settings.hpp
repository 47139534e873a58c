// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A source's settings, as the plugin's constructor is given them. The daemon has checked them
// against the manifest's JSON Schema and filled its defaults in, so what is missing or of another
// type here is a disagreement between schema and plugin: reading it throws a Failure (KPID_CONFIG)
// that names the setting, and creating the plugin fails with that sentence. Cheap to copy; const
// access from any thread. since 1.0

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kpid/json.hpp>

namespace kpid::plugin {

class Settings {
 public:
  // Reads a JSON object. KPID_CONFIG where it is none. since 1.0
  [[nodiscard]] static Result<Settings> parse(std::string_view json);

  // True where the setting is there and is not null. since 1.0
  [[nodiscard]] bool has(std::string_view name) const;

  // Each reads one setting, or throws; the second form gives `otherwise` where the setting is not
  // there, and still throws where it is of another type. since 1.0
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;  // 12 and 12.0, not 12.5
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] double number(std::string_view name, double otherwise) const;
  [[nodiscard]] bool truth(std::string_view name) const;
  [[nodiscard]] bool truth(std::string_view name, bool otherwise) const;

  // A list of texts; empty where the setting is not there. since 1.0
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  // A nested object; an empty one where the setting is not there. since 1.0
  [[nodiscard]] Settings object(std::string_view name) const;
  // A list of objects; empty where the setting is not there. since 1.0
  [[nodiscard]] std::vector<Settings> objects(std::string_view name) const;
  // The names of all settings here, in their order. since 1.0
  [[nodiscard]] std::vector<std::string> names() const;
  // A list of whole numbers; empty where the setting is not there. since 1.0
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name) const;

 private:
  Settings(std::shared_ptr<const Json> document, const Json* object, std::string path)
      : document_(std::move(document)), object_(object), path_(std::move(path)) {}
  [[nodiscard]] const Json* find(std::string_view name) const;
  [[nodiscard]] const Json& need(std::string_view name, std::string_view wanted) const;
  [[noreturn]] void refuse(std::string_view name, std::string_view wanted, const Json& found) const;

  std::shared_ptr<const Json> document_;
  const Json* object_ = nullptr;  // into *document_; null: an empty object
  std::string path_;              // JSON pointer of object_, for sentences
};

}  // namespace kpid::plugin
