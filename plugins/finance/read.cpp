// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "read.hpp"

#include "finance/aar.hpp"
#include "finance/bfr.hpp"
#include "finance/ledger.hpp"
#include "finance/management_accounts.hpp"
#include "finance/national_tables.hpp"
#include "finance/summary.hpp"
#include "finance/trial_balance.hpp"
#include "finance/urn_json.hpp"

namespace kpid::plugins::finance {

tl::expected<Reading, Failure> read(std::span<const Document> documents, const Settings& settings) {
  switch (settings.format) {
    case Format::summary:
      return read_summaries(documents, settings);
    case Format::urn_json:
      return read_urn_json(documents, settings);
    case Format::trial_balance:
      return read_trial_balances(documents, settings);
    case Format::ledger:
      return read_ledgers(documents, settings);
    case Format::management_accounts:
      return read_management_accounts(documents, settings);
    case Format::aar:
      return read_accounts_returns(documents, settings);
    case Format::bfr:
      return read_forecast_returns(documents, settings);
    case Format::dfe_table:
      return read_benchmarking_tables(documents, settings);
    case Format::cfr:
      return read_maintained_returns(documents, settings);
  }
  return tl::unexpected(Failure{"This format is not known."});
}

}  // namespace kpid::plugins::finance
