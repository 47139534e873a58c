// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// kpictl: the admin's program. Reads the arguments, then asks the daemon.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>

#include "cli/audit_options.hpp"
#include "cli/commands.hpp"
#include "config/socket_path.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

constexpr const char* footer =
    "Exit codes:\n"
    "   0  done\n"
    "   1  the daemon refused, or a test of rules failed; it says why\n"
    "   3  done, but the pull failed, a test was not delivered to all, a webhook was refused, or\n"
    "      an export could not be written\n"
    "  64  the arguments are wrong\n"
    "  69  kpid is not running\n"
    "  70  kpid did not answer as it should\n"
    "  77  this user may not speak to kpid\n"
    "  78  the config file cannot be read\n";

// What the arguments said. Every command has its own name for what it is about.
struct Arguments {
  std::filesystem::path config = "/etc/kpid/kpid.toml";
  std::filesystem::path socket;
  bool json = false;
  std::string name;
  std::string organisation;
  std::string as_of;
  std::string subgroup;
  std::string year;
  std::string on;
  std::size_t last = 24;
  bool all = false;
  bool failed = false;
  std::string by;
  std::string note;
  std::string span;
  std::string why;
  std::string until;
  bool long_silence = false;
  bool waiting = false;
  std::string rule;
  std::string kpi;
  std::string severity;
  std::string owner;
  std::string source;
  std::string event = "kpi.alert.firing";
  std::filesystem::path library;
  std::vector<std::filesystem::path> files;
  std::string from;
  std::string to;
  ListenCommand listen;
  KeygenCommand keygen;
};

constexpr std::chrono::seconds long_wait{std::chrono::hours{1}};

Command get(std::string path, std::string (*show)(const json::value&, const Screen&)) {
  Command command;
  command.question.target = "/api/v1/" + std::move(path);
  command.show = show;
  return command;
}

Command post(std::string path, std::string done) {
  Command command;
  command.question.post = true;
  command.question.target = "/api/v1/" + std::move(path);
  command.question.limit = long_wait;
  command.show = [done = std::move(done)](const json::value&, const Screen&) {
    return printable(done) + "\n";
  };
  return command;
}

Command run_source(const Arguments& arguments) {
  Command command = post("sources/" + percent_encoded(arguments.name) + "/run", "");
  command.waiting_for = "pulling " + arguments.name;
  command.show = [](const json::value& run, const Screen&) { return run_text(run); };
  command.went_well = [](const json::value& run) {
    const std::string outcome = text_at(run, "/outcome");
    return outcome == "succeeded" || outcome == "unchanged";
  };
  return command;
}

Command check_source(const Arguments& arguments) {
  Command command = post("sources/" + percent_encoded(arguments.name) + "/check", "");
  command.waiting_for = "reading " + arguments.name;
  command.show = check_text;
  command.went_well = [](const json::value& report) {
    return member(report, "/error").is_null() && !list_at(report, "/schools").empty();
  };
  return command;
}

Command kpi(const Arguments& arguments) {
  std::string path =
      "kpis/" + percent_encoded(arguments.name) + "?limit=" + std::to_string(arguments.last);
  const auto add = [&path](std::string_view key, const std::string& value) {
    if (!value.empty()) path += "&" + std::string(key) + "=" + percent_encoded(value);
  };
  add("org", arguments.organisation);
  add("as_of", arguments.as_of);
  add("subgroup", arguments.subgroup);
  return get(path, kpi_text);
}

Command backtest(const Arguments& arguments) {
  std::string path =
      "backtest?from=" + percent_encoded(arguments.from) + "&to=" + percent_encoded(arguments.to);
  if (!arguments.name.empty()) path += "&rule=" + percent_encoded(arguments.name);
  Command command = get(std::move(path), backtest_text);
  command.question.limit = long_wait;
  command.waiting_for = "replaying what is stored";
  command.progress = "/api/v1/backtest/progress";
  return command;
}

Command calendar(const Arguments& arguments) {
  std::string path = "calendar?org=" + percent_encoded(arguments.organisation);
  if (!arguments.year.empty()) path += "&year=" + percent_encoded(arguments.year);
  if (!arguments.on.empty()) path += "&on=" + percent_encoded(arguments.on);
  return get(path, calendar_text);
}

Command acknowledge(const Arguments& arguments) {
  Command command = post("alerts/" + percent_encoded(arguments.name) + "/acknowledge",
                         "noted: " + arguments.name + " by " + arguments.by);
  command.question.body = json::serialize(
      json::object{{"by", arguments.by}, {"note", arguments.note}, {"for", arguments.span}});
  return command;
}

Command add_silence(const Arguments& arguments) {
  Command command = post("silences", "");
  json::object body{{"by", arguments.by}, {"why", arguments.why}, {"long", arguments.long_silence}};
  const auto add = [&body](const char* key, const std::string& value) {
    if (!value.empty()) body[key] = value;
  };
  add("rule", arguments.rule);
  add("kpi", arguments.kpi);
  add("organisation", arguments.organisation);
  add("subgroup", arguments.subgroup);
  add("severity", arguments.severity);
  add("owner", arguments.owner);
  add("source", arguments.source);
  add("from", arguments.from);
  add("until", arguments.until);
  add("for", arguments.span);
  command.question.body = json::serialize(body);
  command.show = silence_text;
  return command;
}

Command remove_silence(const Arguments& arguments) {
  Command command = post("silences/" + percent_encoded(arguments.name) + "/remove", "");
  command.question.body = json::serialize(json::object{{"by", arguments.by}});
  command.show = silence_text;
  return command;
}

Command test_destination(const Arguments& arguments) {
  Command command = post("destinations/" + percent_encoded(arguments.name) + "/test", "");
  command.waiting_for = "sending a test to " + arguments.name;
  command.went_well = [](const json::value& delivery) {
    return text_at(delivery, "/state") == "delivered";
  };
  command.show = [](const json::value& delivery, const Screen&) {
    const std::string to = "test to " + text_at(delivery, "/destination") + ": ";
    const std::int64_t status = count_at(delivery, "/last_status");
    if (text_at(delivery, "/state") == "delivered") {
      return to + "delivered (HTTP " + std::to_string(status) + ")\n";
    }
    return to + "NOT delivered: " + text_at(delivery, "/last_error") + "\n";
  };
  return command;
}

class Program {
 public:
  Program() {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.footer(footer);
    app_.set_version_flag("--version", KPID_VERSION);
    app_.add_option("--config", arguments_.config,
                    "The daemon's config, read for the socket's path")
        ->capture_default_str();
    app_.add_option("--socket", arguments_.socket, "The daemon's socket, instead of the config's");
    app_.add_flag("--json", arguments_.json, "Print the same as JSON");
    look();
    sources();
    alerts();
    silences();
    rules();
    deliveries();
    plugins();
    listen();
  }

  int run(int count, char** values) {
    try {
      app_.parse(count, values);
    } catch (const CLI::RequiredError& problem) {
      const std::vector<std::string> unknown = app_.remaining(true);
      if (unknown.empty()) return wrong(problem);
      fmt::print(stderr, "kpictl: there is no command \"{}\"; kpictl --help lists them\n",
                 printable(unknown.front()));
      return exit_code::usage;
    } catch (const CLI::ParseError& problem) {
      return wrong(problem);
    }
    terminal_ = this_terminal();
    terminal_.json = arguments_.json;
    return run_();
  }

 private:
  using Make = Command (*)(const Arguments&);

  int wrong(const CLI::ParseError& problem) {
    const int code = app_.exit(problem);
    return code == 0 ? exit_code::success : exit_code::usage;
  }

  CLI::App* command(CLI::App& parent, const char* name, const char* what, Make make) {
    CLI::App* sub = parent.add_subcommand(name, what);
    sub->callback([this, make] { run_ = [this, make] { return ask_daemon(make(arguments_)); }; });
    return sub;
  }
  CLI::App& group(const char* name, const char* what) {
    CLI::App* sub = app_.add_subcommand(name, what);
    sub->require_subcommand(1);
    sub->fallthrough();
    return *sub;
  }

  void look() {
    command(app_, "status", "Is it working? Everything on one screen",
            [](const Arguments&) { return get("status", status_text); });
    command(app_, "kpis", "The newest value of each KPI, coloured by the rules",
            [](const Arguments& arguments) {
              return get(arguments.as_of.empty() ? std::string("kpis")
                                                 : "kpis?as_of=" + percent_encoded(arguments.as_of),
                         kpis_text);
            })
        ->add_option("--as-of", arguments_.as_of,
                     "As they were known, and judged, at the end of that day or at that time");
    CLI::App* one = command(app_, "kpi", "One KPI over time, and where its figures came from", kpi);
    one->add_option("id", arguments_.name, "The KPI, as `kpictl kpis` lists it")->required();
    one->add_option("--org", arguments_.organisation,
                    "A school's URN or alias, a comparator, or \"trust\" (the default)");
    one->add_option("--as-of", arguments_.as_of,
                    "As it was known at the end of that day (2026-09-01) or at that time");
    one->add_option("--subgroup", arguments_.subgroup, "For instance year_group=4");
    one->add_option("--last", arguments_.last, "How many periods")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000));
    CLI::App* year =
        command(app_, "calendar",
                "The school year: half-terms, holidays, INSET days, bank holidays", calendar);
    year->add_option("--org", arguments_.organisation,
                     "A school's URN or alias, or \"trust\" (the default)");
    CLI::Option* which =
        year->add_option("--year", arguments_.year,
                         "The year in which it begins, 2025 for 2025/26; default: today's");
    year->add_option("--on", arguments_.on, "What that day is, and which is the same a year before")
        ->excludes(which);
    command(app_, "reload", "Read the config anew; a faulty one changes nothing",
            [](const Arguments&) { return post("reload", "the new config is in force"); });
  }

  void sources() {
    command(app_, "sources", "Every source with its three clocks",
            [](const Arguments&) { return get("sources", sources_text); });
    command(group("source", "One source"), "run", "Pull it now, and wait for the outcome",
            run_source)
        ->add_option("name", arguments_.name, "The source")
        ->required();
  }

  void alerts() {
    CLI::App* open = command(app_, "alerts", "Open alerts", [](const Arguments& arguments) {
      if (!arguments.as_of.empty()) {
        return get("alerts?as_of=" + percent_encoded(arguments.as_of), alerts_text);
      }
      return get(arguments.all ? "alerts?all=1" : "alerts", alerts_text);
    });
    auto* all = open->add_flag("--all", arguments_.all, "Resolved ones too");
    open->add_option(
            "--as-of", arguments_.as_of,
            "Those that were open at the end of that day or at that time, as they stood then")
        ->excludes(all);
    CLI::App& alert = group("alert", "One alert");
    command(alert, "explain", "Why it is there, what it rests on, and who was told",
            [](const Arguments& arguments) {
              return get("alerts/" + percent_encoded(arguments.name), story_text);
            })
        ->add_option("id", arguments_.name, "The alert, as `kpictl alerts` lists it")
        ->required();
    CLI::App* ack = command(alert, "ack", "Take note of it", acknowledge);
    ack->add_option("id", arguments_.name, "The alert")->required();
    ack->add_option("--by", arguments_.by, "Who takes note")->required();
    ack->add_option("--note", arguments_.note, "What is being done");
    ack->add_option(
        "--for", arguments_.span,
        "Then it fires again: \"3 school days\", \"4 h\"; default: until it gets worse");
  }

  void silences() {
    CLI::App& silence = group("silence", "Tell nobody of something, for a while");
    CLI::App* add = command(silence, "add",
                            "Hold back what fits all of these; the alerts stay on record, and what "
                            "still fires at the end is told then",
                            add_silence);
    const char* word = "Exactly, or its beginning and a \"*\"";
    add->add_option("--rule", arguments_.rule, word);
    add->add_option("--kpi", arguments_.kpi, word);
    add->add_option("--org", arguments_.organisation, "A school's URN or alias, or \"trust\"");
    add->add_option("--subgroup", arguments_.subgroup, "For instance year_group=4");
    add->add_option("--severity", arguments_.severity,
                    "amber or red; a red is told all the same "
                    "where only amber is silenced");
    add->add_option("--owner", arguments_.owner, word);
    add->add_option("--source", arguments_.source,
                    "What rests on this source, and that it fails or brings nothing new");
    add->add_option("--from", arguments_.from, "A day or a time; default: now");
    CLI::Option* until = add->add_option("--until", arguments_.until,
                                         "A day, to seven of the next morning, or a time");
    add->add_option("--for", arguments_.span,
                    "For instance \"5 school days\", \"2 weeks\", \"4 h\"")
        ->excludes(until);
    add->add_flag("--long", arguments_.long_silence, "It may be more than 90 days");
    add->add_option("--by", arguments_.by, "Who silences it")->required();
    add->add_option("--why", arguments_.why, "Why")->required();
    command(silence, "list", "Silences that hold or are still to come",
            [](const Arguments& arguments) {
              return get(arguments.all ? "silences?all=1" : "silences", silences_text);
            })
        ->add_flag("--all", arguments_.all, "Those that are over too");
    CLI::App* remove =
        command(silence, "remove", "End one now; what it held back is told", remove_silence);
    remove->add_option("id", arguments_.name, "The silence, as `kpictl silence list` lists it")
        ->required();
    remove->add_option("--by", arguments_.by, "Who removes it")->required();
  }

  void rules() {
    CLI::App& rules = group("rules", "What the rules would tell");
    CLI::App* test = rules.add_subcommand(
        "test", "Run the rules on made-up figures and compare what they tell; needs no daemon");
    test->add_option("file", arguments_.files, "Files of tests (TOML)")->required();
    test->callback([this] {
      run_ = [this] { return run_rules_test({arguments_.config, arguments_.files}, terminal_); };
    });
    CLI::App* backtest = command(
        rules, "backtest", "What they would have told, to whom and when, on the stored history",
        kpid::cli::backtest);
    backtest->add_option("name", arguments_.name, "One rule alone");
    backtest->add_option("--from", arguments_.from, "The first day, such as 2025-09-01")
        ->required();
    backtest->add_option("--to", arguments_.to, "The last day")->required();
  }

  void deliveries() {
    CLI::App* all = command(app_, "deliveries", "Webhooks on their way, delivered and given up",
                            [](const Arguments& arguments) {
                              if (arguments.waiting) return get("waiting", waiting_text);
                              return get(arguments.failed ? "deliveries?failed=1" : "deliveries",
                                         deliveries_text);
                            });
    CLI::Option* failed =
        all->add_flag("--failed", arguments_.failed, "Only those with a failed attempt");
    all->add_flag("--waiting", arguments_.waiting,
                  "What waits for quiet times to end, for its group or for a digest")
        ->excludes(failed);
    add_replay(group("delivery", "One delivery, or many"), choose());
    CLI::App& webhook = group("webhook", "Try what goes out");
    command(webhook, "test", "Send a test, and wait for the first attempt", test_destination)
        ->add_option("name", arguments_.name, "The destination")
        ->required();
    CLI::App* preview =
        command(webhook, "preview", "Show what it would get for a made-up event; sends nothing",
                [](const Arguments& arguments) {
                  return get("destinations/" + percent_encoded(arguments.name) +
                                 "/preview?event=" + percent_encoded(arguments.event),
                             preview_text);
                });
    preview->add_option("name", arguments_.name, "The destination")->required();
    preview
        ->add_option("--event", arguments_.event,
                     "kpi.alert.firing, .changed, .acknowledged, .resolved, .reminder or "
                     ".escalated, source.failing, .stale or .recovered, destination.disabled, "
                     "test.ping")
        ->capture_default_str();
    keygen(webhook);
    add_drill(webhook, choose());
    add_export(app_, choose());
    command(group("destination", "One destination"), "enable",
            "Switch one on again that was switched off",
            [](const Arguments& arguments) {
              return post("destinations/" + percent_encoded(arguments.name) + "/enable",
                          arguments.name + " is on; what waited for it goes out now");
            })
        ->add_option("name", arguments_.name, "The destination")
        ->required();
  }

  void keygen(CLI::App& webhook) {
    CLI::App* sub = webhook.add_subcommand(
        "keygen", "Make a signing key; prints the public half, for the receiver; needs no daemon");
    sub->add_option("file", arguments_.keygen.file,
                    "Where the secret half goes: for signing_secret_file; must not be there yet")
        ->required();
    sub->add_flag("--shared", arguments_.keygen.shared,
                  "A secret that kpid and the receiver both know (whsec_), for receivers that "
                  "verify v1 alone");
    sub->callback([this] { run_ = [this] { return run_keygen(arguments_.keygen, terminal_); }; });
  }

  void plugins() {
    command(app_, "plugins", "Plugins that were found, and those that were refused",
            [](const Arguments&) { return get("plugins", plugins_text); });
    CLI::App& plugin = group("plugin", "One plugin");
    command(plugin, "check", "What a source would give, before its first pull; stores nothing",
            check_source)
        ->add_option("source", arguments_.name, "The source, as the config names it")
        ->required();
    CLI::App* describe = plugin.add_subcommand(
        "describe", "What a plugin's file says of itself; runs none of it, needs no daemon");
    describe->add_option("file", arguments_.library, "The plugin, for example my_plugin.so")
        ->required();
    describe->callback(
        [this] { run_ = [this] { return run_describe(arguments_.library, terminal_); }; });
    command(plugin, "release", "End its quarantine",
            [](const Arguments& arguments) {
              return post("plugins/" + percent_encoded(arguments.name) + "/release",
                          arguments.name + " is released; its sources run again when they are due");
            })
        ->add_option("name", arguments_.name, "The plugin")
        ->required();
  }

  void listen() {
    CLI::App* sub = app_.add_subcommand(
        "listen", "Receive webhooks here, verify and print them; needs no daemon");
    ListenCommand& options = arguments_.listen;
    sub->add_option("--address", options.address, "Where to listen")->capture_default_str();
    sub->add_option("--port", options.port, "0: any that is free")->capture_default_str();
    sub->add_option(
        "--secret", options.secrets,
        "whsec_… or whpk_…, may be given several times; shows in the list of processes, "
        "so rather --secret-file");
    sub->add_option("--secret-file", options.secret_files, "A file with a secret on each line");
    sub->add_option("--once", options.once, "End after so many deliveries");
    sub->callback([this] { run_ = [this] { return run_listen(arguments_.listen, terminal_); }; });
  }

  int with_socket(const Run& run) {
    std::filesystem::path socket = arguments_.socket;
    if (socket.empty()) {
      auto found = control_socket(arguments_.config);
      if (!found) return report(found.error(), exit_code::config, terminal_);
      socket = std::move(*found);
    }
    return run(socket, terminal_);
  }
  int ask_daemon(const Command& command) {
    return with_socket([&](const std::filesystem::path& socket, const Terminal& terminal) {
      return run_command(socket, command, terminal);
    });
  }
  Choose choose() {
    return [this](Run run) { run_ = [this, run = std::move(run)] { return with_socket(run); }; };
  }

  CLI::App app_{"kpictl asks the daemon kpid what it knows, and tells it what to do.", "kpictl"};
  Arguments arguments_;
  Terminal terminal_;
  std::function<int()> run_;
};

}  // namespace
}  // namespace kpid::cli

int main(int count, char** values) {
  try {
    return kpid::cli::Program().run(count, values);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "kpictl: {}\n", problem.what());
    return kpid::cli::exit_code::broken;
  }
}
