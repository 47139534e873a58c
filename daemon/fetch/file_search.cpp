// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/file_search.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

namespace kpid::fetch {
namespace {

struct Candidate {
  std::filesystem::path path;
  timespec modified{};
};

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

// The base folder is no pattern, whatever its name holds.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view{"*?[]\\"}.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

Result<std::vector<Candidate>> expand(const std::filesystem::path& base,
                                      const std::string& location) {
  const bool absolute = location.starts_with('/');
  const std::string pattern = absolute ? location : escape((base / "").string()) + location;
  glob_t found{};
  const std::unique_ptr<glob_t, void (*)(glob_t*)> guard(&found, &globfree);
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  if (status == GLOB_NOSPACE) {
    return fail(ErrorKind::config, "the pattern finds too much; make it narrower", location);
  }
  std::vector<Candidate> files;
  for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i) {
    struct stat about {};
    if (::stat(found.gl_pathv[i], &about) != 0 || !S_ISREG(about.st_mode)) continue;
    files.push_back({found.gl_pathv[i], about.st_mtim});
  }
  std::sort(files.begin(), files.end(),
            [](const Candidate& a, const Candidate& b) { return a.path < b.path; });
  return files;
}

std::optional<Error> fault_of_location(const std::string& location) {
  if (!location.empty() && location.size() <= 4096 && location.find('\0') == std::string::npos) {
    return std::nullopt;
  }
  return Error{ErrorKind::config,
               "a location must have between 1 and 4096 bytes and no NUL; correct the settings",
               {}};
}

}  // namespace

Result<std::vector<std::filesystem::path>> find_files(const std::filesystem::path& base,
                                                      const FetchRequest& request) {
  const std::string& location = request.location;
  if (auto fault = fault_of_location(location)) return tl::unexpected(std::move(*fault));
  const std::filesystem::path literal = base / location;
  struct stat about {};
  if (::lstat(literal.c_str(), &about) == 0 || !is_pattern(location)) {
    return std::vector<std::filesystem::path>{literal};
  }
  auto files = expand(base, location);
  if (!files) return tl::unexpected(files.error());
  if (files->empty()) {
    return fail(ErrorKind::not_found,
                fmt::format("no file in {} matches the pattern; put one there or correct the "
                            "pattern in the settings",
                            literal.parent_path().string()),
                location);
  }
  using Select = FetchRequest::Select;
  if (request.select == Select::only && files->size() > 1) {
    return fail(ErrorKind::config,
                fmt::format("the pattern matches {} files ({}, {}, …) where exactly one is "
                            "expected; make it narrower or move the others away",
                            files->size(), (*files)[0].path.filename().string(),
                            (*files)[1].path.filename().string()),
                location);
  }
  if (request.select == Select::newest) {
    const auto newest =
        std::max_element(files->begin(), files->end(), [](const Candidate& a, const Candidate& b) {
          return std::pair(a.modified.tv_sec, a.modified.tv_nsec) <
                     std::pair(b.modified.tv_sec, b.modified.tv_nsec) ||
                 (a.modified.tv_sec == b.modified.tv_sec &&
                  a.modified.tv_nsec == b.modified.tv_nsec && a.path < b.path);
        });
    return std::vector<std::filesystem::path>{newest->path};
  }
  if (files->size() > max_documents) {
    return fail(ErrorKind::config,
                fmt::format("the pattern matches {} files, more than the {} of one fetch; make it "
                            "narrower or move old files away",
                            files->size(), max_documents),
                location);
  }
  std::vector<std::filesystem::path> paths;
  for (Candidate& file : *files) paths.push_back(std::move(file.path));
  return paths;
}

Result<std::vector<std::filesystem::path>> find_dropped(const std::filesystem::path& base,
                                                        const std::string& location) {
  if (auto fault = fault_of_location(location)) return tl::unexpected(std::move(*fault));
  std::error_code error;
  const bool folder = std::filesystem::is_directory(base / location, error);
  const std::filesystem::path where = folder ? base / location : (base / location).parent_path();
  if (!std::filesystem::is_directory(where, error)) {
    return fail(ErrorKind::config,
                "the drop folder is not there, or may not be entered; make it, or correct the path "
                "in the settings",
                where.string());
  }
  auto files = expand(base, folder ? location + "/*" : location);
  if (!files) return tl::unexpected(files.error());
  std::vector<std::filesystem::path> paths;
  paths.reserve(files->size());
  for (Candidate& file : *files) paths.push_back(std::move(file.path));
  return paths;
}

}  // namespace kpid::fetch
