// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "settings.hpp"

namespace kpid::plugins::attendance {
namespace {

struct Known {
  std::string_view setting;
  std::vector<std::string> names;
};

const std::array<Known, kPupilColumns>& known() {
  static const std::array<Known, kPupilColumns> all{{
      {"school", {"URN", "School URN", "LAEstab", "School", "School name", "SchoolURN"}},
      {"pupil",
       {"pupil_id", "Pupil ID", "UPN", "Student ID", "Admission number", "Admission No", "Adno",
        "MIS ID", "Pupil", "Student"}},
      {"year_group", {"year_group", "Year group", "NC year", "National curriculum year", "Year"}},
      {"pupil_premium", {"pupil_premium", "Pupil premium", "Pupil premium indicator", "PP"}},
      {"fsm",
       {"fsm", "Free school meals", "FSM eligible", "Eligible for free school meals",
        "fsm_eligible"}},
      {"sen", {"sen", "SEN status", "SEND", "sen_status"}},
      {"eal", {"eal", "English as an additional language"}},
      {"date",
       {"date", "Attendance date", "Mark date", "SessionDate", "attendance_date", "Week commencing",
        "week_commencing", "Week beginning", "Week start", "Week"}},
      {"session", {"session", "AM/PM", "Session name"}},
      {"mark", {"mark", "Attendance mark", "Attendance code", "attendance_code", "Code"}},
      {"am", {"AM", "AM mark", "am_mark"}},
      {"pm", {"PM", "PM mark", "pm_mark"}},
      {"marks", {"marks", "Attendance marks", "Codes", "week_marks"}},
      {"attended", {"attended", "Sessions attended", "Attendances", "sessions_attended"}},
      {"authorised",
       {"authorised", "Authorised absences", "Authorised absence", "Sessions authorised",
        "sessions_authorised"}},
      {"unauthorised",
       {"unauthorised", "Unauthorised absences", "Unauthorised absence", "Sessions unauthorised",
        "sessions_unauthorised"}},
      {"late", {"late", "Lates", "Late sessions", "sessions_late"}},
  }};
  return all;
}

}  // namespace

std::string_view format_name(Format format) {
  constexpr std::array<std::string_view, 8> kNames{
      "auto", "marks", "pupil_weeks", "ees", "dfe_daily", "ees_long", "school_absence", "wonde"};
  return kNames.at(static_cast<std::size_t>(format));
}

const std::vector<std::string>& usual_names(PupilColumn column) { return known().at(column).names; }

std::string_view setting_name(PupilColumn column) { return known().at(column).setting; }

}  // namespace kpid::plugins::attendance
