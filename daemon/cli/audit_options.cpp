// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "cli/audit_options.hpp"

#include <memory>

namespace kpid::cli {
namespace {

constexpr const char* since_when =
    "A day in the trust's time, or a time such as 2026-09-01T06:30:00Z";
constexpr const char* until_when = "Likewise; a day is included. Default: now";

template <class Options>
void run_with(CLI::App& app, const Choose& choose, std::shared_ptr<Options> options,
              int (*run)(const std::filesystem::path&, const Options&, const Terminal&)) {
  app.callback([choose, options, run] {
    choose([options, run](const std::filesystem::path& socket, const Terminal& terminal) {
      return run(socket, *options, terminal);
    });
  });
}

}  // namespace

void add_replay(CLI::App& delivery, const Choose& choose) {
  auto options = std::make_shared<ReplayCommand>();
  CLI::App* sub = delivery.add_subcommand(
      "replay", "Send again, under the same id; or what a new destination has missed");
  CLI::Option* id = sub->add_option("id", options->id, "One delivery");
  CLI::Option* since = sub->add_option("--since", options->since, since_when);
  since->excludes(id);
  sub->add_option("--until", options->until, until_when)->needs(since);
  CLI::Option* only =
      sub->add_option("--destination", options->destination, "What was for this one alone");
  only->needs(since);
  sub->add_option("--missed-by", options->missed_by,
                  "What this destination would have been told since then and has not: of each "
                  "alert where it stands now, and nothing of what is over")
      ->needs(since)
      ->excludes(only);
  sub->add_flag("--all", options->all,
                "What has arrived as well as what was given up; with --missed-by, every event")
      ->needs(since);
  sub->add_flag("--dry-run", options->dry_run, "Show what would be sent, and send nothing")
      ->needs(since);
  sub->add_flag("--yes", options->yes, "Do not ask before what has arrived is sent again");
  sub->parse_complete_callback([options] {
    if (options->id.empty() && options->since.empty()) {
      throw CLI::RequiredError("a delivery's id, or --since,");
    }
  });
  run_with(*sub, choose, options, run_replay);
}

void add_drill(CLI::App& webhook, const Choose& choose) {
  auto options = std::make_shared<DrillCommand>();
  CLI::App* sub = webhook.add_subcommand(
      "drill", "Send a made-up event, marked [TEST], to all who would be told of a real one");
  sub->add_option("--rule", options->rule, "A rule of the config; default: one that suits");
  sub->add_option("--school,--org", options->organisation,
                  "A school's URN or alias, or \"trust\"; default: one that the rule covers");
  sub->add_option("--event", options->event,
                  "kpi.alert.firing (the default), .changed, .acknowledged or .resolved, "
                  "source.failing, .stale or .recovered, destination.disabled");
  sub->add_option("--severity", options->severity,
                  "amber or red; default: the worst that the rule knows");
  run_with(*sub, choose, options, run_drill);
}

void add_export(CLI::App& program, const Choose& choose) {
  CLI::App* group = program.add_subcommand("export", "The record as a table, for a spreadsheet");
  group->require_subcommand(1);
  group->fallthrough();
  const auto add = [&](const char* name, const char* what, bool alerts) {
    auto options = std::make_shared<ExportCommand>();
    options->alerts = alerts;
    CLI::App* sub = group->add_subcommand(name, what);
    sub->add_option("--since", options->since, since_when);
    sub->add_option("--until", options->until, until_when);
    sub->add_option("--output", options->output, "A file, instead of printing it");
    sub->add_flag("--csv", options->csv, "CSV, which it is without --json");
    CLI::Option* mark =
        sub->add_flag("--bom", options->mark, "Begin with a byte order mark, as for --output");
    sub->add_flag("--no-bom", options->no_mark, "Begin without one")->excludes(mark);
    run_with(*sub, choose, options, run_export);
  };
  add("deliveries", "Who was told what, when, by which attempt, with which answer", false);
  add("alerts", "Every alert that was open in that time, and who was told first", true);
}

}  // namespace kpid::cli
