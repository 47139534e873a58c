// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The functions of plugin.h as the child offers them: they check what the plugin hands over, pack
// it into frames, and answer KPID_CANCELLED once the daemon wants to stop.

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kpid/plugin.h"
#include "plugin_host/child/channel.hpp"

namespace kpid::plugin_host {

class HostTable {
 public:
  HostTable(Channel& channel, bool may_emit);
  ~HostTable();
  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  [[nodiscard]] const kpid_host_v1* table() const noexcept { return &table_; }

  // After the plugin returned `status`: sends what still waits, then tells what to report.
  [[nodiscard]] wire::Ended finish(std::int32_t status);

  // ---- What the table's functions do. They may throw std::bad_alloc; the thunks turn that into a
  // status. [worker], but for log() and cancelled().
  [[nodiscard]] bool cancelled() const noexcept { return channel_.cancelled(); }
  void log(std::int32_t level, kpid_string line);
  void set_error(const kpid_error& error);
  std::int32_t emit(const kpid_observation* items, std::size_t count, std::uint32_t item_size);
  std::int32_t checkpoint(kpid_string cursor);
  std::int32_t note(const kpid_note& note);
  void rows_read(std::uint64_t rows);
  const void* extension(kpid_string id) const;
  std::int32_t fetch(const kpid_fetch_request& request, const kpid_document** documents,
                     std::size_t* count);
  void release(const kpid_document* documents);
  void discard(const kpid_document* document, std::uint64_t bytes);

  // Explains a fault of the plugin and returns KPID_INTERNAL.
  std::int32_t refuse(std::string sentence);

 private:
  struct Fetch;  // what one call of fetch gave out

  std::optional<std::string> add(const kpid_observation& item);
  std::optional<std::uint32_t> intern(kpid_string text);
  void flush();
  std::int32_t receive_documents(Fetch& into);

  Channel& channel_;
  bool may_emit_;
  kpid_host_v1 table_{};
  kpid_fetch_v1 fetch_table_{};

  std::list<std::string> names_;  // of the batch in hand; stable addresses
  std::unordered_map<std::string_view, std::uint32_t> index_;
  std::vector<ObservationRow> rows_;
  std::size_t text_bytes_ = 0;

  std::uint64_t rows_read_ = 0;
  std::uint64_t rows_told_ = 0;
  std::uint32_t documents_ = 0;
  std::list<Fetch> fetches_;
  std::optional<wire::Ended> explained_;
};

}  // namespace kpid::plugin_host
