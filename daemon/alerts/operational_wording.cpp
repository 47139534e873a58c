// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/operational_wording.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace kpid {
namespace {
namespace json = boost::json;

std::string last_word(const SourceTrouble& trouble) {
  if (!trouble.last_succeeded_at) return "It has never worked.";
  return fmt::format(
      "It last worked on {}; its figures since then are missing.",
      format_date_for_people(std::chrono::floor<std::chrono::days>(*trouble.last_succeeded_at)));
}

}  // namespace

std::string source_failing_data(const SourceTrouble& trouble) {
  const std::string next =
      trouble.quarantined
          ? "Its plugin crashed three times in a row and is not run again until it changes or you "
            "release it with `kpictl plugin release`."
          : "kpid keeps trying.";
  json::object data;
  data["source"] = trouble.source;
  data["state"] = "failing";
  data["reason"] = trouble.reason;
  data["failures_in_a_row"] = trouble.failures_in_a_row;
  data["quarantined"] = trouble.quarantined;
  data["last_succeeded_at"] = nullptr;
  if (trouble.last_succeeded_at) {
    data["last_succeeded_at"] = format_timestamp(*trouble.last_succeeded_at);
  }
  data["explanation"] = fmt::format("The source \"{}\" cannot be read: {}. {} {}", trouble.source,
                                    trouble.reason, last_word(trouble), next);
  return json::serialize(data);
}

std::string source_stale_data(const SourceSilence& silence) {
  const auto day_of = [](Timestamp at) {
    return format_date_for_people(std::chrono::floor<std::chrono::days>(at));
  };
  json::object data;
  data["source"] = silence.source;
  data["state"] = "stale";
  data["content_changed_at"] = format_timestamp(silence.content_changed_at);
  data["data_until"] = nullptr;
  std::string until;
  if (silence.data_until) {
    data["data_until"] = format_date(*silence.data_until);
    until = fmt::format(" Its figures reach to {}.", format_date_for_people(*silence.data_until));
  }
  data["explanation"] = fmt::format(
      "The source \"{}\" can be read but has brought nothing new since {}, longer than the {} that "
      "the config allows.{} Ask whether its export still runs.",
      silence.source, day_of(silence.content_changed_at), format_span(silence.stale_after), until);
  return json::serialize(data);
}

std::string source_recovered_data(std::string_view source, std::uint32_t failures) {
  json::object data;
  data["source"] = source;
  data["state"] = "working";
  data["failures_in_a_row"] = failures;
  data["explanation"] = fmt::format("The source \"{}\" works again after {} failed run{}.", source,
                                    failures, failures == 1 ? "" : "s");
  return json::serialize(data);
}

std::string store_failing_data(std::string_view reason) {
  json::object data;
  data["source"] = "kpid";
  data["state"] = "failing";
  data["reason"] = reason;
  data["explanation"] = fmt::format(
      "kpid cannot write to its database: {}. Until this is mended no figure is stored and no "
      "alert "
      "is raised; kpid keeps trying.",
      reason);
  return json::serialize(data);
}

std::string store_damaged_data(std::string_view reason) {
  json::object data;
  data["source"] = "kpid";
  data["state"] = "failing";
  data["reason"] = reason;
  data["explanation"] = fmt::format(
      "kpid has checked its file: {}. It goes on with what can still be read, so figures may be "
      "missing or wrong until then.",
      reason);
  return json::serialize(data);
}

std::string store_recovered_data() {
  json::object data;
  data["source"] = "kpid";
  data["state"] = "working";
  data["explanation"] = "kpid can write to its database again; what was missed is pulled anew.";
  return json::serialize(data);
}

std::string destination_disabled_data(std::string_view destination, std::string_view reason) {
  json::object data;
  data["destination"] = destination;
  data["state"] = "disabled";
  data["reason"] = reason;
  data["explanation"] = fmt::format(
      "The destination \"{0}\" was switched off: {1}. What it missed is kept; once it is repaired, "
      "`kpictl destination enable {0}` switches it on and `kpictl delivery replay --since …` sends "
      "what it missed.",
      destination, reason);
  return json::serialize(data);
}

std::string test_ping_data(std::string_view destination, std::string_view trust) {
  json::object data;
  data["destination"] = destination;
  data["state"] = "test";
  data["explanation"] = fmt::format(
      "[TEST] kpid of {} can reach the destination \"{}\". Nothing is wrong; nothing needs doing.",
      trust, destination);
  return json::serialize(data);
}

}  // namespace kpid
