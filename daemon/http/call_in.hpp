// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the outside may ask of kpid over TCP: to take what a source pushes, and to note that a
// person has seen an alert. The server finds out who may; these do it. [loop thread]

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "model/error.hpp"
#include "model/run.hpp"

namespace kpid::http {

// What was pushed to a hook, proven and within its limit.
struct Pushed {
  std::string body;
  std::string id;         // what a repetition of it would bear again
  bool id_is_own = true;  // false: a digest of the body, which may come again with reason
};

struct Page {  // for a person's browser
  unsigned status = 200;
  std::string body;  // HTML
};

struct Taken {
  Run run;             // where it was taken before, its id alone
  bool again = false;  // an earlier push with this id was taken: no run was made
};

struct CallIn {
  // Runs the source on the document; returns when the run has ended, is committed and judged. A
  // run that failed is a Run all the same. ErrorKind::conflict where the source is being pulled:
  // the sender tries again.
  std::function<boost::asio::awaitable<Result<Taken>>(std::string source, Pushed pushed)> push;
  // The page of an acknowledge link, or, where `submitted`, what came of its form
  // (application/x-www-form-urlencoded). Only a submitted one changes anything: mail and chat
  // scanners open every link.
  std::function<boost::asio::awaitable<Page>(std::string token, bool submitted, std::string form)>
      acknowledge;
};

}  // namespace kpid::http
