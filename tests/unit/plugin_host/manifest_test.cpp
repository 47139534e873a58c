// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin_host/elf_library.hpp"
#include "support/temporary_folder.hpp"
#include "unit/plugin_host/library_bytes.hpp"

namespace kpid::plugin_host {
namespace {

using testing::get;
using testing::manifest_offset;
using testing::put;
using testing::read_bytes;
using testing::with_manifest;
using testing::write_bytes;

std::string good() { return read_bytes(KPID_LIBRARY_GOOD); }

std::string sentence_of(std::string_view bytes) {
  const auto library = read_library(bytes);
  return library ? "accepted" : library.error().sentence;
}

std::string damaged(const std::string& what) {
  return "the library is damaged: " + what + "; build it or copy it again";
}

class Manifests : public ::testing::Test {
 protected:
  // A file of this folder, as a plugin is installed.
  std::filesystem::path install(const std::string& bytes, const std::string& name = "roll.so") {
    const auto file = folder_ / name;
    write_bytes(file, bytes);
    std::filesystem::permissions(file, std::filesystem::perms{0644});
    return file;
  }
  std::string error_of(const std::filesystem::path& file) {
    const auto manifest = read_manifest(file);
    return manifest ? "accepted" : manifest.error().text();
  }

  kpid::testing::TemporaryFolder folder_;
};

TEST_F(Manifests, AGoodLibraryIsRead) {
  const auto manifest = read_manifest(install(good()));
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->id, "roll");
  EXPECT_EQ(manifest->version, "1.2.0");
  EXPECT_EQ(manifest->title, "Pupil roll");
  EXPECT_EQ(manifest->licence, "MIT");
  EXPECT_EQ(manifest->abi_major, 1U);
  EXPECT_EQ(manifest->abi_minor, 0U);
  EXPECT_EQ(manifest->requires_extensions, std::vector<std::string>{"kpid.fetch/1"});
  EXPECT_EQ(manifest->settings_schema, R"({"type":"object"})");
  ASSERT_EQ(manifest->measures.size(), 1U);
  EXPECT_EQ(manifest->measures[0].id, "roll.pupils");
  EXPECT_EQ(manifest->measures[0].unit, Unit::pupils);
  EXPECT_EQ(manifest->measures[0].calendar, Calendar::day);
  EXPECT_EQ(manifest->measures[0].minimum, 0.0);
  EXPECT_FALSE(manifest->measures[0].maximum);
  EXPECT_TRUE(manifest->measures[0].whole);
  EXPECT_TRUE(manifest->text.starts_with("{\"id\":\"roll\""));
}

TEST_F(Manifests, APluginOfTheSdkIsRead) {
  const auto manifest =
      read_manifest(install(read_bytes(KPID_LIBRARY_SDK_SAMPLE), "sdk_sample.so"));
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->id, "sdk_sample");
  EXPECT_EQ(manifest->abi_major, 1U);
  EXPECT_EQ(manifest->abi_minor, 0U);
  ASSERT_EQ(manifest->measures.size(), 2U);
  EXPECT_EQ(manifest->measures[1].unit, Unit::percent);
  const auto settings = check_settings(*manifest, R"({"path": "a.csv"})");
  EXPECT_TRUE(settings.faults.empty());
  EXPECT_NE(settings.json.find("\"rows\":10"), std::string::npos);
}

TEST_F(Manifests, AFileThatMustNotBeTrustedIsRefused) {
  const auto file = install(good());
  const std::string path = file.string();
  const std::string folder = folder_.path().string();

  EXPECT_EQ(error_of(folder_ / "none.so"),
            folder +
                "/none.so: the plugin's library does not exist; install it there or correct "
                "its path");
  EXPECT_EQ(error_of(folder_.path()),
            folder + ": this is a folder, not a regular file; name the plugin's .so file");
  const auto pipe = folder_ / "pipe.so";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error_of(pipe), pipe.string() +
                                ": this is a device, pipe or socket, not a regular "
                                "file; name the plugin's .so file");

  std::filesystem::permissions(file, std::filesystem::perms{0664});
  EXPECT_EQ(error_of(file), path +
                                ": the library may be written by its group, who could replace "
                                "the plugin; run: chmod g-w " +
                                path);
  std::filesystem::permissions(file, std::filesystem::perms{0666});
  EXPECT_EQ(error_of(file), path +
                                ": the library may be written by everybody, who could replace "
                                "the plugin; run: chmod go-w " +
                                path);
  std::filesystem::permissions(file, std::filesystem::perms{0644});

  std::filesystem::permissions(folder, std::filesystem::perms{0770});
  EXPECT_EQ(error_of(file), folder +
                                ": the library's folder may be written by its group, who "
                                "could replace the plugin; run: chmod g-w " +
                                folder);
  std::filesystem::permissions(folder, std::filesystem::perms{01777});
  EXPECT_EQ(error_of(file), "accepted");
  std::filesystem::permissions(folder, std::filesystem::perms{0755});
  EXPECT_EQ(error_of(file), "accepted");

  const auto large = folder_ / "large.so";
  write_bytes(large, "");
  std::filesystem::resize_file(large, (64U << 20) + 1);
  EXPECT_EQ(error_of(large), large.string() +
                                 ": the library is 67108865 bytes large, the limit is "
                                 "67108864; strip it of its debug information");
}

TEST_F(Manifests, ALinkDoesNotHideAnUnsafeFolder) {
  const auto open_to_all = folder_ / "open";
  std::filesystem::create_directory(open_to_all);
  write_bytes(open_to_all / "roll.so", good());
  std::filesystem::permissions(open_to_all / "roll.so", std::filesystem::perms{0644});
  std::filesystem::create_symlink(open_to_all / "roll.so", folder_ / "roll.so");
  EXPECT_EQ(error_of(folder_ / "roll.so"), "accepted");
  std::filesystem::permissions(open_to_all, std::filesystem::perms{0777});
  EXPECT_TRUE(error_of(folder_ / "roll.so")
                  .starts_with(open_to_all.string() + ": the library's "
                                                      "folder may be written by everybody"));
}

TEST_F(Manifests, AnotherUsersFileOrFolderIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  const auto file = install(good());
  ASSERT_EQ(chown(file.c_str(), 12345, 0), 0);
  EXPECT_EQ(error_of(file), file.string() +
                                ": the library belongs to user 12345, neither to root "
                                "nor to the user that kpid runs as; run: chown root " +
                                file.string());
  ASSERT_EQ(chown(file.c_str(), 0, 0), 0);
  ASSERT_EQ(chown(folder_.path().c_str(), 12345, 0), 0);
  EXPECT_TRUE(error_of(file).find("the library's folder belongs to user 12345") !=
              std::string::npos);
}

TEST_F(Manifests, TheFileIsNamedAfterTheId) {
  EXPECT_EQ(error_of(install(good(), "pupils.so")),
            (folder_ / "pupils.so").string() +
                ": the plugin's id is \"roll\", so its file must be named roll.so; rename it");
}

TEST_F(Manifests, NothingOfARefusedLibraryRuns) {
  const auto marker = folder_ / "marker";
  ASSERT_EQ(setenv("KPID_TEST_MARKER", marker.c_str(), 1), 0);
  const auto library = install(read_bytes(KPID_LIBRARY_CONSTRUCTOR));
  EXPECT_EQ(error_of(library), library.string() +
                                   ": the plugin needs plugin interface 2, this "
                                   "kpid speaks 1; install the plugin's version for "
                                   "this kpid");
  EXPECT_FALSE(std::filesystem::exists(marker));

  // The same library, loaded in a child of ours, does leave its mark: the check above can fail.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::exists(marker));
  unsetenv("KPID_TEST_MARKER");
}

TEST_F(Manifests, AFingerprintIsTheContentsHash) {
  const auto file = install("abc");
  EXPECT_EQ(library_fingerprint(file).value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  write_bytes(file, "abd");
  EXPECT_NE(library_fingerprint(file).value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(library_fingerprint(folder_ / "none.so").error().kind, ErrorKind::not_found);
}

TEST(Library, WhatIsNoPluginIsToldApart) {
  EXPECT_EQ(sentence_of(good()), "accepted");
  EXPECT_EQ(sentence_of(""),
            "this is not an ELF library; name the .so file that the plugin's build left behind");
  EXPECT_EQ(sentence_of("#!/bin/sh\n"),
            "this is not an ELF library; name the .so file that the plugin's build left behind");
  EXPECT_EQ(sentence_of(read_bytes(KPID_LIBRARY_NO_SECTION)),
            "this is a shared library but no kpid plugin: it has no section kpid_manifest; build "
            "it with kpid_add_plugin()");
  EXPECT_EQ(sentence_of(read_bytes(KPID_LIBRARY_NO_ENTRY)),
            "the library has a manifest but exports no function kpid_plugin_entry_v1; build it "
            "with kpid_add_plugin()");
  EXPECT_EQ(sentence_of(read_bytes(KPID_LIBRARY_NEXT_MAJOR)),
            "the plugin needs plugin interface 2, this kpid speaks 1; install the plugin's version "
            "for this kpid");
  EXPECT_EQ(sentence_of(read_bytes(KPID_LIBRARY_MUSL)),
            "the library is built for musl, this machine's C library is glibc; build it here");
  EXPECT_EQ(sentence_of(read_bytes(KPID_LIBRARY_PROGRAM)),
            "this is a program, not a shared library; name the plugin's .so file");
}

TEST(Library, WhatWasBuiltForAnotherMachineIsToldApart) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "the sentences name x86-64";
#endif
  const auto patched = [](std::size_t offset, auto value) {
    std::string bytes = good();
    put(bytes, offset, value);
    return sentence_of(bytes);
  };
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_machine), Elf64_Half{EM_AARCH64}),
            "the library is built for aarch64, this machine is x86-64; build it here");
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_machine), Elf64_Half{4242}),
            "the library is built for a machine with the ELF number 4242, this machine is x86-64; "
            "build it here");
  EXPECT_EQ(patched(EI_CLASS, char{ELFCLASS32}),
            "the library is built for a 32-bit machine, this one is x86-64 with 64 bits; build it "
            "here");
  EXPECT_EQ(patched(EI_DATA, char{ELFDATA2MSB}),
            "the library is built for a big-endian machine, this one is x86-64 and little-endian; "
            "build it here");
  EXPECT_EQ(patched(EI_CLASS, char{9}), damaged("its word size is neither 32 nor 64 bits"));
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_type), Elf64_Half{ET_EXEC}),
            "this is a program, not a shared library; name the plugin's .so file");
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_type), Elf64_Half{ET_REL}),
            "this is an object file that was never linked, not a shared library; name the plugin's "
            ".so file");
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_type), Elf64_Half{ET_CORE}),
            "this is a core dump, not a shared library; name the plugin's .so file");
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_type), Elf64_Half{77}),
            damaged("it is of no kind that ELF knows"));
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_shoff), ~Elf64_Off{0} - 8),
            damaged("its table of sections does not lie within the file"));
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_phoff), ~Elf64_Off{0} - 8),
            damaged("its table of segments does not lie within the file"));
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_shstrndx), Elf64_Half{0xfff0}),
            damaged("its sections have no names"));
  EXPECT_EQ(patched(offsetof(Elf64_Ehdr, e_shentsize), Elf64_Half{1}),
            damaged("its table of sections has entries of a wrong size"));
}

TEST(Library, ALyingManifestSectionIsRefused) {
  const auto patched = [](std::size_t offset, auto value) {
    std::string bytes = good();
    put(bytes, manifest_offset(bytes) + offset, value);
    return sentence_of(bytes);
  };
  EXPECT_EQ(patched(0, 'k'), damaged("its section kpid_manifest does not begin with KPIDPLG1"));
  EXPECT_EQ(patched(8, std::uint32_t{3}),
            "the plugin needs plugin interface 3, this kpid speaks 1; install the plugin's version "
            "for this kpid");
  EXPECT_EQ(patched(12, std::uint32_t{7}),
            "the plugin needs plugin interface 1.7, this kpid speaks 1.0; upgrade kpid or install "
            "an older version of the plugin");
  EXPECT_EQ(patched(16, std::uint64_t{32769}),
            damaged("its manifest says that it is 32769 bytes long, but there are 32768"));
  EXPECT_EQ(patched(16, ~std::uint64_t{0}),
            damaged("its manifest says that it is 18446744073709551615 bytes long, but there are "
                    "32768"));
  EXPECT_EQ(patched(16, std::uint64_t{20}),
            damaged("something follows its manifest; a library holds one plugin, and its length "
                    "must be true"));
}

// The header of the section that holds the manifest.
std::size_t section_header(std::string_view bytes) {
  const auto table = get<Elf64_Off>(bytes, offsetof(Elf64_Ehdr, e_shoff));
  const auto count = get<Elf64_Half>(bytes, offsetof(Elf64_Ehdr, e_shnum));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t header = table + i * sizeof(Elf64_Shdr);
    if (get<Elf64_Off>(bytes, header + offsetof(Elf64_Shdr, sh_offset)) == manifest_offset(bytes)) {
      return header;
    }
  }
  throw std::runtime_error("no section header");
}

TEST(Library, ASectionThatLeavesTheFileIsRefused) {
  const auto patched = [](std::size_t offset, auto value) {
    std::string bytes = good();
    put(bytes, section_header(bytes) + offset, value);
    return sentence_of(bytes);
  };
  const std::string outside = damaged("its section kpid_manifest does not lie within the file");
  EXPECT_EQ(patched(offsetof(Elf64_Shdr, sh_size), ~Elf64_Xword{0}), outside);
  EXPECT_EQ(patched(offsetof(Elf64_Shdr, sh_offset), ~Elf64_Off{0}), outside);
  EXPECT_EQ(patched(offsetof(Elf64_Shdr, sh_type), Elf64_Word{SHT_NOBITS}), outside);
  EXPECT_EQ(patched(offsetof(Elf64_Shdr, sh_size), Elf64_Xword{23}),
            damaged("its section kpid_manifest is too short"));
  EXPECT_EQ(patched(offsetof(Elf64_Shdr, sh_flags), Elf64_Xword{SHF_COMPRESSED}),
            damaged("its section kpid_manifest is compressed"));
}

TEST(Library, AManifestThatIsTooLongIsRefused) {
  std::string bytes = good();
  const std::uint64_t long_size = (256U << 10) + 1;
  const std::size_t header = section_header(bytes);
  std::string section(bytes, manifest_offset(bytes), 24);
  put(section, 16, long_size);
  section += std::string(long_size, ' ');
  put(bytes, header + offsetof(Elf64_Shdr, sh_offset), Elf64_Off{bytes.size()});
  put(bytes, header + offsetof(Elf64_Shdr, sh_size), Elf64_Xword{section.size()});
  EXPECT_EQ(sentence_of(bytes + section),
            "the manifest is 262145 bytes long, the limit is 262144; shorten it");
}

TEST(Library, CutAnywhereItIsAnError) {
  const std::string bytes = good();
  ASSERT_GT(bytes.size(), 1000U);
  for (std::size_t size = 0; size < bytes.size(); size += 64) {
    EXPECT_NE(sentence_of(std::string(bytes, 0, size)), "accepted") << size;
  }
}

// The sections of a debugger are not looked at: reading a library costs what its manifest does.
TEST_F(Manifests, OfALargeLibraryOnlyWhatIsNeededIsRead) {
  const auto file = install(good());
  constexpr std::uintmax_t size = 60U << 20;
  std::filesystem::resize_file(file, size);
  const auto read_so_far = [] {  // by this process
    std::ifstream in("/proc/self/io");
    std::string name;
    std::uintmax_t bytes = 0;
    in >> name >> bytes;
    return bytes;
  };
  const auto before = read_so_far();
  const auto manifest = read_manifest(file);
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->id, "roll");
  EXPECT_LT(read_so_far() - before, size / 8);
}

// Every byte that steers the parser, one after the other: each is accepted or refused, and under
// the sanitizers no read leaves the bytes.
TEST(Library, OneDamagedByteNeverCrashes) {
  const std::string bytes = good();
  const auto sections = get<Elf64_Off>(bytes, offsetof(Elf64_Ehdr, e_shoff));
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < 64 + 16 * sizeof(Elf64_Phdr); ++i) offsets.push_back(i);
  for (std::size_t i = sections; i < bytes.size(); ++i) offsets.push_back(i);
  std::size_t refused = 0;
  std::string damaged = bytes;
  for (const std::size_t offset : offsets) {
    for (const unsigned change : {0x01U, 0x80U, 0xffU}) {
      damaged[offset] = static_cast<char>(static_cast<unsigned char>(bytes[offset]) ^ change);
      if (!read_library(damaged)) ++refused;
    }
    damaged[offset] = bytes[offset];
  }
  EXPECT_GT(refused, 100U);
  EXPECT_EQ(damaged, bytes);
}

}  // namespace
}  // namespace kpid::plugin_host
