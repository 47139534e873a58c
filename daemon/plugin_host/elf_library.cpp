// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/elf_library.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <type_traits>
#include <vector>

#include <elf.h>
#include <fmt/format.h>

namespace kpid::plugin_host {
namespace {

static_assert(std::endian::native == std::endian::little, "a plugin's library is little endian");

constexpr std::string_view section_name = "kpid_manifest";
constexpr std::string_view entry_prefix = "kpid_plugin_entry_v";
constexpr std::string_view magic = "KPIDPLG1";
constexpr std::size_t longest_manifest = 256U << 10;

#if defined(__x86_64__)
constexpr Elf64_Half this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half this_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half this_machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr Elf64_Half this_machine = EM_PPC64;
#else
#error "name this machine's ELF number here"
#endif

struct Header {
  std::array<char, 8> magic;
  std::uint32_t abi_major;
  std::uint32_t abi_minor;
  std::uint64_t length;
};
static_assert(sizeof(Header) == 24);

tl::unexpected<Error> refuse(std::string sentence) {
  return fail(ErrorKind::plugin, std::move(sentence));
}

tl::unexpected<Error> damaged(std::string_view what) {
  return refuse(fmt::format("the library is damaged: {}; build it or copy it again", what));
}

// Nothing where they do not all lie in the bytes.
std::optional<std::string_view> slice(std::string_view bytes, std::uint64_t offset,
                                      std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.substr(offset, size);
}

template <class T>
std::optional<T> load(std::string_view bytes, std::uint64_t offset) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto part = slice(bytes, offset, sizeof(T));
  if (!part) return std::nullopt;
  T value;
  std::memcpy(&value, part->data(), sizeof(T));
  return value;
}

// Whole items only: what is left over at the end is not looked at.
template <class T>
std::vector<T> load_all(std::string_view bytes) {
  std::vector<T> items(bytes.size() / sizeof(T));
  if (!items.empty()) std::memcpy(items.data(), bytes.data(), items.size() * sizeof(T));
  return items;
}

// Never searches for an end: names may overlap, and many long ones would take for ever.
bool has_prefix(std::string_view names, std::uint64_t offset, std::string_view prefix) {
  return offset < names.size() && names.substr(offset).starts_with(prefix);
}

bool is_name(std::string_view names, std::uint64_t offset, std::string_view name) {
  return has_prefix(names, offset, name) && names.size() - offset > name.size() &&
         names[offset + name.size()] == '\0';
}

std::string machine_name(Elf64_Half machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "i386";
    case EM_ARM:
      return "arm";
    case EM_RISCV:
      return "riscv";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390x";
    case EM_MIPS:
      return "mips";
    default:
      return fmt::format("a machine with the ELF number {}", machine);
  }
}

Result<Elf64_Ehdr> read_header(std::string_view bytes) {
  if (!bytes.starts_with(ELFMAG)) {
    return refuse(
        "this is not an ELF library; name the .so file that the plugin's build left behind");
  }
  if (bytes.size() < EI_NIDENT) return damaged("it ends within its first header");
  if (bytes[EI_CLASS] == ELFCLASS32) {
    return refuse(fmt::format(
        "the library is built for a 32-bit machine, this one is {} with 64 bits; build it here",
        machine_name(this_machine)));
  }
  if (bytes[EI_CLASS] != ELFCLASS64) return damaged("its word size is neither 32 nor 64 bits");
  if (bytes[EI_DATA] == ELFDATA2MSB) {
    return refuse(fmt::format(
        "the library is built for a big-endian machine, this one is {} and little-endian; build "
        "it here",
        machine_name(this_machine)));
  }
  if (bytes[EI_DATA] != ELFDATA2LSB) return damaged("its byte order is neither of the two");
  const auto header = load<Elf64_Ehdr>(bytes, 0);
  if (!header) return damaged("it ends within its first header");
  if (header->e_version != EV_CURRENT) return damaged("its ELF version is not 1");
  if (header->e_machine != this_machine) {
    return refuse(fmt::format("the library is built for {}, this machine is {}; build it here",
                              machine_name(header->e_machine), machine_name(this_machine)));
  }
  switch (header->e_type) {
    case ET_DYN:
      return *header;
    case ET_EXEC:
      return refuse("this is a program, not a shared library; name the plugin's .so file");
    case ET_REL:
      return refuse(
          "this is an object file that was never linked, not a shared library; name the plugin's "
          ".so file");
    case ET_CORE:
      return refuse("this is a core dump, not a shared library; name the plugin's .so file");
    default:
      return damaged("it is of no kind that ELF knows");
  }
}

class Library {
 public:
  static Result<Library> open(const LibraryBytes& bytes) {
    const auto start = bytes.slice(0, std::min<std::uint64_t>(bytes.size(), sizeof(Elf64_Ehdr)));
    const auto header = read_header(start.value_or(std::string_view{}));
    if (!header) return tl::unexpected(header.error());
    Library library(bytes);
    if (auto done = library.check_segments(*header); !done) return tl::unexpected(done.error());
    if (auto done = library.find_sections(*header); !done) return tl::unexpected(done.error());
    if (auto done = library.check_dynamic(); !done) return tl::unexpected(done.error());
    return library;
  }

  // The content of our section.
  [[nodiscard]] Result<std::string_view> manifest_section() const {
    const Elf64_Shdr* found = nullptr;
    for (const auto& section : sections_) {
      if (!is_name(names_, section.sh_name, section_name)) continue;
      if (found != nullptr) return damaged("it has more than one section kpid_manifest");
      found = &section;
    }
    if (found == nullptr) {
      return refuse(
          "this is a shared library but no kpid plugin: it has no section kpid_manifest; build it "
          "with kpid_add_plugin()");
    }
    if ((found->sh_flags & SHF_COMPRESSED) != 0) {
      return damaged("its section kpid_manifest is compressed");
    }
    const auto content = content_of(*found);
    if (!content) return damaged("its section kpid_manifest does not lie within the file");
    return *content;
  }

  // That the library exports the function of our version.
  [[nodiscard]] Result<void> check_entry() const {
    std::optional<std::uint32_t> other;
    for (const auto& table : sections_) {
      if (table.sh_type != SHT_DYNSYM) continue;
      const auto symbols = content_of(table);
      const auto names = linked(table);
      if (!symbols || !names || table.sh_entsize != sizeof(Elf64_Sym)) {
        return damaged("its table of symbols does not lie within the file");
      }
      for (const auto& symbol : load_all<Elf64_Sym>(*symbols)) {
        if (!exported(symbol) || !has_prefix(*names, symbol.st_name, entry_prefix)) continue;
        const auto major = version_of(names->substr(symbol.st_name + entry_prefix.size()));
        if (major == abi_major) return {};
        if (major) other = major;
      }
    }
    if (other) {
      return refuse(fmt::format(
          "the plugin needs plugin interface {}, this kpid speaks {}; install the plugin's version "
          "for this kpid",
          *other, abi_major));
    }
    return refuse(fmt::format(
        "the library has a manifest but exports no function {}{}; build it with kpid_add_plugin()",
        entry_prefix, abi_major));
  }

 private:
  explicit Library(const LibraryBytes& bytes) : bytes_(&bytes) {}

  // A file that was cut short is seen here, even where its sections survived.
  [[nodiscard]] Result<void> check_segments(const Elf64_Ehdr& header) const {
    if (header.e_phnum == 0 || header.e_phentsize != sizeof(Elf64_Phdr)) {
      return damaged("it has no table of segments");
    }
    const auto table = bytes_->slice(header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr));
    if (!table) return damaged("its table of segments does not lie within the file");
    for (const auto& segment : load_all<Elf64_Phdr>(*table)) {
      if (segment.p_type == PT_LOAD && !holds(segment.p_offset, segment.p_filesz)) {
        return damaged("a segment does not lie within the file");
      }
    }
    return {};
  }

  [[nodiscard]] Result<void> find_sections(const Elf64_Ehdr& header) {
    if (header.e_shoff == 0 || header.e_shnum == 0) return {};  // stripped of them: no plugin
    if (header.e_shentsize != sizeof(Elf64_Shdr)) {
      return damaged("its table of sections has entries of a wrong size");
    }
    const auto table = bytes_->slice(header.e_shoff, header.e_shnum * sizeof(Elf64_Shdr));
    if (!table) return damaged("its table of sections does not lie within the file");
    sections_ = load_all<Elf64_Shdr>(*table);
    if (header.e_shstrndx >= sections_.size()) return damaged("its sections have no names");
    const auto names = content_of(sections_[header.e_shstrndx]);
    if (!names) return damaged("the names of its sections do not lie within the file");
    names_ = *names;
    return {};
  }

  [[nodiscard]] Result<void> check_dynamic() const {
    for (const auto& section : sections_) {
      if (section.sh_type != SHT_DYNAMIC) continue;
      const auto content = content_of(section);
      const auto names = linked(section);
      if (!content || !names) {
        return damaged("its dynamic section does not lie within the file");
      }
      for (const auto& entry : load_all<Elf64_Dyn>(*content)) {
        if (entry.d_tag == DT_NULL) break;
        if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_PIE) != 0) {
          return refuse("this is a program, not a shared library; name the plugin's .so file");
        }
        if (entry.d_tag == DT_NEEDED && (has_prefix(*names, entry.d_un.d_val, "libc.musl-") ||
                                         has_prefix(*names, entry.d_un.d_val, "ld-musl-"))) {
          return refuse(
              "the library is built for musl, this machine's C library is glibc; build it here");
        }
      }
    }
    return {};
  }

  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t size) const {
    return offset <= bytes_->size() && size <= bytes_->size() - offset;
  }
  [[nodiscard]] std::optional<std::string_view> content_of(const Elf64_Shdr& section) const {
    if (section.sh_type == SHT_NOBITS) return std::nullopt;
    return bytes_->slice(section.sh_offset, section.sh_size);
  }
  [[nodiscard]] std::optional<std::string_view> linked(const Elf64_Shdr& section) const {
    if (section.sh_link >= sections_.size()) return std::nullopt;
    return content_of(sections_[section.sh_link]);
  }

  static bool exported(const Elf64_Sym& symbol) {
    const auto binding = ELF64_ST_BIND(symbol.st_info);
    const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    return symbol.st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
           (binding == STB_GLOBAL || binding == STB_WEAK) &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
  }

  // "12\0…" is 12; nothing where anything else follows the number.
  static std::optional<std::uint32_t> version_of(std::string_view text) {
    std::uint32_t version = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, version);
    if (error != std::errc{} || stop == end || *stop != '\0') return std::nullopt;
    return version;
  }

  const LibraryBytes* bytes_;
  std::vector<Elf64_Shdr> sections_;
  std::string_view names_;  // of the sections
};

class WholeLibrary final : public LibraryBytes {
 public:
  explicit WholeLibrary(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] std::optional<std::string_view> slice(std::uint64_t offset,
                                                      std::uint64_t size) const override {
    return plugin_host::slice(bytes_, offset, size);
  }

 private:
  std::string_view bytes_;
};

Result<void> check_version(const Header& header) {
  if (header.abi_major != abi_major) {
    return refuse(fmt::format(
        "the plugin needs plugin interface {}, this kpid speaks {}; install the plugin's version "
        "for this kpid",
        header.abi_major, abi_major));
  }
  if (header.abi_minor > abi_minor) {
    return refuse(
        fmt::format("the plugin needs plugin interface {}.{}, this kpid speaks {}.{}; upgrade kpid "
                    "or install an older version of the plugin",
                    header.abi_major, header.abi_minor, abi_major, abi_minor));
  }
  return {};
}

}  // namespace

Result<LibraryManifest> read_library(std::string_view bytes) {
  return read_library(WholeLibrary(bytes));
}

Result<LibraryManifest> read_library(const LibraryBytes& bytes) {
  const auto library = Library::open(bytes);
  if (!library) return tl::unexpected(library.error());
  const auto section = library->manifest_section();
  if (!section) return tl::unexpected(section.error());
  if (auto entry = library->check_entry(); !entry) return tl::unexpected(entry.error());

  const auto header = load<Header>(*section, 0);
  if (!header) return damaged("its section kpid_manifest is too short");
  if (std::string_view(header->magic.data(), header->magic.size()) != magic) {
    return damaged("its section kpid_manifest does not begin with KPIDPLG1");
  }
  if (auto version = check_version(*header); !version) return tl::unexpected(version.error());
  const std::string_view rest = section->substr(sizeof(Header));
  if (header->length > rest.size()) {
    return damaged(fmt::format("its manifest says that it is {} bytes long, but there are {}",
                               header->length, rest.size()));
  }
  if (header->length > longest_manifest) {
    return refuse(fmt::format("the manifest is {} bytes long, the limit is {}; shorten it",
                              header->length, longest_manifest));
  }
  const std::string_view padding = rest.substr(header->length);
  if (std::any_of(padding.begin(), padding.end(), [](char byte) { return byte != '\0'; })) {
    return damaged(
        "something follows its manifest; a library holds one plugin, and its length must be true");
  }
  return LibraryManifest{header->abi_major, header->abi_minor,
                         std::string(rest.substr(0, header->length))};
}

}  // namespace kpid::plugin_host
