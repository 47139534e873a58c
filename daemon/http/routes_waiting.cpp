// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <utility>

#include "http/routes.hpp"
#include "http/waiting_view.hpp"

namespace kpid::http {

boost::asio::awaitable<Answer> Routes::waiting(const Call& call) {
  ReaderPool::Query query = [config = call.config, destination = call.parameter("destination"),
                             now = clock_.now()](const store::Reader& reader) {
    return waiting_view(reader, *config, destination, now);
  };
  co_return co_await ask(std::move(query));
}

}  // namespace kpid::http
