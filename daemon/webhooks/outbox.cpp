// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/outbox.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "store/async_write.hpp"
#include "webhooks/claim_turn.hpp"
#include "webhooks/delivery_request.hpp"
#include "webhooks/http_client.hpp"
#include "webhooks/lane.hpp"
#include "webhooks/outcome.hpp"
#include "webhooks/retry.hpp"

namespace kpid::webhooks {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::milliseconds;

// How many deliveries of one destination are held in memory; the store keeps the rest.
constexpr std::size_t most_in_hand = 256;
// Of those that were just committed more may wait, as long as they go out: they need not be read.
constexpr std::size_t most_fresh_in_hand = 8192;
// For each connection of a destination, how many accepted deliveries may be on their way to the
// disk: what a crash sends again, under the same ids.
constexpr std::size_t most_in_doubt = 4;
// Between looks at the store where nothing calls for one: a clock that was set shows.
constexpr milliseconds longest_rest{std::chrono::minutes{1}};
constexpr milliseconds first_pause{100};  // after a write that failed, doubled each time
constexpr milliseconds longest_pause{std::chrono::seconds{30}};

// A destination as one configuration has it. A delivery that began with it ends with it.
struct Target {
  Target(asio::io_context& loop, const DestinationConfig& wanted, std::string name)
      : config(wanted),
        address(digest_of_address(wanted.url.reveal())),
        origin(std::move(name)),
        signer(signer_for(config)),
        client(loop, settings_for(config)) {}
  DestinationConfig config;
  std::string address;  // a digest
  std::string origin;   // who asks for consent
  Result<std::optional<Signer>> signer;
  HttpClient client;
};

// An attempt that was made, and is still to be written down.
struct Made {
  Delivery delivery;
  Outcome outcome;
  Lane* lane;
  bool probe = false;  // of a receiver that was down
  [[nodiscard]] bool accepted() const { return outcome.attempt.state == DeliveryState::delivered; }
};

milliseconds longest_of(const std::vector<milliseconds>& waits) {
  const auto longest = std::max_element(waits.begin(), waits.end());
  return longest == waits.end() ? CircuitBreaker::longest_wait : *longest;
}

}  // namespace

class Outbox::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Outbox& owner, asio::io_context& loop, store::WriteQueue& queue, const Clock& clock)
      : owner_(&owner),
        loop_(loop),
        queue_(queue),
        clock_(clock),
        alarm_(loop),
        random_(std::random_device{}()) {}

  void configure(const std::shared_ptr<const Config>& config) {
    std::map<std::string, std::shared_ptr<Target>> targets;
    const std::string origin = handshake_origin(*config);
    for (const auto& destination : config->destinations) {
      targets[destination.name] = std::make_shared<Target>(loop_, destination, origin);
      Lane& lane = lane_of(destination.name);
      const auto old = targets_.find(destination.name);
      // A new URL is a new start: what the old one was disabled for says nothing of it.
      if (old != targets_.end() && !(old->second->config.url == destination.url)) {
        lane.breaker = {};
        lane.bucket = {};
      }
      lane.bucket.set_limits(lane.handshake.limits(destination, origin));
      lane.breaker.limit_wait(longest_of(destination.retry_schedule));
    }
    targets_ = std::move(targets);
    if (!started_) {
      started_ = true;
      spawn(claim());
    }
    wake();
  }

  void send(std::vector<Delivery> fresh) {
    if (stopping_) return;  // claimed in the store, and freed at the next start
    const Timestamp now = clock_.now();
    for (auto& delivery : fresh) {
      // One that waits for an older one is found in the store when it is its turn.
      if (!delivery.claimed) {
        wake();
      } else if (is_test(delivery) || has_place(lane_of(delivery.destination), now)) {
        enqueue(std::move(delivery));
      } else {
        give_back(delivery.id);
      }
    }
  }

  void wake() {
    woken_ = true;
    alarm_.cancel();
  }

  awaitable<void> stop(milliseconds limit) {
    stopping_ = true;
    wake();
    for (auto& [name, lane] : lanes_) lane.waiting.clear();
    co_await until([this] { return counters_.under_way == 0; }, limit);
    aborting_ = true;
    for (const auto& target : in_use_) {
      if (const auto alive = target.lock()) alive->client.cancel();
    }
    for (auto* pause : pauses_) pause->cancel();
    changed();
    // What is left is one write at most for each, which the queue finishes or refuses.
    co_await until([this] { return coroutines_ == 0; }, std::nullopt);
  }

  awaitable<void> drain(milliseconds limit) {
    wake();
    co_await until([this] { return stopping_ || idle(); }, limit);
  }

  void abandon() {  // the owner goes away
    owner_ = nullptr;
    stopping_ = aborting_ = true;
    for (const auto& target : in_use_) {
      if (const auto alive = target.lock()) alive->client.cancel();
    }
    for (auto* pause : pauses_) pause->cancel();
    alarm_.cancel();
    changed();
  }

  [[nodiscard]] Counters counters() const noexcept { return counters_; }

  [[nodiscard]] std::vector<Wait> waits() const {
    std::vector<Wait> all;
    const Timestamp now = clock_.now();
    for (const auto& [name, lane] : lanes_) {
      const bool down = lane.breaker.state() != CircuitBreaker::State::closed;
      if (!targets_.contains(name) || (!down && !lane.bucket.resting(now))) continue;
      auto turn = lane.next_turn(now);
      if (turn && *turn <= now) turn.reset();
      all.push_back({name, down ? lane.breaker.failures() : 0, turn, lane.waiting.size()});
    }
    return all;
  }

 private:
  // --- waiting -------------------------------------------------------------------------------

  void spawn(awaitable<void> work) {
    ++coroutines_;
    asio::co_spawn(loop_, tracked(shared_from_this(), std::move(work)),
                   [](const std::exception_ptr& failure) {  // a fault of ours ends the loop, loudly
                     if (failure) std::rethrow_exception(failure);
                   });
  }

  static awaitable<void> tracked(std::shared_ptr<Impl> self, awaitable<void> work) {
    co_await std::move(work);
    --self->coroutines_;
    self->changed();
  }

  void changed() {
    for (auto* waiter : waiters_) waiter->cancel();
  }

  template <class Condition>
  awaitable<void> until(Condition condition, std::optional<milliseconds> limit) {
    const auto self = shared_from_this();
    const auto end = std::chrono::steady_clock::now() + limit.value_or(milliseconds{0});
    asio::steady_timer timer(loop_);
    waiters_.push_back(&timer);
    while (!condition() && (!limit || std::chrono::steady_clock::now() < end)) {
      timer.expires_at(limit ? end : std::chrono::steady_clock::time_point::max());
      co_await sleep(timer);
    }
    waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &timer));
  }

  static awaitable<void> sleep(asio::steady_timer& timer) {
    boost::system::error_code ignored;  // cancelled means: look again
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  // Before a write that failed is tried again; ends at once when everything is to end.
  awaitable<void> pause(milliseconds& length) {
    if (aborting_) co_return;
    asio::steady_timer timer(loop_);
    timer.expires_after(length);
    length = std::min(length * 2, longest_pause);
    pauses_.push_back(&timer);
    co_await sleep(timer);
    pauses_.erase(std::find(pauses_.begin(), pauses_.end(), &timer));
  }

  [[nodiscard]] bool idle() const {
    if (woken_ || claiming_ || !to_release_.empty()) return false;
    const bool busy =
        std::any_of(lanes_.begin(), lanes_.end(), [now = clock_.now()](const auto& one) {
          const Lane& lane = one.second;
          return lane.in_hand() > 0 && !lane.held(now);
        });
    return !busy && !(next_due_ && *next_due_ <= clock_.now());
  }

  // --- claiming ------------------------------------------------------------------------------

  // The only one that takes deliveries out of the store. Runs as long as the outbox.
  awaitable<void> claim() {
    milliseconds length = first_pause;
    while (!stopping_) {
      if (!woken_) {
        rest();
        co_await sleep(alarm_);
        if (stopping_) break;
        resume();
        if (!woken_ && std::chrono::steady_clock::now() < look_again_) continue;
      }
      woken_ = false;
      claiming_ = true;
      auto turn = prepare();
      // Named, not a temporary: g++ 12 destroys what a temporary captures twice in a co_await.
      store::WriteQueue::Job job = [turn](store::Writer& writer) { return take(writer, *turn); };
      const auto written = co_await store::async_write(queue_, std::move(job));
      if (written) {
        length = first_pause;
        distribute(*turn);
        resume();
      } else {
        woken_ = true;  // nothing was taken: the same again
        if (owner_ != nullptr && owner_->on_write) owner_->on_write(written);
        to_release_.insert(to_release_.end(), turn->release.begin(), turn->release.end());
        for (const auto& [name, most] : turn->early) lanes_[name].tried = true;
        co_await pause(length);
      }
      claiming_ = false;
      changed();
    }
  }

  // Until the store is to be looked at again, or a destination's turn comes before that.
  void rest() {
    const Timestamp now = clock_.now();
    std::optional<Timestamp> turn;
    for (const auto& [name, lane] : lanes_) {
      if (lane.waiting.empty() ? !lane.wants_probe() : !has_room(lane)) continue;
      const auto next = lane.next_turn(now);
      if (next && (!turn || *next < *turn)) turn = next;
    }
    auto end = look_again_;
    if (turn) {
      const auto length = std::clamp<milliseconds>(*turn - now, milliseconds{0}, longest_rest);
      end = std::min(end, std::chrono::steady_clock::now() + length);
    }
    alarm_.expires_at(end);
  }

  // Those whose turn has come. Nothing of this looks at the store, but for a probe.
  void resume() {
    const Timestamp now = clock_.now();
    for (auto& [name, lane] : lanes_) {
      advance(lane);
      if (may_probe(lane, now)) woken_ = true;
    }
  }

  static bool may_probe(const Lane& lane, Timestamp now) {
    const auto turn = lane.next_turn(now);
    return lane.wants_probe() && turn && *turn <= now;
  }

  std::shared_ptr<ClaimTurn> prepare() {
    auto turn = std::make_shared<ClaimTurn>();
    turn->now = clock_.now();
    for (const auto& [name, target] : targets_) turn->addresses.emplace(name, target->address);
    turn->release = std::exchange(to_release_, {});
    for (auto& [name, lane] : lanes_) {
      lane.back = lane.back && lane.breaker.state() == CircuitBreaker::State::closed;
      if (lane.in_hand() >= most_in_hand) {
        turn->except.push_back(name);
      } else if (lane.back) {
        turn->early[name] = claims_at_once;
      } else if (may_probe(lane, turn->now)) {
        turn->early[name] = 1;
        lane.tried = false;
      }
    }
    return turn;
  }

  void distribute(ClaimTurn& turn) {
    next_due_ = turn.next_due;
    milliseconds length = longest_rest;
    if (next_due_) {
      length = std::clamp<milliseconds>(*next_due_ - clock_.now(), milliseconds{0}, longest_rest);
    }
    look_again_ = std::chrono::steady_clock::now() + length;
    if (next_due_ && *next_due_ <= turn.now) woken_ = true;  // the limit was reached
    for (const auto& [name, most] : turn.early) {
      Lane& lane = lanes_[name];
      if (turn.emptied.contains(name)) lane.back = false;
      if (lane.back) woken_ = true;
    }
    disabled_ = std::move(turn.disabled);
    if (!std::exchange(seen_, true)) take_over(turn.failing);
    if (stopping_) return;
    for (auto& delivery : turn.claimed) enqueue(std::move(delivery));
  }

  // Destinations that an earlier daemon has left failing are asked whether they are back.
  void take_over(const std::set<std::string>& failing) {
    for (const std::string& name : failing) {
      if (!targets_.contains(name) || disabled_.contains(name)) continue;
      Lane& lane = lane_of(name);
      lane.breaker.was_down();
      lane.tried = true;
    }
  }

  static bool is_test(const Delivery& delivery) {
    return delivery.event_type == EventType::test_ping || delivery.subject.starts_with("test:");
  }

  // Where nothing moves, an outage of days must not fill the memory.
  static bool has_place(const Lane& lane, Timestamp now) {
    const bool moves =
        lane.breaker.state() == CircuitBreaker::State::closed && !lane.bucket.resting(now);
    return lane.in_hand() < (moves ? most_fresh_in_hand : most_in_hand);
  }

  // Claimed, and not to be sent now: the store has it.
  void give_back(std::int64_t delivery) {
    to_release_.push_back(delivery);
    wake();
  }

  void enqueue(Delivery delivery) {
    if (disabled_.contains(delivery.destination)) return give_back(delivery.id);
    Lane& lane = lane_of(delivery.destination);
    if (is_test(delivery)) {  // somebody waits for what it comes to
      lane.breaker.probe_now();
      lane.waiting.push_front(std::move(delivery));
    } else {
      lane.waiting.push_back(std::move(delivery));
    }
    advance(lane);
  }

  Lane& lane_of(const std::string& destination) {  // for ever the same one
    Lane& lane = lanes_[destination];
    if (lane.destination.empty()) lane.destination = destination;
    return lane;
  }

  [[nodiscard]] std::shared_ptr<Target> target_of(const Lane& lane) const {
    const auto found = targets_.find(lane.destination);
    return found == targets_.end() ? nullptr : found->second;
  }

  [[nodiscard]] bool has_room(const Lane& lane) const {
    const auto target = target_of(lane);
    const bool alone = !target || lane.handshake.due(target->config, target->origin);
    const std::size_t most = alone ? 1U : std::max(target->config.connections, 1U);
    return lane.sending < most && lane.accepted < most * most_in_doubt;
  }

  void advance(Lane& lane) {
    const std::shared_ptr<Target> target = target_of(lane);
    const Timestamp now = clock_.now();
    while (!lane.waiting.empty() && has_room(lane) && !stopping_) {
      bool probe = false;
      if (target) {  // without one it only ends
        const auto turn = lane.next_turn(now);
        if (!turn) return;                              // the probe's end comes here again
        if (*turn > now) return void(alarm_.cancel());  // which claim() sets for it
        lane.bucket.take(now);
        probe = lane.breaker.begin();
      }
      Delivery next = std::move(lane.waiting.front());
      lane.waiting.pop_front();
      ++lane.sending;
      ++counters_.under_way;
      spawn(deliver(Made{std::move(next), {}, &lane, probe}, target));
    }
  }

  // --- delivering ----------------------------------------------------------------------------

  awaitable<void> deliver(Made made, std::shared_ptr<Target> target) {
    Lane& lane = *made.lane;
    if (!co_await attempt(made, target)) {
      lane.breaker.cancelled(made.probe);
      left(made);
      co_return note_change();
    }
    // An accepted one makes place for the next while it is written down. One that failed keeps
    // its place until that stands: a receiver that wants no more gets no more.
    const bool accepted = made.accepted();
    if (accepted) {
      --lane.sending;
      ++lane.accepted;
    }
    made_.push_back(std::move(made));
    if (!std::exchange(recording_, true)) spawn(record());
    if (accepted) advance(lane);
  }

  // The delivery is over, or will be tried again.
  void left(const Made& made) {
    --(made.accepted() ? made.lane->accepted : made.lane->sending);
    --counters_.under_way;
    advance(*made.lane);
  }

  void note_change() {
    wake();  // a younger one of the same subject may be next
    changed();
  }

  static Result<HttpRequest> request_to(Target& target, Delivery& delivery, Timestamp at) {
    if (!target.signer) return tl::unexpected(target.signer.error());
    return request_for(target.config, *target.signer, delivery, at);
  }

  // False where it was cancelled: then nothing is known, and it is sent again at the next start.
  awaitable<bool> attempt(Made& one, const std::shared_ptr<Target>& target) {
    Delivery& delivery = one.delivery;
    Outcome& outcome = one.outcome;
    DeliveryAttempt& made = outcome.attempt;
    made.delivery = delivery.id;
    made.number = delivery.attempts + 1;
    made.at = clock_.now();
    outcome.destination = delivery.destination;
    if (!target) {
      made.state = DeliveryState::dead;
      made.error = fmt::format(
          "the destination \"{}\" is no longer in the configuration; put it back, then replay the "
          "delivery",
          delivery.destination);
      co_return true;
    }
    outcome.judges_destination = true;
    outcome.address = target->address;
    remember_use(target);
    const auto begun = std::chrono::steady_clock::now();
    Answer answer;
    auto asked = co_await consent(*one.lane, *target);
    if (asked.cancelled) co_return false;
    auto request = request_to(*target, delivery, made.at);
    if (asked.instead) {
      answer = std::move(*asked.instead);
      note_answer(one, answer, target->config.format);
    } else if (request) {
      auto received = co_await target->client.post(std::move(*request));
      if (!received) co_return false;
      answer = std::move(*received);
      note_answer(one, answer, target->config.format);
    } else {
      one.lane->breaker.cancelled(one.probe);
      answer.network_error = "the delivery could not be signed: " + request.error().sentence;
    }
    made.latency_ms =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun).count();
    apply(decide(answer, made.number - delivery.replayed_after, target->config.retry_schedule,
                 clock_.now(), std::uniform_real_distribution<double>{0, 1}(random_),
                 target->config.format, delivery.replayed_at.value_or(delivery.created_at)),
          answer, outcome);
    co_return true;
  }

  // The receiver's, where it is to be asked first.
  awaitable<Handshake::Asked> consent(Lane& lane, Target& target) {
    if (!lane.handshake.due(target.config, target.origin)) co_return Handshake::Asked{};
    auto asked = co_await lane.handshake.ask(target.client, target.config, target.origin);
    const auto current = target_of(lane);
    if (!current || asked.cancelled || asked.instead) co_return asked;
    const bool counted = !current->config.rates.empty();
    lane.bucket.set_limits(lane.handshake.limits(current->config, current->origin));
    if (!counted) lane.bucket.take(clock_.now());  // this one, which no limit counted yet
    advance(lane);
    co_return asked;
  }

  // What an answer says of the receiver, whatever becomes of the delivery.
  void note_answer(const Made& one, const Answer& answer, DestinationFormat format) {
    Lane& lane = *one.lane;
    const Timestamp now = clock_.now();
    if (!shows_failure(answer.status)) return lane.breaker.worked();
    lane.breaker.failed(now, one.probe);
    if (const auto asked = asked_wait(answer, format)) lane.bucket.rest(now, *asked);
  }

  // What was made while the last results were written down is written in one go. A full disk
  // loses no result, it delays it. What is never written is sent again under the same id.
  awaitable<void> record() {
    milliseconds length = first_pause;
    while (!made_.empty()) {
      std::vector<Made> batch = std::exchange(made_, {});
      if (!co_await write(batch)) {
        if (batch.size() > 1) co_await write_singly(batch);
        if (aborting_) {
          forget(batch);
        } else if (!batch.empty()) {
          made_.insert(made_.begin(), std::make_move_iterator(batch.begin()),
                       std::make_move_iterator(batch.end()));
          co_await pause(length);
          continue;
        }
      }
      length = first_pause;
    }
    recording_ = false;
  }

  // One that the store refuses for a reason of its own must not hold up the others.
  awaitable<void> write_singly(std::vector<Made>& batch) {
    std::vector<Made> refused;
    for (Made& one : batch) {
      std::vector<Made> alone;
      alone.push_back(std::move(one));
      if (aborting_ || !co_await write(alone)) refused.push_back(std::move(alone.front()));
    }
    batch = std::move(refused);
  }

  // False: nothing of it was written.
  awaitable<bool> write(std::vector<Made>& batch) {
    auto outcomes = std::make_shared<std::vector<Outcome>>();
    outcomes->reserve(batch.size());
    for (const Made& one : batch) outcomes->push_back(one.outcome);
    auto stand_ins = std::make_shared<std::vector<Delivery>>();
    const StandIn stand_in = owner_ != nullptr ? owner_->stand_in : StandIn{};
    store::WriteQueue::Job job = [outcomes, stand_ins, stand_in](store::Writer& writer) {
      return write_down(writer, *outcomes, stand_in).map([&](std::vector<Delivery> made) {
        *stand_ins = std::move(made);
      });
    };
    const auto written = co_await store::async_write(queue_, std::move(job));
    if (owner_ != nullptr && owner_->on_write) owner_->on_write(written);
    if (!written) co_return false;
    for (std::size_t i = 0; i < batch.size(); ++i) told(batch[i].delivery, (*outcomes)[i]);
    forget(batch);
    if (!stand_ins->empty()) send(std::move(*stand_ins));
    co_return true;
  }

  void forget(std::vector<Made>& batch) {
    for (const Made& one : batch) left(one);
    batch.clear();
    note_change();
  }

  void told(Delivery& delivery, const Outcome& outcome) {
    const DeliveryAttempt& made = outcome.attempt;
    ++counters_.attempts;
    if (made.state == DeliveryState::delivered) ++counters_.delivered;
    if (!made.error.empty()) ++counters_.failed_attempts;
    if (made.state == DeliveryState::dead) ++counters_.dead;
    delivery.attempts = made.number;
    delivery.state = made.state;
    delivery.next_attempt_at = made.next_attempt_at;
    delivery.last_status = made.status;
    delivery.last_error = made.error;
    if (made.state != DeliveryState::pending) delivery.finished_at = made.at;
    Lane& lane = lanes_[delivery.destination];
    if (made.state == DeliveryState::pending) lane.tried = true;
    if (outcome.ends_outage) lane.back = true;
    if (owner_ != nullptr && owner_->on_attempt) owner_->on_attempt(made, delivery);
    if (!outcome.nobody_else.empty() && owner_ != nullptr && owner_->on_nobody_else) {
      owner_->on_nobody_else(delivery, outcome.nobody_else);
    }
    if (outcome.disabled_for.empty()) return;
    // Those that wait for a connection go back to the store, which frees them.
    for (const auto& waiting : lane.waiting) to_release_.push_back(waiting.id);
    lane.waiting.clear();
    disabled_.insert(delivery.destination);
    if (owner_ != nullptr && owner_->on_disabled) {
      owner_->on_disabled(delivery.destination, outcome.disabled_for);
    }
  }

  void remember_use(const std::shared_ptr<Target>& used) {
    if (!in_use_.empty() && in_use_.back().lock() == used) return;
    std::erase_if(in_use_, [&](const auto& target) {
      const auto alive = target.lock();
      return !alive || alive == used;
    });
    in_use_.push_back(used);
  }

  Outbox* owner_;
  asio::io_context& loop_;
  store::WriteQueue& queue_;
  const Clock& clock_;
  asio::steady_timer alarm_;
  std::mt19937_64 random_;
  std::map<std::string, std::shared_ptr<Target>> targets_;
  std::vector<std::weak_ptr<Target>> in_use_;  // of this and of earlier configurations
  std::map<std::string, Lane> lanes_;
  std::vector<std::int64_t> to_release_;  // claimed, and not to be sent now
  std::set<std::string> disabled_;        // destinations, as the store last said
  std::vector<Made> made_;
  std::vector<asio::steady_timer*> waiters_;
  std::vector<asio::steady_timer*> pauses_;
  std::optional<Timestamp> next_due_;
  std::chrono::steady_clock::time_point look_again_{};  // at the store, where nothing wakes
  std::size_t coroutines_ = 0;
  Counters counters_;
  bool started_ = false;
  bool seen_ = false;  // what an earlier daemon left in the store
  bool woken_ = false;
  bool claiming_ = false;
  bool recording_ = false;  // record() is at work
  bool stopping_ = false;
  bool aborting_ = false;
};

Outbox::Outbox(asio::io_context& loop, store::WriteQueue& queue, const Clock& clock)
    : impl_(std::make_shared<Impl>(*this, loop, queue, clock)) {}
Outbox::~Outbox() { impl_->abandon(); }
void Outbox::configure(const std::shared_ptr<const Config>& config) { impl_->configure(config); }
void Outbox::send(std::vector<Delivery> fresh) { impl_->send(std::move(fresh)); }
void Outbox::wake() { impl_->wake(); }
awaitable<void> Outbox::stop(milliseconds limit) { return impl_->stop(limit); }
awaitable<void> Outbox::drain(milliseconds limit) { return impl_->drain(limit); }
Outbox::Counters Outbox::counters() const noexcept { return impl_->counters(); }
std::vector<Outbox::Wait> Outbox::waits() const { return impl_->waits(); }

}  // namespace kpid::webhooks
