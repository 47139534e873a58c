// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/document.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/syntax.hpp"

namespace kpid {

std::string ConfigFault::text() const {
  // A fault of the whole file stands at its start, so that every line of --check has one form.
  return fmt::format("{}:{}:{}: error: {}", file, std::max(line, 1U), std::max(column, 1U),
                     sentence);
}

namespace config {
namespace {

constexpr std::size_t largest_document = std::size_t{64} << 20;  // 24,000 schools are 2 MiB

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> refused(const std::filesystem::path& file, std::string sentence) {
  return fail(ErrorKind::config, std::move(sentence), file.string());
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

std::uint32_t Faults::add_file(std::string name) {
  files_.push_back(std::move(name));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

void Faults::add(const Place& place, std::string sentence) {
  found_.push_back({std::move(sentence), place});
}

std::string Faults::text(const Place& place) const {
  return fmt::format("{}:{}:{}", files_.at(place.file), place.line, place.column);
}

std::vector<ConfigFault> Faults::in_order() const {
  auto sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
  std::vector<ConfigFault> faults;
  faults.reserve(sorted.size());
  for (auto& [sentence, place] : sorted) {
    faults.push_back({files_.at(place.file), place.line, place.column, std::move(sentence)});
  }
  return faults;
}

Result<std::string> read_whole_file(const std::filesystem::path& file, std::size_t limit) {
  // O_NONBLOCK: a pipe in the file's place must not stop the daemon.
  const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (descriptor.number() < 0) return refused(file, reason(errno));
  struct stat status {};
  if (::fstat(descriptor.number(), &status) != 0) return refused(file, reason(errno));
  if (!S_ISREG(status.st_mode)) return refused(file, "it is not a regular file");
  std::string content;
  for (;;) {
    constexpr std::size_t piece = std::size_t{64} << 10;
    const std::size_t before = content.size();
    content.resize(before + piece);
    const ssize_t got = ::read(descriptor.number(), content.data() + before, piece);
    if (got < 0 && errno == EINTR) {
      content.resize(before);
      continue;
    }
    if (got < 0) return refused(file, reason(errno));
    content.resize(before + static_cast<std::size_t>(got));
    if (got == 0) return content;
    if (content.size() > limit) {
      return refused(file, fmt::format("it is larger than {} KiB", limit >> 10));
    }
  }
}

std::optional<toml::table> read_document(const std::filesystem::path& path, std::uint32_t file,
                                         Faults& faults) {
  const auto content = read_whole_file(path, largest_document);
  if (!content) {
    faults.add({file, 0, 0}, "cannot be read: " + content.error().sentence);
    return std::nullopt;
  }
  if (const auto bad = first_invalid_utf8(*content)) {
    faults.add({file, bad->line, bad->column},
               fmt::format("byte 0x{:02X} is not UTF-8; a config must be a UTF-8 text file",
                           static_cast<unsigned char>((*content)[bad->offset])));
    return std::nullopt;
  }
  try {
    return toml::parse(std::string_view{*content});
  } catch (const toml::parse_error& error) {
    std::string description = printable(error.description(), 300);
    if (!description.empty()) {
      description[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(description[0])));
    }
    faults.add(place_of(error.source(), file), "not valid TOML: " + description);
    return std::nullopt;
  }
}

Place place_of(const toml::source_region& region, std::uint32_t file) {
  return {file, static_cast<std::uint32_t>(region.begin.line),
          static_cast<std::uint32_t>(region.begin.column)};
}

}  // namespace config
}  // namespace kpid
