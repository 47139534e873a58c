// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A document of which the beginning is given back takes no memory for it, however often it is read.

#include "plugin_host/child/mapping.hpp"

#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace kpid::plugin_host {
namespace {

constexpr std::size_t mega = std::size_t{1} << 20U;

std::size_t resident_bytes() {
  std::size_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * 4096;
}

TEST(DocumentMapping, TakesNoMemoryForWhatIsGivenBackInAnyReading) {
  const testing::TemporaryFolder folder;
  const std::string path = (folder / "long.csv").string();
  {
    std::ofstream file(path, std::ios::binary);
    const std::string piece(mega, 'x');
    for (int i = 0; i < 64; ++i) file << piece;
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  DocumentMapping mapping(descriptor, 64 * mega);
  ::close(descriptor);
  ASSERT_TRUE(mapping.good());
  const auto* bytes = static_cast<const char*>(mapping.data());
  const std::size_t before = resident_bytes();
  for (int reading = 0; reading < 2; ++reading) {
    std::size_t read = 0;
    for (std::size_t at = 0; at < 64 * mega; at += 1024) {
      read += bytes[at] == 'x' ? 1 : 0;
      if (at % (4 * mega) == 0) mapping.discard(at);
    }
    EXPECT_EQ(read, 64 * mega / 1024);  // nothing of it is lost
    EXPECT_LT(resident_bytes(), before + 16 * mega) << "reading " << reading;
  }
}

}  // namespace
}  // namespace kpid::plugin_host
