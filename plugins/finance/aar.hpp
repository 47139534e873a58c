// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the workbook of the Academies Accounts Return: the sheet of academies, and that of central
// services, whose figures are the trust's own. A sheet saved as CSV is read as the academies'. A
// pure function of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// An academy that moved from one trust to another stands twice; the settings' trust_codes say which
// of both rows is the trust's. Without them neither counts.
tl::expected<Reading, Failure> read_accounts_returns(std::span<const Document> documents,
                                                     const Settings& settings);

}  // namespace kpid::plugins::finance
