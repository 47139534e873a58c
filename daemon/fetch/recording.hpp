// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a source's plugin asked for and got, kept in a folder, so that tests can play it again
// without the network. recording.json lists every fetch in its order: its location with secrets by
// name, what it found and which file holds the content, or how it failed. Contents are masked; one
// that cannot be is left out, and says so when it is played.

#include <filesystem>
#include <memory>

#include "fetch/fetcher.hpp"
#include "fetch/masking.hpp"

namespace kpid::fetch {

class Recorder final : public Fetcher {
 public:
  // The folder is made, and must be empty.
  [[nodiscard]] static Result<std::unique_ptr<Recorder>> make(std::unique_ptr<Fetcher> inner,
                                                              std::filesystem::path folder,
                                                              Masking masking);
  ~Recorder() override;

  [[nodiscard]] boost::asio::awaitable<Result<std::vector<Fetched>>> fetch(
      FetchRequest request) override;
  [[nodiscard]] std::optional<Timestamp> retry_at() const override;

  struct Summary {
    std::size_t documents = 0;
    std::vector<Error> left_out;  // why, for each
  };
  // Writes recording.json.
  [[nodiscard]] Result<Summary> finish();

 private:
  class Impl;
  explicit Recorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Answers each fetch as it was answered; the same location asked for again gets the next answer,
// and the last one for good. What was not recorded is an Error.
[[nodiscard]] Result<std::unique_ptr<Fetcher>> make_replay(const std::filesystem::path& folder,
                                                           FetchPolicy policy);

}  // namespace kpid::fetch
