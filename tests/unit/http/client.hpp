// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// A client of the tests' own: one request a connection, or bytes as they are.

#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace kpid::http {

struct Reply {
  unsigned status = 0;
  boost::json::value body;
  std::string text;
  std::string allow;
  std::string timezone;
  [[nodiscard]] std::string sentence() const {
    return std::string(body.at_pointer("/error/sentence").as_string());
  }
};

class Client {
 public:
  explicit Client(std::string socket) : path_(std::move(socket)) {}

  Reply get(const std::string& target) { return send(boost::beast::http::verb::get, target, {}); }
  Reply post(const std::string& target, const std::string& body = {}) {
    return send(boost::beast::http::verb::post, target, body);
  }
  Reply send(boost::beast::http::verb method, const std::string& target, const std::string& body) {
    namespace beast = boost::beast;
    auto socket = connect();
    beast::http::request<beast::http::string_body> request(method, target, 11);
    request.set(beast::http::field::host, "kpid");
    request.body() = body;
    request.prepare_payload();
    beast::http::write(socket, request);
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.skip(method == beast::http::verb::head);
    beast::http::read(socket, buffer, parser);
    const auto& response = parser.get();
    Reply reply;
    reply.status = response.result_int();
    reply.text = response.body();
    reply.allow = std::string(response[beast::http::field::allow]);
    reply.timezone = std::string(response["Kpid-Timezone"]);
    boost::system::error_code no_json;
    reply.body = boost::json::parse(reply.text, no_json);
    return reply;
  }
  // Sends the bytes, says no more, and returns all that comes back.
  std::string raw(const std::string& bytes) {
    auto socket = connect();
    boost::system::error_code ignored;
    boost::asio::write(socket, boost::asio::buffer(bytes), ignored);
    socket.shutdown(boost::asio::socket_base::shutdown_send, ignored);
    std::string answer;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ignored);
    return answer;
  }
  boost::asio::local::stream_protocol::socket connect() {
    boost::asio::local::stream_protocol::socket socket(context_);
    socket.connect(boost::asio::local::stream_protocol::endpoint(path_));
    return socket;
  }

 private:
  boost::asio::io_context context_;
  std::string path_;
};

}  // namespace kpid::http
