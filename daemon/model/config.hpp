// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The whole of what the operator has written, checked and with defaults filled. config/ makes it;
// it never changes afterwards: a reload makes another one.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/alert.hpp"
#include "model/fetch_config.hpp"
#include "model/kpi.hpp"
#include "model/organisation.hpp"
#include "model/rule.hpp"
#include "model/schedule_spec.hpp"
#include "model/school_calendar.hpp"
#include "model/secret.hpp"

namespace kpid {

// How a source that is pushed to proves itself, and how much it may send at once.
struct HookConfig {
  enum class Proof {
    standard_webhooks,  // its three headers; the secrets are whsec_ or whpk_
    bearer,             // "Authorization: Bearer ..."
    hmac,               // a header with HMAC-SHA256 of the body, in hex or base64
  };
  Proof proof = Proof::standard_webhooks;
  std::vector<Secret> secrets;  // the new one first; any of them proves
  std::string hmac_header;      // proof = hmac: "X-Hub-Signature-256"
  std::uint64_t size_limit = 16ULL << 20;
};

struct SourceConfig {
  std::string name;
  std::string plugin;             // id, as in "pupil_roll"
  std::filesystem::path library;  // the .so that was found for it, or should be there
  ScheduleSpec schedule;
  std::string settings_json;   // the [source.settings] table as JSON; checked by the manifest
  std::string settings_place;  // file:line:column of the table, for errors
  std::map<std::string, Secret> secrets;      // name used in {{secret:name}} -> value
  std::vector<std::string> allowed_hosts;     // beyond the manifest's and those of the settings
  std::vector<std::string> granted_hosts;     // all of these together, to be shown
  std::vector<std::string> allowed_networks;  // CIDRs; link-local and metadata never
  HttpConfig http;
  SftpConfig sftp;
  std::optional<DropConfig> drop;
  std::uint64_t size_limit = 4ULL << 30;  // of one document
  std::chrono::milliseconds time_limit{std::chrono::minutes{10}};
  std::uint64_t memory_limit = 512ULL << 20;
  std::optional<Span> stale_after;  // nothing new for longer than this is told of
  std::optional<HookConfig> hook;   // schedule = "pushed": /hooks/NAME
};

enum class DestinationFormat {
  standard,  // signed: Standard Webhooks and CloudEvents
  teams,
  slack,
  google_chat,
  discord,
  pagerduty,
  alertmanager,
  ntfy,
  by_template,  // "template": the operator's own mustache
  email,        // by SMTP
};
[[nodiscard]] std::string_view to_string(DestinationFormat format) noexcept;
[[nodiscard]] std::optional<DestinationFormat> parse_destination_format(
    std::string_view text) noexcept;

// At most so many deliveries within any span of this length.
struct RateLimit {
  std::uint32_t most = 1;
  std::chrono::milliseconds within{std::chrono::seconds{1}};
  bool operator==(const RateLimit&) const = default;
};

// What a mail needs beside its server's address. The password is the destination's access key.
struct MailConfig {
  std::string from;
  std::vector<std::string> to;
  std::string user;  // empty: nobody logs in
  bool tls = true;   // false: in clear, and then to allowed networks only
};

// Hours and days in which a destination is told of nothing: what comes up waits for their end. In
// the trust's time and by the trust's calendar.
struct QuietTimes {
  struct Hours {
    std::chrono::minutes from{};   // of the day, included
    std::chrono::minutes until{};  // not included; not after `from`: of the next day
    bool operator==(const Hours&) const = default;
  };
  std::optional<Hours> hours;
  bool weekends = false;
  bool holidays = false;  // and bank holidays
  [[nodiscard]] bool any() const noexcept { return hours || weekends || holidays; }
  bool operator==(const QuietTimes&) const = default;
};

// What goes out together, as one message.
enum class Grouping { none, organisation, kpi, run };

// Once a day, or once a week, everything since the last one as one message. In the trust's time.
struct DigestTimes {
  std::optional<unsigned> weekday;  // 1: Monday, to 7: Sunday; nothing: each day
  std::chrono::minutes time_of_day{};
  bool operator==(const DigestTimes&) const = default;
};

struct DestinationConfig {
  std::string name;
  DestinationFormat format = DestinationFormat::standard;
  Secret url;                   // a Teams URL is itself a secret
  Secret access_key{};          // PagerDuty's routing key; else a bearer token, where there is one
  std::string template_text{};  // format = template: checked mustache
  std::string template_content_type{};  // what the template makes
  std::vector<Secret> signing_secrets;  // the new one first; all of them sign
  std::vector<std::string> owners;      // empty: every owner
  std::vector<std::string> kpis;
  std::vector<std::string> organisations;
  std::vector<std::string> objectives{};  // of the plan: "5" is of "5.5a" too; empty: all
  Severity minimum_severity = Severity::amber;
  std::vector<EventType> events;              // empty: all
  bool operational = false;                   // gets source.* and destination.* events
  bool resolved = true;                       // is told that an alert is over
  bool corrected = true;                      // is told that an alert is withdrawn: its figure was
  std::vector<std::string> allowed_networks;  // CIDRs; link-local and metadata never
  std::filesystem::path ca_file;              // a private CA: the only one trusted when set
  std::chrono::milliseconds timeout{std::chrono::seconds{20}};
  std::vector<std::chrono::milliseconds> retry_schedule;  // waits before the 2nd, 3rd, … attempt
  std::uint32_t connections = 4;
  std::vector<RateLimit> rates{};    // all of them hold; the format's own where none is written
  std::string client_certificate{};  // PEM, with its chain; empty: none is shown
  Secret client_key{};               // PEM, of that certificate
  std::string proxy{};               // empty: none
  MailConfig mail{};                 // format = email
  bool handshake = false;            // CloudEvents: asks the receiver's consent first
  // Only alerts of which nobody took note for so long: where they escalate to.
  std::optional<Span> unacknowledged_for{};
  std::string fallback{};              // the destination that is told what this one could not be
  std::optional<Span> repeat_every{};  // while an alert fires and nobody takes note of it
  // When it is told, where not at once.
  QuietTimes quiet{};
  std::optional<Severity> urgent{};  // as bad as this goes out in quiet times too
  Grouping group_by = Grouping::none;
  std::chrono::milliseconds group_wait{};  // for others of its group
  std::optional<DigestTimes> digest{};
};

// An outside address that hears from kpid as long as it works, so that its silence is noticed.
struct HeartbeatConfig {
  Secret url;  // knowing it is enough to forge the beat
  std::chrono::milliseconds every{std::chrono::minutes{5}};
  std::vector<std::string> allowed_networks;  // CIDRs; link-local and metadata never
  std::filesystem::path ca_file;              // a private CA: the only one trusted when set
};

// What may call in: sources that push, and people who acknowledge by a link. No API.
struct ListenConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string public_url;  // under which a proxy shows it to the world; empty: no links in messages
  bool operator==(const ListenConfig&) const = default;
};

// What is kept for how long; nothing where for ever. What an alert rests on is never dropped.
struct Retention {
  std::optional<Span> runs = Span{3, Span::Unit::years};        // with their notes
  std::optional<Span> deliveries = Span{3, Span::Unit::years};  // finished ones; their events stay
  std::optional<Span> superseded;  // revisions that a later one has replaced
  std::optional<Span> daily;       // daily periods; beyond it the last of each week is kept
};

struct Config {
  std::filesystem::path file;
  std::string instance = "kpid";  // CloudEvents source: /kpid/<instance>
  std::string timezone = "Europe/London";
  std::filesystem::path database;
  std::filesystem::path socket;
  std::vector<std::filesystem::path> plugin_directories;
  std::string log_level = "info";
  std::string dashboard_url;  // base of the links in messages; may be empty
  std::optional<double> funding_per_pupil_pence;
  Organisations organisations;
  SchoolCalendars calendars;
  Retention retention;
  std::vector<Kpi> kpis;  // the catalogue, in its order
  std::vector<SourceConfig> sources;
  std::vector<Rule> rules;
  std::vector<DestinationConfig> destinations;
  bool first_match = false;  // of the destinations that want an event, only the first gets it
  std::optional<HeartbeatConfig> heartbeat;
  std::optional<ListenConfig> listen;

  [[nodiscard]] const Kpi* kpi(std::string_view id) const;
  [[nodiscard]] const SourceConfig* source(std::string_view name) const;
  [[nodiscard]] const DestinationConfig* destination(std::string_view name) const;
  [[nodiscard]] const Rule* rule(std::string_view name) const;
};

// Every measure that a KPI rests on, through other KPIs too, in a fixed order: what Kpi::inputs
// holds once a config is loaded.
[[nodiscard]] std::vector<MeasureInput> inputs_of(const Config& config, const Kpi& kpi);

}  // namespace kpid
