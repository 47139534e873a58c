// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "kpid/testing.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <dlfcn.h>

#include "fake_contract.hpp"
#include "fake_manifest.hpp"

namespace kpid::plugin {
namespace {

constexpr std::size_t most_cursor_bytes = std::size_t{64} * 1024;

// What one fetch handed out: the bytes are copies, freed on release, so that a sanitizer sees a
// plugin that reads on.
struct Handed {
  std::vector<FakeDocument> documents;
  std::vector<std::string> hashes;
  std::vector<kpid_document> items;
};

// Not a hash of the content, which would need a library: of the right form, and equal for equal
// content within a test.
std::string fake_sha256(std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string digits;
  for (std::uint64_t round = 0; digits.size() < 64; ++round) {
    std::uint64_t state = 0xcbf29ce484222325ULL ^ (round * 0x9e3779b97f4a7c15ULL);
    for (const char byte : bytes) {
      state = (state ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
    for (int shift = 60; shift >= 0; shift -= 4) digits += hex[(state >> shift) & 15];
  }
  return digits;
}

}  // namespace

struct FakeHost::State {
  const kpid_plugin_v1* plugin = nullptr;
  FakeManifest manifest;
  kpid_host_v1 host{};
  kpid_fetch_v1 fetch{};
  std::uint32_t table_size = sizeof(kpid_host_v1);
  bool offers_fetch = true;
  std::map<std::string, std::vector<FakeDocument>, std::less<>> documents;
  std::map<std::string, Error, std::less<>> failures;
  std::atomic<bool> cancelled = false;
  std::size_t cancel_after = std::numeric_limits<std::size_t>::max();

  // Of the call that runs, or ran last.
  bool emitting = false;
  std::thread::id worker;
  Outcome error;
  bool succeeded = false;
  std::uint32_t fetched = 0;
  std::vector<std::unique_ptr<Handed>> handed;
  std::size_t unreleased = 0;
  std::vector<SeenObservation> observations;
  std::vector<SeenNote> notes;
  std::vector<SeenCheckpoint> checkpoints;
  std::vector<std::string> log;
  std::vector<std::size_t> batches;
  std::vector<SeenRequest> requests;
  std::vector<std::string> violations;
  std::uint64_t rows_read = 0;
  std::mutex shared;  // log and violations: what another thread may add to

  std::int32_t fail(Error wrong) {
    error = {wrong.status, std::move(wrong.operator_text), std::move(wrong.developer_text),
             wrong.retry_at_ms};
    return error.status;
  }
  std::int32_t violate(const std::string& sentence) {
    remember(violations, sentence);
    return fail(internal_error("The plugin has a fault: tell its author.", sentence));
  }
  void remember(std::vector<std::string>& texts, std::string text) {
    const std::lock_guard lock(shared);
    texts.push_back(std::move(text));
  }
  void must_be_worker(const char* function) {
    if (std::this_thread::get_id() == worker) return;
    remember(violations, std::string(function) + " was called from another thread");
  }
  void begin(bool may_emit);
  Outcome run(std::string_view settings, const Pull* request);
};

// The functions behind the table. An exception here (out of memory) ends the test.
struct FakeHost::Calls {
  static State& state(const kpid_host_v1* host) { return *static_cast<State*>(host->context); }

  static std::int32_t cancelled(const kpid_host_v1* host) noexcept {
    return state(host).cancelled ? 1 : 0;
  }

  static void log(const kpid_host_v1* host, std::int32_t, kpid_string line) noexcept {
    State& self = state(host);
    self.remember(self.log, std::string(detail::to_view(line)));
  }

  static void set_error(const kpid_host_v1* host, const kpid_error* error) noexcept {
    State& self = state(host);
    self.must_be_worker("set_error");
    for (const auto& [text, most] : {std::pair{error->operator_text, detail::operator_text_bytes},
                                     {error->developer_text, detail::developer_text_bytes}}) {
      if (const auto fault = fault_of_text(text, most)) {
        self.violate("set_error: " + *fault);
        return;
      }
    }
    self.error = {error->status, std::string(detail::to_view(error->operator_text)),
                  std::string(detail::to_view(error->developer_text)), error->retry_at_ms};
  }

  static std::int32_t emit(const kpid_host_v1* host, const kpid_observation* items,
                           std::size_t count, std::uint32_t item_size) noexcept {
    State& self = state(host);
    self.must_be_worker("emit");
    if (!self.emitting) return self.violate("emit: only pull may emit");
    if (self.cancelled) return KPID_CANCELLED;
    constexpr std::size_t size_of_1_0 =
        offsetof(kpid_observation, denominator) + sizeof(kpid_observation::denominator);
    if (item_size < size_of_1_0) return self.violate("emit: the items are too small");
    self.batches.push_back(count);
    for (std::size_t i = 0; i < count; ++i) {
      kpid_observation item{};
      std::memcpy(&item, reinterpret_cast<const std::byte*>(items) + i * item_size,
                  std::min<std::size_t>(item_size, sizeof item));
      if (const auto fault = fault_of(item, self.manifest, self.fetched)) {
        return self.violate("emit: " + *fault + " (measure \"" +
                            std::string(detail::to_view(item.measure)) + "\", observation " +
                            std::to_string(self.observations.size() + 1) + ")");
      }
      self.observations.push_back(seen(item));
      if (self.observations.size() >= self.cancel_after) self.cancelled = true;
    }
    return KPID_OK;
  }

  static SeenObservation seen(const kpid_observation& item) {
    const auto when = [](bool there, double number) {
      return there ? std::optional<double>(number) : std::nullopt;
    };
    const bool parts = (item.flags & KPID_HAS_PARTS) != 0;
    return {
        std::string(detail::to_view(item.measure)),
        std::string(detail::to_view(item.organisation)),
        std::string(detail::to_view(item.subgroup)),
        {Day{std::chrono::days{item.period_start}}, Day{std::chrono::days{item.period_end}}},
        when((item.flags & KPID_HAS_VALUE) != 0, item.value),
        when(parts, item.numerator),
        when(parts, item.denominator),
        item.document,
        item.row_first,
        item.row_last,
        item.stated_on == 0 ? std::nullopt : std::optional<Day>(std::chrono::days{item.stated_on})};
  }

  static std::int32_t checkpoint(const kpid_host_v1* host, kpid_string cursor) noexcept {
    State& self = state(host);
    self.must_be_worker("checkpoint");
    if (!self.emitting) return self.violate("checkpoint: only pull may set one");
    if (self.cancelled) return KPID_CANCELLED;
    if (cursor.len > most_cursor_bytes) return self.violate("checkpoint: over 64 KiB");
    self.checkpoints.push_back({std::string(detail::to_view(cursor)), self.observations.size()});
    return KPID_OK;
  }

  static std::int32_t note(const kpid_host_v1* host, const kpid_note* note) noexcept {
    State& self = state(host);
    self.must_be_worker("note");
    if (self.cancelled) return KPID_CANCELLED;
    if (note->level < KPID_NOTE_INFO || note->level > KPID_NOTE_SKIPPED) {
      return self.violate("note: there is no such level");
    }
    for (const auto& [text, most] :
         {std::pair{note->place, detail::place_bytes}, {note->sentence, detail::sentence_bytes}}) {
      if (const auto fault = fault_of_text(text, most)) return self.violate("note: " + *fault);
    }
    self.notes.push_back({note->level, std::string(detail::to_view(note->place)),
                          std::string(detail::to_view(note->sentence))});
    return KPID_OK;
  }

  static void rows_read(const kpid_host_v1* host, std::uint64_t rows) noexcept {
    state(host).must_be_worker("rows_read");
    state(host).rows_read = rows;
  }

  static const void* extension(const kpid_host_v1* host, kpid_string id) noexcept {
    State& self = state(host);
    self.must_be_worker("extension");
    const auto& named = self.manifest.extensions;
    if (std::find(named.begin(), named.end(), detail::to_view(id)) == named.end()) {
      self.violate("extension: the manifest names no \"" + std::string(detail::to_view(id)) +
                   "\" under \"requires\" or \"optional\"");
      return nullptr;
    }
    return self.offers_fetch && detail::to_view(id) == KPID_FETCH_V1 ? &self.fetch : nullptr;
  }

  static std::int32_t fetch(const kpid_host_v1* host, const kpid_fetch_request* request,
                            const kpid_document** documents, std::size_t* count) noexcept {
    State& self = state(host);
    self.must_be_worker("fetch");
    if (self.cancelled) return KPID_CANCELLED;
    const std::string location(detail::to_view(request->location));
    if (const auto fault = remember(self, *request)) return self.violate("fetch: " + *fault);
    if (const auto failure = self.failures.find(location); failure != self.failures.end()) {
      return self.fail(failure->second);
    }
    const auto place = self.documents.find(location);
    if (place == self.documents.end()) {
      return self.fail(config_error(location + ": there is no such document; the test adds none"));
    }
    std::vector<FakeDocument> found = place->second;
    std::stable_sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
      return left.origin < right.origin;
    });
    if (request->select == KPID_SELECT_NEWEST) {
      found = {*std::max_element(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.modified_at_ms < b.modified_at_ms;
      })};
    } else if (request->select == KPID_SELECT_ONLY && found.size() != 1) {
      return self.fail(config_error(location + ": one document is wanted, and " +
                                    std::to_string(found.size()) + " are there"));
    } else if (request->select != KPID_SELECT_ONLY && request->select != KPID_SELECT_ALL) {
      return self.violate("fetch: there is no such way to select");
    }
    hand(self, std::move(found), documents, count);
    return KPID_OK;
  }

  // Keeps what was asked for; what breaks the contract, if anything does.
  static std::optional<std::string> remember(State& self, const kpid_fetch_request& request) {
    SeenRequest seen{std::string(detail::to_view(request.location)), {}, {}};
    if (KPID_HAS_MEMBER(request, kpid_fetch_request, has_body)) {
      constexpr std::size_t most_headers = 64;
      if (request.header_count > most_headers ||
          (request.header_count > 0 &&
           (request.headers == nullptr || request.header_size < sizeof(kpid_header)))) {
        return "the headers are too many, or of a size that 1.1 does not know";
      }
      const auto* at = reinterpret_cast<const std::byte*>(request.headers);
      for (std::size_t i = 0; i < request.header_count; ++i, at += request.header_size) {
        kpid_header header{};
        std::memcpy(&header, at, sizeof header);
        seen.headers.emplace_back(detail::to_view(header.name), detail::to_view(header.value));
      }
      constexpr std::size_t longest_body = std::size_t{1024} * 1024;
      if (request.body.len > longest_body) return "the body is over 1 MiB";
      if (request.has_body != 0) seen.body = detail::to_view(request.body);
    }
    self.requests.push_back(std::move(seen));
    return std::nullopt;
  }

  static void hand(State& self, std::vector<FakeDocument> found, const kpid_document** documents,
                   std::size_t* count) {
    auto handed = std::make_unique<Handed>();
    handed->documents = std::move(found);
    for (const FakeDocument& document : handed->documents) {
      handed->hashes.push_back(fake_sha256(document.bytes));
    }
    for (std::size_t i = 0; i < handed->documents.size(); ++i) {
      const FakeDocument& document = handed->documents[i];
      handed->items.push_back({sizeof(kpid_document), ++self.fetched,
                               document.bytes.empty() ? nullptr : document.bytes.data(),
                               document.bytes.size(), detail::to_c(document.origin),
                               detail::to_c(handed->hashes[i]), detail::to_c(document.etag),
                               document.fetched_at_ms, document.modified_at_ms,
                               document.unchanged ? 1 : 0, 0});
    }
    *documents = handed->items.data();
    *count = handed->items.size();
    self.handed.push_back(std::move(handed));
  }

  static void release(const kpid_host_v1* host, const kpid_document* documents) noexcept {
    State& self = state(host);
    self.must_be_worker("release");
    const auto handed = std::find_if(self.handed.begin(), self.handed.end(), [&](const auto& one) {
      return one->items.data() == documents;
    });
    if (handed == self.handed.end()) {
      self.violate("release: these documents are not held (released twice?)");
      return;
    }
    self.handed.erase(handed);
  }

  static void discard(const kpid_host_v1* host, const kpid_document* document,
                      std::uint64_t bytes) noexcept {
    State& self = state(host);
    self.must_be_worker("discard");
    const bool held = std::any_of(self.handed.begin(), self.handed.end(), [&](const auto& one) {
      const auto& items = one->items;
      return std::any_of(items.begin(), items.end(),
                         [&](const auto& item) { return &item == document; });
    });
    if (!held) {
      self.violate("discard: this document is not held (released before?)");
    } else if (bytes > document->size) {
      self.violate("discard: the document is not as long as that");
    }
  }
};

void FakeHost::State::begin(bool may_emit) {
  emitting = may_emit;
  worker = std::this_thread::get_id();
  error = {};
  succeeded = false;
  fetched = 0;
  handed.clear();
  unreleased = 0;
  observations.clear();
  notes.clear();
  checkpoints.clear();
  log.clear();
  batches.clear();
  requests.clear();
  violations.clear();
  rows_read = 0;
}

Outcome FakeHost::State::run(std::string_view settings, const Pull* request) {
  begin(false);
  // A table of exactly the pretended size, so that a sanitizer sees what reads beyond it. What a
  // newer host would have there is no null.
  const auto memory = std::make_unique<std::byte[]>(table_size);
  std::byte* bytes = memory.get();
  std::fill_n(bytes, table_size, std::byte{0xA5});
  kpid_host_v1 whole = host;
  whole.struct_size = table_size;
  std::memcpy(bytes, &whole, std::min<std::size_t>(table_size, sizeof whole));
  const auto* table = reinterpret_cast<const kpid_host_v1*>(bytes);

  const std::string filled = with_defaults(manifest, settings);
  void* instance = nullptr;
  std::int32_t status = plugin->create(table, detail::to_c(filled), &instance);
  if (status == KPID_OK) {
    emitting = request != nullptr;
    if (request == nullptr) {
      status = plugin->check(instance, table);
    } else {
      const kpid_pull asked{
          sizeof(kpid_pull), 0, detail::to_c(request->cursor), request->since_ms, request->until_ms,
          request->now_ms};
      status = plugin->pull(instance, table, &asked);
    }
    emitting = false;
    plugin->destroy(instance);
  }
  for (const auto& one : handed) unreleased += one->items.size();
  handed.clear();
  if (!violations.empty()) {
    status = fail(internal_error("The plugin has a fault: tell its author.", violations.front()));
  }
  succeeded = status == KPID_OK;
  if (succeeded) return {};
  Outcome outcome = error;
  outcome.status = status;
  return outcome;
}

FakeHost::FakeHost(const kpid_plugin_v1& plugin) : state_(std::make_unique<State>()) {
  if (!KPID_HAS_MEMBER(plugin, kpid_plugin_v1, destroy) || plugin.create == nullptr ||
      plugin.check == nullptr || plugin.pull == nullptr || plugin.destroy == nullptr) {
    throw std::invalid_argument("the plugin's table lacks members of version 1.0");
  }
  state_->plugin = &plugin;
  state_->manifest = read_fake_manifest(detail::to_view(plugin.manifest));
  state_->host = {sizeof(kpid_host_v1), KPID_ABI_MINOR,    state_.get(),     &Calls::cancelled,
                  &Calls::log,          &Calls::set_error, &Calls::emit,     &Calls::checkpoint,
                  &Calls::note,         &Calls::rows_read, &Calls::extension};
  state_->fetch = {sizeof(kpid_fetch_v1), 0, &Calls::fetch, &Calls::release, &Calls::discard};
}

FakeHost::~FakeHost() = default;

void FakeHost::add_document(std::string_view location, FakeDocument document) {
  if (document.origin.empty()) document.origin = location;
  state_->documents[std::string(location)].push_back(std::move(document));
}

void FakeHost::fail_fetch(std::string_view location, Error error) {
  state_->failures.insert_or_assign(std::string(location), std::move(error));
}

void FakeHost::withhold_fetch() { state_->offers_fetch = false; }

void FakeHost::pretend_table_size(std::uint32_t bytes) {
  state_->table_size = std::max<std::uint32_t>(bytes, sizeof(std::uint32_t));
}

void FakeHost::cancel() noexcept { state_->cancelled = true; }

void FakeHost::cancel_after(std::size_t observations) { state_->cancel_after = observations; }

Outcome FakeHost::check(std::string_view settings_json) {
  return state_->run(settings_json, nullptr);
}

Outcome FakeHost::pull(std::string_view settings_json, const Pull& pull) {
  return state_->run(settings_json, &pull);
}

const std::vector<SeenObservation>& FakeHost::observations() const { return state_->observations; }

std::vector<SeenObservation> FakeHost::committed() const {
  if (state_->succeeded) return state_->observations;
  const std::size_t count =
      state_->checkpoints.empty() ? 0 : state_->checkpoints.back().observations;
  return {state_->observations.begin(),
          state_->observations.begin() + static_cast<std::ptrdiff_t>(count)};
}

const std::vector<SeenNote>& FakeHost::notes() const { return state_->notes; }
const std::vector<SeenCheckpoint>& FakeHost::checkpoints() const { return state_->checkpoints; }
const std::vector<std::string>& FakeHost::log() const { return state_->log; }
const std::vector<std::size_t>& FakeHost::batches() const { return state_->batches; }
const std::vector<SeenRequest>& FakeHost::requests() const { return state_->requests; }
std::uint64_t FakeHost::rows_read() const { return state_->rows_read; }
std::size_t FakeHost::unreleased_documents() const { return state_->unreleased; }
const std::vector<std::string>& FakeHost::violations() const { return state_->violations; }

const kpid_plugin_v1& load_plugin(const std::filesystem::path& library) {
  const auto reason = [] {
    const char* text = dlerror();
    return std::string(text == nullptr ? "no reason given" : text);
  };
  void* handle = dlopen(std::filesystem::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw std::runtime_error(reason());
  void* symbol = dlsym(handle, "kpid_plugin_entry_v1");
  if (symbol == nullptr) throw std::runtime_error(reason());
  const auto entry = reinterpret_cast<kpid_plugin_entry_v1_fn>(symbol);
  const kpid_plugin_v1* table = entry();
  if (table == nullptr) throw std::runtime_error(library.string() + ": its entry returned null");
  return *table;
}

}  // namespace kpid::plugin
