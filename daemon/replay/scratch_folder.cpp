// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "replay/scratch_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace kpid::replay {

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) {
    return fail(ErrorKind::storage, "there is no folder for temporary files: " + error.message() +
                                        "; set TMPDIR to one that may be written to");
  }
  std::string name = (parent / "kpid-replay-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(ErrorKind::storage,
                "no temporary folder can be made here: " + std::generic_category().message(errno) +
                    "; make room, or set TMPDIR to another folder",
                parent.string());
  }
  return ScratchFolder(std::move(name));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace kpid::replay
