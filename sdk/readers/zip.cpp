// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/zip.hpp"

#include <algorithm>
#include <utility>

#include <zip.h>

#include "readers/encoding.hpp"
#include "readers/typed_cell.hpp"

namespace kpid::readers {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kRatioFreeBytes = std::uint64_t{1} << 20U;
constexpr std::string_view kAgain = "; fetch or export the file again.";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Fault about(const ZipMember& member, std::string_view what) {
  return {"In the archive, the file " + in_quotes(member.name) + " " + std::string(what)};
}

Fault unopened(const ZipMember& member, int code) {
  switch (code) {
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
    case ZIP_ER_ENCRNOTSUPP:
      return about(member, "is locked with a password; pack it without one.");
    case ZIP_ER_COMPNOTSUPP:
      return about(member, "is packed in a way that cannot be read; pack it as an ordinary ZIP.");
    case ZIP_ER_CRC:
      return about(member, "does not match its checksum, so it is damaged" + std::string(kAgain));
    default:
      return about(member, "is damaged" + std::string(kAgain));
  }
}

}  // namespace

void ZipStream::Close::operator()(zip_file* file) const { zip_fclose(file); }
void ZipArchive::Discard::operator()(zip* archive) const { zip_discard(archive); }

tl::expected<std::size_t, Fault> ZipStream::read(std::span<char> into) {
  const auto got = zip_fread(file_.get(), into.data(), into.size());
  if (got < 0) {
    return tl::unexpected(unopened(member_, zip_error_code_zip(zip_file_get_error(file_.get()))));
  }
  const auto count = static_cast<std::size_t>(got);
  read_ += count;
  // The limits were held against the size that the archive states.
  if (read_ > member_.bytes || (count == 0 && !into.empty() && read_ < member_.bytes)) {
    return tl::unexpected(
        about(member_, "is not as long as the archive says" + std::string(kAgain)));
  }
  return count;
}

bool ZipArchive::is_zip(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04"sv) || bytes.starts_with("PK\x05\x06"sv);
}

tl::expected<ZipArchive, Fault> ZipArchive::open(std::string_view bytes, ZipLimits limits) {
  const Fault damaged{"The file begins as a ZIP archive but is damaged or cut short" +
                      std::string(kAgain)};
  if (!is_zip(bytes)) {
    const auto kind = not_text(bytes);
    return tl::unexpected(Fault{kind ? "The file is " + std::string(*kind) + ", not a ZIP archive" +
                                           std::string(kAgain)
                                     : "The file is not a ZIP archive" + std::string(kAgain)});
  }
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* const archive =
      source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  zip_error_fini(&error);
  if (archive == nullptr) {
    if (source != nullptr) zip_source_free(source);
    return tl::unexpected(damaged);
  }
  ZipArchive out;
  out.archive_.reset(archive);
  out.limits_ = limits;
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive, 0));
  if (count > limits.members) {
    return tl::unexpected(Fault{"The archive holds more than " + std::to_string(limits.members) +
                                " files; pack only what is to be read."});
  }
  out.members_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    constexpr auto kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    // A member cannot fill more of the archive than there is.
    if (zip_stat_index(archive, i, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded ||
        stat.comp_size > bytes.size()) {
      return tl::unexpected(damaged);
    }
    out.members_.push_back({stat.name, stat.size, stat.comp_size});
  }
  return out;
}

std::optional<std::size_t> ZipArchive::find(std::string_view name) const {
  const auto same = [name](const ZipMember& member) {
    return std::equal(name.begin(), name.end(), member.name.begin(), member.name.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
  };
  const auto at = std::find_if(members_.begin(), members_.end(), same);
  if (at == members_.end()) return std::nullopt;
  return static_cast<std::size_t>(at - members_.begin());
}

tl::expected<ZipStream, Fault> ZipArchive::stream(std::size_t member) const {
  const ZipMember& one = members_.at(member);
  if (one.bytes > limits_.member_bytes) {
    return tl::unexpected(about(one, "is larger than " + std::to_string(limits_.member_bytes) +
                                         " bytes unpacked, which is more than is read."));
  }
  if (one.bytes > kRatioFreeBytes && one.bytes / limits_.ratio > one.packed_bytes) {
    return tl::unexpected(about(one, "unpacks to more than " + std::to_string(limits_.ratio) +
                                         " times its size, as no honest file does; it was not "
                                         "unpacked."));
  }
  zip_file_t* const file = zip_fopen_index(archive_.get(), member, 0);
  if (file == nullptr) {
    return tl::unexpected(unopened(one, zip_error_code_zip(zip_get_error(archive_.get()))));
  }
  return ZipStream(file, one);
}

tl::expected<std::string, Fault> ZipArchive::read(std::size_t member) const {
  auto opened = stream(member);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  std::string out(members_.at(member).bytes, '\0');
  std::size_t filled = 0;
  for (;;) {
    // One byte of room at the end, so that a member that is longer than stated is noticed.
    char beyond = 0;
    const bool full = filled == out.size();
    const auto got = opened->read(full ? std::span(&beyond, 1) : std::span(out).subspan(filled));
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return out;
    filled += *got;
  }
}

tl::expected<std::string, Fault> ZipArchive::read(std::string_view name) const {
  const auto member = find(name);
  if (!member) {
    return tl::unexpected(
        Fault{"The archive holds no file " + in_quotes(name) + "; look at what was packed."});
  }
  return read(*member);
}

}  // namespace kpid::readers
