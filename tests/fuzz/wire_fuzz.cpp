// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes as a frame from a plugin's process: refused, or a message that keeps every promise and
// comes back the same after another trip.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "plugin_host/wire.hpp"
#include "readers/encoding.hpp"

namespace {

using namespace kpid;
using namespace kpid::plugin_host;

void require(bool holds) {
  if (!holds) std::abort();
}

wire::Frame frame_of(const std::uint8_t* data, std::size_t size) {
  wire::Frame frame(size);
  std::memcpy(frame.data(), data, size);
  return frame;
}

void examine(const ObservationBatch& batch) {
  require(!batch.rows.empty() && batch.storage != nullptr);
  for (const auto name : batch.strings) {
    require(name.size() <= wire::max_name_bytes && readers::is_utf8(name));
  }
  for (const auto& row : batch.rows) {
    require(row.measure < batch.strings.size() && row.organisation < batch.strings.size() &&
            row.subgroup < batch.strings.size());
    require(row.period_start <= row.period_end && std::isfinite(row.value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > wire::max_frame_bytes) return 0;
  const wire::Frame frame = frame_of(data, size);
  (void)wire::decode_daemon(frame);
  const auto message = wire::decode_child(frame);
  if (!message) return 0;
  if (const auto* batch = std::get_if<ObservationBatch>(&*message)) examine(*batch);
  const auto again = wire::encode_child(*message);
  const auto second = wire::decode_child(frame_of(again.data(), again.size()));
  require(second.has_value() && second->index() == message->index());
  return 0;
}
