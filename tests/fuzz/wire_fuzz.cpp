// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes, or a sound frame with some of its bytes changed, as from a plugin's process: refused,
// or a message that keeps every promise and comes back the same after another trip.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

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

// A sound batch, changed by pairs of place and difference: deeper than bytes at random would get.
std::vector<std::uint8_t> changed_batch(const std::uint8_t* data, std::size_t size) {
  static const auto sound = [] {
    ObservationRow row;
    row.flags = ObservationRow::has_value;
    const std::vector<ObservationRow> rows(3, row);
    return wire::encode_child(ObservationBatch{{"", "roll.pupils", "900001"}, rows, nullptr});
  }();
  std::vector<std::uint8_t> bytes(sound.data(), sound.data() + sound.size());
  for (std::size_t i = 0; i + 2 < size; i += 3) {
    const std::size_t place = data[i] | (std::size_t{data[i + 1]} << 8);
    bytes[place % bytes.size()] =
        static_cast<std::uint8_t>(bytes[place % bytes.size()] ^ data[i + 2]);
  }
  return bytes;
}

void try_frame(const std::uint8_t* data, std::size_t size) {
  const wire::Frame frame = frame_of(data, size);
  (void)wire::decode_daemon(frame);
  const auto message = wire::decode_child(frame);
  if (!message) return;
  if (const auto* batch = std::get_if<ObservationBatch>(&*message)) examine(*batch);
  const auto again = wire::encode_child(*message);
  const auto second = wire::decode_child(frame_of(again.data(), again.size()));
  require(second.has_value() && second->index() == message->index());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > wire::max_frame_bytes) return 0;
  try_frame(data, size);
  const auto changed = changed_batch(data, size);
  try_frame(changed.data(), changed.size());
  return 0;
}
