// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A host for unit tests of a plugin: runs create, check or pull, destroy in the test's own process,
// on documents from memory, and holds the plugin to the contract as the daemon does. Link
// kpid::sdk_testing and the plugin's NAME_objects:
//
//   kpid::plugin::FakeHost host(*kpid_plugin_entry_v1());
//   host.add_document("in/roll.csv", {.bytes = "URN,Pupils\n100001,412\n"});
//   const auto outcome = host.pull(R"({"path": "in/roll.csv"})");
//   EXPECT_TRUE(outcome.is_ok()) << outcome.operator_text;
//   EXPECT_EQ(host.observations().at(0).value, 412);
//
// One thread, except cancel(). It does not check settings against the schema, which is the daemon's
// part, but fills the defaults of their top level in. since 1.0

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kpid/host.hpp>
#include <kpid/plugin.h>

namespace kpid::plugin {

// What a fetch of a location finds. since 1.0
struct FakeDocument {
  std::string bytes{};
  std::string origin{};  // "": the location
  std::string etag{};
  std::int64_t fetched_at_ms = 0;
  std::int64_t modified_at_ms = 0;
  bool unchanged = false;
};

// An observation as the host received it. since 1.0
struct SeenObservation {
  std::string measure{};
  std::string organisation{};
  std::string subgroup{};
  Period period{};
  std::optional<double> value{};
  std::optional<double> numerator{};
  std::optional<double> denominator{};
  std::uint32_t document = 0;
  std::uint32_t row_first = 0;
  std::uint32_t row_last = 0;
  std::optional<Day> stated_on{};  // since 1.1
  friend bool operator==(const SeenObservation&, const SeenObservation&) = default;
};

struct SeenNote {
  std::int32_t level = KPID_NOTE_INFO;
  std::string place{};
  std::string sentence{};
  friend bool operator==(const SeenNote&, const SeenNote&) = default;
};

struct SeenCheckpoint {
  std::string cursor{};
  std::size_t observations = 0;  // how many of observations() it and those before it cover
  friend bool operator==(const SeenCheckpoint&, const SeenCheckpoint&) = default;
};

// What was asked for, as the plugin wrote it: secrets are still names. since 1.1
struct SeenRequest {
  std::string location{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<std::string> body{};
  friend bool operator==(const SeenRequest&, const SeenRequest&) = default;
};

// What came of a call. since 1.0
struct Outcome {
  std::int32_t status = KPID_OK;
  std::string operator_text{};
  std::string developer_text{};
  std::int64_t retry_at_ms = 0;
  [[nodiscard]] bool is_ok() const noexcept { return status == KPID_OK; }
};

class FakeHost {
 public:
  // `plugin` outlives this. std::invalid_argument where its table or manifest is not usable.
  explicit FakeHost(const kpid_plugin_v1& plugin);
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;
  ~FakeHost();

  // A document at a location, literally as the plugin will ask for it. Several at one location are
  // what a glob finds. since 1.0
  void add_document(std::string_view location, FakeDocument document);
  // All that `kpid --record FOLDER` has kept of one pull; of a location that was asked for several
  // times the first answer. std::runtime_error where a document was left out. since 1.1
  void add_recording(const std::filesystem::path& folder);
  // Fetching the location fails so: "not found" is KPID_CONFIG, a server's error KPID_TRANSIENT.
  // since 1.0
  void fail_fetch(std::string_view location, Error error);
  // Offers the plugin no kpid.fetch/1, as an older kpid might not. since 1.0
  void withhold_fetch();
  // Pretends to be a kpid whose table is `bytes` long: an older one, or a newer one with members
  // that the plugin does not know. since 1.0
  void pretend_table_size(std::uint32_t bytes);

  // [any] The call that runs, and every later one, is cancelled. since 1.0
  void cancel() noexcept;
  // Cancels once that many observations have come. since 1.0
  void cancel_after(std::size_t observations);

  // create, then check or pull, then destroy. Forgets what the call before has left. A plugin that
  // breaks the contract gets KPID_INTERNAL, even where it says KPID_OK itself; violations() tells
  // how. since 1.0
  Outcome check(std::string_view settings_json);
  Outcome pull(std::string_view settings_json, const Pull& pull = {});

  [[nodiscard]] const std::vector<SeenObservation>& observations() const;
  // Those that the daemon would have committed: up to the last checkpoint, and all of them where
  // the pull succeeded. since 1.0
  [[nodiscard]] std::vector<SeenObservation> committed() const;
  [[nodiscard]] const std::vector<SeenNote>& notes() const;
  [[nodiscard]] const std::vector<SeenCheckpoint>& checkpoints() const;
  [[nodiscard]] const std::vector<std::string>& log() const;
  // How many observations came with each emit of the C interface. since 1.0
  [[nodiscard]] const std::vector<std::size_t>& batches() const;
  // Every fetch, whether it found something or not. since 1.1
  [[nodiscard]] const std::vector<SeenRequest>& requests() const;
  [[nodiscard]] std::uint64_t rows_read() const;
  // Documents that were fetched and not released by the end of the call: the daemon copes, but a
  // long pull holds them all. since 1.0
  [[nodiscard]] std::size_t unreleased_documents() const;
  // Every breach of the contract, a sentence each. since 1.0
  [[nodiscard]] const std::vector<std::string>& violations() const;

 private:
  struct State;
  struct Calls;
  std::unique_ptr<State> state_;
};

// Loads a built plugin as the daemon's child process does; it stays loaded. std::runtime_error that
// says what is wrong. since 1.0
[[nodiscard]] const kpid_plugin_v1& load_plugin(const std::filesystem::path& library);

}  // namespace kpid::plugin
