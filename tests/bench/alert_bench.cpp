// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How long from a breach to the first byte that tells of it, at a receiver on loopback that both
// have: for kpid from the moment that a run has the figure in hand, through storing, judging and
// two commits, to the outbox's request; for Alertmanager, where its program is given, from the
// moment that an alert is posted to it, with group_wait = 0 s, to its webhook's request. In turns
// within one run, each breach of a school of its own. Alertmanager keeps alerts in memory; kpid's
// are on the disk before they are told. Usage: alert_bench [COUNT] [ALERTMANAGER]; prints a line of
// JSON.

#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <curl/curl.h>

#include "bench.hpp"
#include "fast_receiver.hpp"
#include "ingest/evaluate_marked.hpp"
#include "ingest/run_session.hpp"
#include "sender.hpp"
#include "store/async_write.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"
#include "webhooks/render.hpp"

namespace {

using namespace kpid::bench;
using kpid::testing::Process;
using kpid::testing::TemporaryFolder;
using Milliseconds = std::chrono::duration<double, std::milli>;
namespace asio = boost::asio;
namespace ingest = kpid::ingest;
namespace store = kpid::store;

const kpid::Period year{kpid::make_date(2025, 9, 1), kpid::make_date(2026, 8, 31)};

std::string school_name(int number) { return std::to_string(900'000 + number); }

std::shared_ptr<kpid::Config> trust(int schools, const std::string& url) {
  auto config = std::make_shared<kpid::Config>();
  std::vector<kpid::Organisation> all(1);
  all[0].kind = kpid::OrganisationKind::trust;
  all[0].code = kpid::trust_code;
  for (int i = 0; i < schools; ++i) {
    kpid::Organisation school;
    school.code = school_name(i);
    school.name = "School " + school.code;
    all.push_back(school);
  }
  config->organisations = kpid::Organisations(std::move(all));
  kpid::Kpi kpi;
  kpi.id = "finance.reserves_percent";
  kpi.title = "reserves as a share of income";
  kpi.unit = kpid::Unit::percent;
  kpi.calendar = kpid::Calendar::financial_year;
  kpi.definition = kpid::RatioOf{"finance.reserves", "finance.income"};
  kpi.inputs = {{"finance.reserves", std::nullopt}, {"finance.income", std::nullopt}};
  kpi.owner = "finance";
  config->kpis = {kpi};
  kpid::Rule rule;
  rule.name = "reserves";
  rule.kpi = kpi.id;
  rule.red = kpid::Threshold{kpid::Threshold::Operator::below, 5};
  for (int i = 0; i < schools; ++i) rule.organisations.push_back(school_name(i));  // not the trust
  config->rules = {rule};
  config->sources.resize(1);
  config->sources[0].name = "finance";
  config->destinations = {bench_destination(url, 4)};
  return config;
}

std::vector<kpid::Measure> measures() {
  std::vector<kpid::Measure> all(2);
  all[0].id = "finance.reserves";
  all[1].id = "finance.income";
  for (auto& measure : all) {
    measure.unit = kpid::Unit::pence;
    measure.whole = true;
    measure.calendar = kpid::Calendar::financial_year;
  }
  return all;
}

// Reserves of 3 % of the income: below every limit.
ingest::Checkpoint breach_of(const std::string& school) {
  struct Storage {
    std::string school;
    std::vector<kpid::ObservationRow> rows;
  };
  auto storage = std::make_shared<Storage>();
  storage->school = school;
  kpid::ObservationBatch batch;
  batch.strings = {"", storage->school, "finance.reserves", "finance.income"};
  for (const std::uint32_t measure : {2U, 3U}) {
    kpid::ObservationRow row;
    row.organisation = 1;
    row.measure = measure;
    row.period_start = kpid::days_since_epoch(year.start);
    row.period_end = kpid::days_since_epoch(year.end);
    row.flags = kpid::ObservationRow::has_value;
    row.value = measure == 2 ? 300'000 : 10'000'000;
    row.fetch = 1;
    row.row_first = row.row_last = measure;
    storage->rows.push_back(row);
  }
  batch.rows = storage->rows;
  batch.storage = storage;
  ingest::Checkpoint checkpoint;
  checkpoint.batches.push_back(std::move(batch));
  kpid::FetchedDocument document;
  document.number = 1;
  document.origin = "in/summary.csv";
  document.sha256 = std::string(64, 'a');
  checkpoint.documents.push_back(document);
  checkpoint.cursor = school;
  checkpoint.has_cursor = true;
  return checkpoint;
}

// The daemon's street from a figure to the outbox, without its plugin.
class Kpid {
 public:
  Kpid(int schools, const std::string& url)
      : config_(trust(schools, url)),
        database_(must(store::Database::open(folder_ / "kpid.sqlite"))),
        queue_(*database_) {
    outbox_.on_attempt = [this](const kpid::DeliveryAttempt& attempt, const kpid::Delivery&) {
      must(attempt.state == kpid::DeliveryState::delivered, attempt.error);
      ++delivered_;
    };
    outbox_.configure(config_);
  }

  // When the figure was in hand; returns once it has been told.
  Instant tell(int school) {
    Instant breach;
    asio::co_spawn(loop_, pull(school_name(school), breach), [](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
    });
    const std::uint64_t wanted = delivered_ + 1;
    while (delivered_ < wanted) loop_.run_one();
    return breach;
  }

 private:
  asio::awaitable<void> pull(std::string school, Instant& breach) {
    ingest::RunSession session(config_, config_->sources[0], measures());
    store::WriteQueue::Job begin = [&](store::Writer& writer) {
      return session.begin(writer, clock_.now());
    };
    const auto begun = co_await store::async_write(queue_, std::move(begin));
    must(begun);
    const ingest::Checkpoint checkpoint = breach_of(school);
    breach = now();
    store::WriteQueue::Job keep = [&](store::Writer& writer) -> kpid::Result<void> {
      if (auto applied = session.apply(writer, checkpoint, clock_.now()); !applied) return applied;
      return session.finish(writer, {}, clock_.now()).map([](const kpid::Run&) {});
    };
    const auto kept = co_await store::async_write(queue_, std::move(keep));
    must(kept);
    ingest::Evaluation evaluation;
    store::WriteQueue::Job judge = [&](store::Writer& writer) -> kpid::Result<void> {
      const ingest::EvaluationContext context{*config_, identifiers_, render_, clock_.now()};
      auto judged = ingest::evaluate_marked(writer, context);
      if (!judged) return tl::unexpected(judged.error());
      evaluation = std::move(*judged);
      return {};
    };
    const auto told = co_await store::async_write(queue_, std::move(judge));
    must(told);
    must(evaluation.deliveries.size() == 1,
         fmt::format("{} messages tell of a breach, not one", evaluation.deliveries.size()));
    outbox_.send(std::move(evaluation.deliveries));
  }

  TemporaryFolder folder_;
  std::shared_ptr<kpid::Config> config_;
  kpid::SystemClock clock_;
  kpid::RandomIdentifierSource identifiers_;
  ingest::Render render_ = [](const kpid::DestinationConfig& destination,
                              const kpid::Event& event) -> kpid::Result<ingest::RenderedBody> {
    auto made = kpid::webhooks::render(destination, event, "bench");
    if (!made) return tl::unexpected(made.error());
    return ingest::RenderedBody{std::move(made->content_type), std::move(made->body)};
  };
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::unique_ptr<store::Database> database_;
  store::WriteQueue queue_;
  kpid::webhooks::Outbox outbox_{loop_, queue_, clock_};
  std::uint64_t delivered_ = 0;
};

class Alertmanager {
 public:
  Alertmanager(const std::string& program, const std::string& receiver) {
    const auto port = kpid::testing::free_port();
    url_ = fmt::format("http://127.0.0.1:{}/api/v2/alerts", port);
    std::ofstream(folder_ / "config.yml")
        << "global: {resolve_timeout: 24h}\n"
           "route: {receiver: bench, group_by: ['...'], group_wait: 0s, group_interval: 1h,\n"
           "        repeat_interval: 100h}\n"
           "receivers:\n  - name: bench\n    webhook_configs: [{send_resolved: false, url: '"
        << receiver << "'}]\n";
    process_ = std::make_unique<Process>(
        std::vector<std::string>{program, "--config.file=" + (folder_ / "config.yml").string(),
                                 "--storage.path=" + (folder_ / "data").string(),
                                 fmt::format("--web.listen-address=127.0.0.1:{}", port),
                                 "--cluster.listen-address=", "--log.level=warn"},
        folder_ / "out", folder_ / "err");
    easy_ = curl_easy_init();
    headers_ = curl_slist_append(headers_, "content-type: application/json");
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy_, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &discard);
    must(kpid::testing::eventually([this] { return post("[]"); }),
         "Alertmanager did not start: " + process_->errors());
  }
  ~Alertmanager() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }
  Alertmanager(const Alertmanager&) = delete;
  Alertmanager& operator=(const Alertmanager&) = delete;

  // When the alert was posted; returns once it has been told.
  Instant tell(int school, const FastReceiver& receiver) {
    const std::size_t wanted = receiver.requests() + 1;
    const std::string alert = fmt::format(
        R"([{{"labels":{{"alertname":"reserves","organisation":"{}","severity":"red"}},)"
        R"("annotations":{{"summary":"reserves as a share of income: 3 %"}}}}])",
        school_name(school));
    const Instant breach = now();
    must(post(alert), "Alertmanager refused an alert");
    must(kpid::testing::eventually([&] { return receiver.requests() >= wanted; }),
         "Alertmanager did not tell of an alert");
    return breach;
  }

 private:
  static std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }
  bool post(const std::string& body) {
    curl_easy_setopt(easy_, CURLOPT_COPYPOSTFIELDS, body.c_str());
    long status = 0;
    return curl_easy_perform(easy_) == CURLE_OK &&
           curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200;
  }

  TemporaryFolder folder_;
  std::string url_;
  std::unique_ptr<Process> process_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
};

std::string figures(const char* name, std::vector<double> taken) {
  std::sort(taken.begin(), taken.end());
  return fmt::format(", \"{0}_p50_ms\": {1:.3f}, \"{0}_p99_ms\": {2:.3f}", name,
                     at_percent(taken, 50), at_percent(taken, 99));
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 500;
  must(count > 0, "usage: alert_bench [COUNT] [ALERTMANAGER]");
  FastReceiver receiver;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  constexpr int first_ones = 5;  // which open connections, and warm what is cold
  Kpid kpid(count + first_ones, receiver.url());
  std::unique_ptr<Alertmanager> alertmanager;
  if (argc > 2) alertmanager = std::make_unique<Alertmanager>(argv[2], receiver.url());
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int i = 0; i < count + first_ones; ++i) {
    const auto measure = [&](std::vector<double>& all, auto tell) {
      std::this_thread::sleep_for(std::chrono::milliseconds{2});  // alerts are rare: all is at rest
      const std::size_t request = receiver.requests();
      const Instant breach = tell();
      if (i >= first_ones)
        all.push_back(Milliseconds(receiver.first_byte(request) - breach).count());
    };
    measure(ours, [&] { return kpid.tell(i); });
    if (alertmanager) measure(theirs, [&] { return alertmanager->tell(i, receiver); });
  }
  fmt::print("{{\"breaches\": {}{}{}}}\n", count, figures("kpid", ours),
             alertmanager ? figures("alertmanager", theirs) : "");
}
