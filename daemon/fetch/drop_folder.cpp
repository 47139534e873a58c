// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/drop_folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "fetch/file_copy.hpp"
#include "fetch/file_search.hpp"

namespace kpid::fetch {
namespace {

std::int64_t nanoseconds(const timespec& at) {
  return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

struct Candidate {
  DroppedFile file;
  std::int64_t touched_ns = 0;  // the content or anything else of it
};

// Names under which programs write what they have not finished.
bool is_unfinished(const std::string& name) {
  constexpr std::array<std::string_view, 6> ends{".part",       ".partial",  ".tmp",
                                                 ".crdownload", ".filepart", "~"};
  return name.starts_with('.') || name.starts_with("~$") ||
         std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

std::optional<Candidate> look(const std::filesystem::path& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  Candidate found;
  found.file.path = path;
  found.file.about.name = path.filename().string();
  found.file.about.size = static_cast<std::uint64_t>(about.st_size);
  found.file.about.modified_ns = nanoseconds(about.st_mtim);
  // A copy that keeps the time of its original shows in the second.
  found.touched_ns = std::max(nanoseconds(about.st_mtim), nanoseconds(about.st_ctim));
  return found;
}

bool was_read(const FileRead& file, const std::vector<FileRead>& before, bool by_content) {
  return std::any_of(before.begin(), before.end(), [&](const FileRead& one) {
    if (one.name != file.name) return false;
    return by_content ? one.sha256 == file.sha256
                      : one.size == file.size && one.modified_ns == file.modified_ns;
  });
}

Timestamp after(std::int64_t ns, std::chrono::milliseconds wait) {
  return timestamp_from_milliseconds(ns / 1'000'000 + 1) + wait;
}

class Taking {
 public:
  Taking(const FetchPolicy& policy, const FetchRequest& request, Timestamp now,
         const std::atomic<bool>& stop)
      : policy_(policy), now_(now), stop_(stop) {
    most_ = request.select == FetchRequest::Select::all ? max_documents : 1;
  }

  Result<Dropped> take(const std::vector<std::filesystem::path>& files) {
    std::vector<Candidate> candidates;
    for (const std::filesystem::path& path : files) {
      auto found = look(path);
      if (found && !is_unfinished(found->file.about.name)) candidates.push_back(std::move(*found));
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return std::pair(a.file.about.modified_ns, a.file.path) <
             std::pair(b.file.about.modified_ns, b.file.path);
    });
    for (Candidate& one : candidates) {
      auto done = consider(std::move(one));
      if (!done) return tl::unexpected(done.error());
    }
    return std::move(dropped_);
  }

 private:
  Result<void> consider(Candidate candidate) {
    DroppedFile& file = candidate.file;
    if (was_read(file.about, policy_.files_read, false)) {
      dropped_.old.push_back(std::move(file));
      return {};
    }
    const Timestamp rested = after(candidate.touched_ns, policy_.drop->complete_after);
    if (rested > now_) {
      look_again(rested);
      return {};
    }
    if (dropped_.documents.size() == most_) {
      look_again(now_);
      return {};
    }
    auto copied = copy_file(file.path, policy_, stop_);
    if (!copied && copied.error().kind == ErrorKind::transient) {  // it changes at this moment
      look_again(now_ + policy_.drop->complete_after);
      return {};
    }
    if (!copied && copied.error().kind == ErrorKind::not_found) return {};  // taken away again
    if (!copied) return tl::unexpected(copied.error());
    file.about.sha256 = copied->document.sha256;
    if (was_read(file.about, policy_.files_read, true)) {
      dropped_.old.push_back(std::move(file));
      return {};
    }
    dropped_.documents.push_back(std::move(*copied));
    dropped_.taken.push_back(std::move(file));
    return {};
  }

  void look_again(Timestamp at) {
    dropped_.look_again_at = std::min(dropped_.look_again_at.value_or(at), at);
  }

  const FetchPolicy& policy_;
  Timestamp now_;
  const std::atomic<bool>& stop_;
  std::size_t most_ = 1;
  Dropped dropped_;
};

// 0, or the error; never over a file that is there.
int rename_to(const std::filesystem::path& from, const std::filesystem::path& to) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0 ? 0
                                                                                          : errno;
}

std::optional<Error> move_one(const DroppedFile& file, const std::filesystem::path& folder) {
  const auto now = look(file.path);
  if (!now) return std::nullopt;  // somebody has taken it away
  if (now->file.about.size != file.about.size ||
      now->file.about.modified_ns != file.about.modified_ns) {
    return std::nullopt;  // another content, which is read in its turn
  }
  constexpr int most_names = 1000;
  int error = EEXIST;
  for (int i = 0; error == EEXIST && i < most_names; ++i) {
    std::filesystem::path name = file.path.stem();
    if (i > 0) name += fmt::format("-{}", i + 1);
    name += file.path.extension();
    error = rename_to(file.path, folder / name);
  }
  if (error == 0) return std::nullopt;
  const std::string why =
      error == EXDEV
          ? std::string("\"move_to\" must be a folder on the same disk")
          : std::generic_category().message(error) +
                "; let the user that kpid runs as write to this folder and to \"move_to\"";
  return Error{ErrorKind::config, "the file was read and could not be moved: " + why,
               file.path.string()};
}

}  // namespace

Result<Dropped> take_dropped(const FetchPolicy& policy, const FetchRequest& request, Timestamp now,
                             const std::atomic<bool>& stop) {
  const auto files = find_dropped(policy.base, request.location);
  if (!files) return tl::unexpected(files.error());
  return Taking(policy, request, now, stop).take(*files);
}

std::vector<Error> move_files(const std::vector<DroppedFile>& files,
                              const std::filesystem::path& folder) {
  std::vector<Error> errors;
  for (const DroppedFile& file : files) {
    if (auto error = move_one(file, folder)) errors.push_back(std::move(*error));
  }
  return errors;
}

}  // namespace kpid::fetch
