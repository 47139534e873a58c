// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// References into the strategic plan: "5", "5.5", "5.5a". Pure. [any thread]

#include <string_view>

namespace kpid {

// Whether a KPI with the reference `plan` serves the objective: "5.5a" serves "5", "5.5" and
// "5.5a", neither "5.5b" nor "51".
[[nodiscard]] bool serves(std::string_view plan, std::string_view objective) noexcept;

}  // namespace kpid
