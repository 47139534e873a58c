// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The one spelling of a year group and of a group of pupils in subgroups, whatever a source writes,
// so that the figures of several sources meet in one series. Pure functions; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace kpid::plugins {

// "4" from "4", "04", "Y4", "Year 4", "Year group 4"; "R" from "R", "Reception", "YR", "0"; "N1"
// and "N2", "E1" and "E2" from these and "Nursery 1", "Early 2"; "N" from "Nursery". Years 1 to 14.
// Nothing where the text is none of them.
std::optional<std::string> year_group(std::string_view text);

// "fsm" from "FSM", "Free school meals"; "send" from "SEN", "SEND"; "eal" from "EAL";
// "pupil_premium" from "PP", "Pupil premium"; "" (all pupils) from "", "All", "Total" and "All
// pupils". Nothing where the text is none of them.
std::optional<std::string> pupil_group(std::string_view text);

// "pupil_group=send;year_group=4"; an empty part is left out.
std::string subgroup_of(std::string_view year_group, std::string_view pupil_group);

}  // namespace kpid::plugins
