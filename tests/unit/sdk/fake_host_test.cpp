// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// FakeHost holds plugins to the contract: those of plugin.hpp, and C tables that know no shame.

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "kpid/testing.hpp"

namespace kpid::plugin {
namespace {

class FakeHostTest : public testing::Test {
 protected:
  FakeHost host{*kpid_plugin_entry_v1()};

  std::string violation_of(const std::string& deed) {
    const Outcome outcome = host.pull(R"({"do": ")" + deed + R"("})");
    EXPECT_EQ(outcome.status, KPID_INTERNAL) << deed;
    EXPECT_TRUE(host.committed().empty());
    return host.violations().empty() ? "none" : host.violations().front();
  }
};

TEST_F(FakeHostTest, RefusesWhatTheManifestDoesNotAllow) {
  const std::map<std::string, std::string> expected{
      {"undeclared", "the manifest does not declare the measure (measure \"sample.cats\""},
      {"fraction", "the value must be whole"},
      {"below minimum", "the value is below the minimum"},
      {"backwards", "the period ends before it starts"},
      {"no value", "there is neither a value nor numerator and denominator"},
      {"bad subgroup", "the manifest gives the measure no dimension \"shoe_size\""},
      {"unknown document", "no such document was fetched"},
      {"no organisation", "there is no organisation"},
      {"forget status", "the value must be a finite number"},
  };
  for (const auto& [deed, sentence] : expected) {
    EXPECT_EQ(violation_of(deed).rfind("emit: " + sentence, 0), 0U) << violation_of(deed);
  }
}

TEST_F(FakeHostTest, RefusesToEmitInCheck) {
  EXPECT_EQ(host.check(R"({"do": "emit in check"})").status, KPID_INTERNAL);
  EXPECT_EQ(host.violations().front(), "emit: only pull may emit");
}

TEST_F(FakeHostTest, FillsDefaultsInAndKeepsWhatIsSet) {
  ASSERT_TRUE(host.pull("{}").is_ok());
  EXPECT_EQ(host.observations().size(), 10U);  // the schema's default
  ASSERT_TRUE(host.pull(R"({"rows": 3})").is_ok());
  EXPECT_EQ(host.observations().size(), 3U);
}

TEST_F(FakeHostTest, ForgetsTheCallBefore) {
  EXPECT_FALSE(host.pull(R"({"do": "undeclared"})").is_ok());
  ASSERT_TRUE(host.pull("{}").is_ok());
  EXPECT_TRUE(host.violations().empty());
}

TEST_F(FakeHostTest, NamesTheDocumentThatTheTestDoesNotAdd) {
  const Outcome outcome = host.pull(R"({"do": "fetch", "path": "none.csv"})");
  EXPECT_EQ(outcome.status, KPID_CONFIG);
  EXPECT_NE(outcome.operator_text.find("none.csv"), std::string::npos);
}

TEST_F(FakeHostTest, CancelsFromAnotherThread) {
  std::thread([this] { host.cancel(); }).join();
  EXPECT_EQ(host.pull("{}").status, KPID_CANCELLED);
  EXPECT_TRUE(host.observations().empty());
}

// ---- a plugin in C's manner, which plugin.hpp would not let pass ----

constexpr std::string_view manifest =
    R"({"id": "bare", "version": "1", "requires": ["kpid.fetch/1"],
        "measures": [{"id": "m", "unit": "count", "calendar": "day", "maximum": 100}]})";

std::int32_t create(const kpid_host_v1*, kpid_string, void** instance) noexcept {
  static int nothing = 0;
  *instance = &nothing;
  return KPID_OK;
}
std::int32_t check(void*, const kpid_host_v1*) noexcept { return KPID_OK; }
void destroy(void*) noexcept {}

using PullFunction = std::int32_t (*)(void*, const kpid_host_v1*, const kpid_pull*);

kpid_plugin_v1 bare(PullFunction pull, std::string_view text = manifest) {
  return {sizeof(kpid_plugin_v1), 0, {text.data(), text.size()}, create, check, pull, destroy};
}

kpid_string text(std::string_view view) { return {view.data(), view.size()}; }

kpid_observation row() {
  kpid_observation item{};
  item.measure = text("m");
  item.organisation = text("1");
  item.flags = KPID_HAS_VALUE;
  item.value = 1;
  return item;
}

std::string first_violation(PullFunction pull) {
  const kpid_plugin_v1 plugin = bare(pull);
  FakeHost host(plugin);
  EXPECT_EQ(host.pull("{}").status, KPID_INTERNAL);
  return host.violations().empty() ? "none" : host.violations().front();
}

TEST(BarePlugin, CannotHideARefusal) {
  EXPECT_EQ(first_violation([](void*, const kpid_host_v1* host, const kpid_pull*) {
              kpid_observation item = row();
              item.value = 101;
              host->emit(host, &item, 1, sizeof item);
              return KPID_OK;
            }),
            "emit: the value is above the maximum (measure \"m\", observation 1)");
}

TEST(BarePlugin, MustGiveTextThatIsUtf8AndNotTooLong) {
  EXPECT_EQ(first_violation([](void*, const kpid_host_v1* host, const kpid_pull*) {
              kpid_observation item = row();
              item.organisation = text("\xc0\xaf");
              return host->emit(host, &item, 1, sizeof item);
            }),
            "emit: a text is not UTF-8 (measure \"m\", observation 1)");
  EXPECT_EQ(first_violation([](void*, const kpid_host_v1* host, const kpid_pull*) {
              const std::string sentence(1001, 'x');
              const kpid_note note{sizeof(kpid_note), KPID_NOTE_INFO, text(""), text(sentence)};
              return host->note(host, &note);
            }),
            "note: a text is over 1000 bytes");
  EXPECT_EQ(first_violation([](void*, const kpid_host_v1* host, const kpid_pull*) {
              const std::string cursor((64 << 10) + 1, 'x');
              return host->checkpoint(host, text(cursor));
            }),
            "checkpoint: over 64 KiB");
}

TEST(BarePlugin, MustNameTheExtensionsThatItUses) {
  EXPECT_EQ(
      first_violation([](void*, const kpid_host_v1* host, const kpid_pull*) {
        EXPECT_EQ(host->extension(host, text("kpid.secrets/1")), nullptr);
        return KPID_OK;
      }),
      "extension: the manifest names no \"kpid.secrets/1\" under \"requires\" or \"optional\"");
}

TEST(BarePlugin, MustNotEmitFromAnotherThread) {
  EXPECT_EQ(first_violation([](void*, const kpid_host_v1* host, const kpid_pull*) {
              std::thread([&] {
                host->log(host, 1, text("allowed"));
                EXPECT_EQ(host->cancelled(host), 0);
                host->rows_read(host, 1);
              }).join();
              return KPID_OK;
            }),
            "rows_read was called from another thread");
}

TEST(BarePlugin, MayUseItemsThatAreLargerThanTheHostKnows) {
  const kpid_plugin_v1 plugin = bare([](void*, const kpid_host_v1* host, const kpid_pull*) {
    struct Newer {
      kpid_observation item;
      double more;
    };
    const Newer items[2]{{row(), 1}, {row(), 2}};
    return host->emit(host, &items[0].item, 2, sizeof(Newer));
  });
  FakeHost host(plugin);
  ASSERT_TRUE(host.pull("{}").is_ok());
  EXPECT_EQ(host.observations().size(), 2U);
}

TEST(BarePlugin, ARecordingIsPlayedToThePlugin) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("kpid-recording-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "001-a.csv") << "URN,Pupils\n";
  std::ofstream(folder / "recording.json")
      << R"({"version":1,"fetches":[{"location":"https://x/a","select":0,"documents":[{"origin":)"
         R"("https://x/a.csv","etag":"\"1\"","fetched_at_ms":7,"modified_at_ms":5,"file":)"
         R"("001-a.csv"}]},{"location":"https://x/b","select":0,"error":{"kind":"rate_limited",)"
         R"("sentence":"wait","place":"https://x/b"}}]})";
  const kpid_plugin_v1 plugin = bare([](void*, const kpid_host_v1* host, const kpid_pull*) {
    Host wrapped(*host);
    const auto fetched = wrapped.fetch("https://x/a");
    if (!fetched) return KPID_INTERNAL;
    const Document& one = fetched->front();
    wrapped.info(std::string(one.bytes) + one.place() + std::string(one.etag));
    return wrapped.fetch("https://x/b").error().status;
  });
  FakeHost host(plugin);
  host.add_recording(folder);
  EXPECT_EQ(host.pull("{}").status, KPID_RATE_LIMITED);
  EXPECT_EQ(host.log(), std::vector<std::string>{"URN,Pupils\nhttps://x/a.csv\"1\""});
  EXPECT_THROW(host.add_recording(folder / "absent"), std::runtime_error);
  std::filesystem::remove_all(folder);
}

TEST(BarePlugin, ARequestIsSeenAsThePluginWroteIt) {
  const kpid_plugin_v1 plugin = bare([](void*, const kpid_host_v1* host, const kpid_pull*) {
    Host wrapped(*host);
    Request request;
    request.location = "https://api.example.org/query";
    request.headers = {{"X-Key", "{{secret:key}}"}};
    request.body = R"({"page":1})";
    const auto fetched = wrapped.fetch(request);
    return fetched ? KPID_OK : fetched.error().status;
  });
  FakeHost host(plugin);
  host.add_document("https://api.example.org/query", {.bytes = "{}"});
  EXPECT_TRUE(host.pull("{}").is_ok());
  const std::vector<SeenRequest> expected{
      {"https://api.example.org/query", {{"X-Key", "{{secret:key}}"}}, R"({"page":1})"}};
  EXPECT_EQ(host.requests(), expected);
}

TEST(BarePlugin, AKpidOf1_0IsNotAskedWithHeadersThatItWouldNotSend) {
  const kpid_plugin_v1 plugin = bare([](void*, const kpid_host_v1* host, const kpid_pull*) {
    kpid_host_v1 old = *host;
    old.abi_minor = 0;
    Host wrapped(old);
    Request request;
    request.location = "https://api.example.org/";
    if (!wrapped.fetch(request)) return KPID_INTERNAL;  // nothing that is new
    request.headers = {{"X-Key", "{{secret:key}}"}};
    const auto fetched = wrapped.fetch(request);
    return fetched ? KPID_OK : fetched.error().status;
  });
  FakeHost host(plugin);
  host.add_document("https://api.example.org/", {.bytes = "{}"});
  EXPECT_EQ(host.pull("{}").status, KPID_UNSUPPORTED);
  EXPECT_EQ(host.requests().size(), 1U);
}

TEST(BarePlugin, DocumentsAreSelectedAsAsked) {
  const kpid_plugin_v1 plugin = bare([](void*, const kpid_host_v1* host, const kpid_pull* pull) {
    const auto* fetch =
        static_cast<const kpid_fetch_v1*>(host->extension(host, text(KPID_FETCH_V1)));
    kpid_fetch_request request{};
    request.struct_size = sizeof request;
    request.select = static_cast<std::int32_t>(pull->since_ms);
    request.location = text("*");
    const kpid_document* documents = nullptr;
    std::size_t count = 0;
    const std::int32_t status = fetch->fetch(host, &request, &documents, &count);
    if (status != KPID_OK) return status;
    std::string origins;
    for (std::size_t i = 0; i < count; ++i) origins += detail::to_view(documents[i].origin);
    host->log(host, 1, text(origins));
    return KPID_OK;  // and does not release
  });
  FakeHost host(plugin);
  host.add_document("*", {.bytes = "x", .origin = "b", .modified_at_ms = 5});
  host.add_document("*", {.bytes = "y", .origin = "a", .modified_at_ms = 9});
  host.add_document("*", {.bytes = "z", .origin = "c", .modified_at_ms = 7});
  Pull pull;
  pull.since_ms = KPID_SELECT_ALL;
  ASSERT_TRUE(host.pull("{}", pull).is_ok());
  EXPECT_EQ(host.log().front(), "abc");
  EXPECT_EQ(host.unreleased_documents(), 3U);
  pull.since_ms = KPID_SELECT_NEWEST;
  ASSERT_TRUE(host.pull("{}", pull).is_ok());
  EXPECT_EQ(host.log().front(), "a");
  pull.since_ms = KPID_SELECT_ONLY;
  EXPECT_EQ(host.pull("{}", pull).status, KPID_CONFIG);
}

TEST(BarePlugin, AnUnusableTableOrManifestIsRefused) {
  kpid_plugin_v1 table = bare(nullptr);
  EXPECT_THROW(FakeHost{table}, std::invalid_argument);
  const PullFunction pull = [](void*, const kpid_host_v1*, const kpid_pull*) { return KPID_OK; };
  table = bare(pull);
  table.struct_size = offsetof(kpid_plugin_v1, destroy);
  EXPECT_THROW(FakeHost{table}, std::invalid_argument);
  for (const auto* text : {"", "{}", R"({"id": "x", "version": "1", "measures": {}})",
                           R"({"id": "x", "version": "1", "measures": [{"id": "m"}]})"}) {
    table = bare(pull, text);
    EXPECT_THROW(FakeHost{table}, std::invalid_argument) << text;
  }
}

TEST(LoadPlugin, SaysWhyItCannot) {
  EXPECT_THROW(static_cast<void>(load_plugin("/nonexistent.so")), std::runtime_error);
  EXPECT_THROW(static_cast<void>(load_plugin("libm.so.6")), std::runtime_error);
}

}  // namespace
}  // namespace kpid::plugin
