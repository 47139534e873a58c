// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "read.hpp"

#include "finance/summary.hpp"
#include "finance/urn_json.hpp"

namespace kpid::plugins::finance {

tl::expected<Reading, Failure> read(std::span<const Document> documents, const Settings& settings) {
  switch (settings.format) {
    case Format::summary:
      return read_summaries(documents, settings);
    case Format::urn_json:
      return read_urn_json(documents, settings);
    default:
      break;
  }
  return tl::unexpected(Failure{"This format is not known."});
}

}  // namespace kpid::plugins::finance
