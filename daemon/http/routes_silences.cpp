// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The routes of silences.

#include <charconv>
#include <optional>
#include <utility>

#include <boost/json/serialize.hpp>

#include "http/routes.hpp"
#include "http/silence_view.hpp"

namespace kpid::http {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::optional<std::int64_t> silence_id(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (problem != std::errc{} || end != text.data() + text.size() || id <= 0) return std::nullopt;
  return id;
}

}  // namespace

asio::awaitable<Answer> Routes::silences(const Call& call) {
  ReaderPool::Query query = [all = call.flag("all"),
                             now = clock_.now()](const store::Reader& reader) {
    return silences_view(reader, all, now);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::add_silence(const Call& call) {
  auto request = silence_request_of(call.body);
  if (!request) co_return error_answer(400, request.error());
  auto made = co_await actions_.add_silence(std::move(*request));
  if (!made) co_return error_answer(status_of(made.error().kind), made.error());
  co_return Answer{200, json::serialize(silence_json(*made, clock_.now())), {}};
}

asio::awaitable<Answer> Routes::remove_silence(const Call& call) {
  const auto id = silence_id(call.name);
  if (!id) {
    co_return error_answer(400, {ErrorKind::config, "a silence's id is a whole number", {}});
  }
  const json::value* by = call.body.if_contains("by");
  if (by == nullptr || !by->is_string() || by->get_string().empty()) {
    co_return error_answer(400,
                           {ErrorKind::config, "say who removes it: {\"by\": \"J. Smith\"}", {}});
  }
  std::string who(by->get_string());
  auto done = co_await actions_.remove_silence(*id, std::move(who));
  if (!done) co_return error_answer(status_of(done.error().kind), done.error());
  ReaderPool::Query query = [wanted = *id, now = clock_.now()](const store::Reader& reader) {
    return silence_view(reader, wanted, now);
  };
  co_return co_await ask(std::move(query));
}

}  // namespace kpid::http
