// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

#include <span>

#include "behaviours.hpp"

namespace bad {

std::span<const Named> good_behaviours();  // orderly, though not always successful
std::span<const Named> bad_behaviours();   // attacks and accidents

}  // namespace bad
