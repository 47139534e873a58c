// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// From a file with a row a mark to every attendance figure, persistent absence included, on one
// thread with the file in the page cache; and how much memory that takes of a file ten times as
// long. Usage: attendance_bench [SCHOOLS] [ROUNDS] [TIMES_LONGER]; prints one line of JSON. With
// `attendance_bench --make FILE SCHOOLS` it only makes the file, for others to read.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attendance/pupils.hpp"
#include "support/temporary_folder.hpp"

namespace {

namespace attendance = kpid::plugins::attendance;

constexpr int kPupils = 420;  // of a school
constexpr int kDays = 190;    // of a school year

void must(bool done, const std::string& what) {
  if (done) return;
  fmt::print(stderr, "attendance_bench: {}\n", what);
  std::exit(1);
}

// The school days of 2024/25: Monday to Friday from 2 September, without three holidays.
std::vector<std::string> school_days() {
  std::vector<std::string> out;
  for (int day = 19'968; out.size() < kDays; ++day) {
    const std::chrono::sys_days date{std::chrono::days(day)};
    const bool weekend = std::chrono::weekday(date).iso_encoding() > 5;
    const int since = day - 19'968;
    const bool holiday = (since >= 56 && since < 61) || (since >= 112 && since < 124) ||
                         (since >= 217 && since < 227);
    if (!weekend && !holiday) out.push_back(kpid::plugins::day_text(day));
  }
  return out;
}

// The same numbers on every machine and in every run.
class Random {
 public:
  std::uint32_t below(std::uint32_t limit) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>((state_ >> 33U) % limit);
  }

 private:
  std::uint64_t state_ = 1;
};

// Rows as an export gives them: school by school, pupil by pupil, day by day.
void make_file(const std::string& path, int schools) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  must(file != nullptr, "cannot write " + path);
  const auto days = school_days();
  Random random;
  std::string text = "urn,pupil_id,year_group,pupil_premium,sen,date,session,mark\n";
  for (int school = 0; school < schools; ++school) {
    for (int pupil = 0; pupil < kPupils; ++pupil) {
      const std::string traits = fmt::format("{},P{:06},{},{},{},", 100'000 + school, pupil,
                                             pupil % 7, random.below(4) == 0 ? "Y" : "N",
                                             random.below(6) == 0    ? "K"
                                             : random.below(25) == 0 ? "E"
                                                                     : "N");
      const std::uint32_t health = random.below(8) == 0 ? 4 : 24;  // one in so many is missed
      for (const std::string& day : days) {
        const bool missed = random.below(health) == 0;
        for (const bool afternoon : {false, true}) {
          const std::uint32_t odd = random.below(60);
          const char* mark = missed      ? (odd < 40   ? "I"
                                            : odd < 45 ? "M"
                                            : odd < 50 ? "O"
                                                       : "C1")
                             : odd == 0  ? "L"
                             : odd == 1  ? "V"
                             : afternoon ? "\\"
                                         : "/";
          text += traits;
          text += day;
          text += afternoon ? ",PM," : ",AM,";
          text += mark;
          text += '\n';
        }
      }
      if (text.size() < 1'000'000) continue;
      must(std::fwrite(text.data(), 1, text.size(), file) == text.size(), "the disk is full");
      text.clear();
    }
  }
  must(std::fwrite(text.data(), 1, text.size(), file) == text.size(), "the disk is full");
  must(std::fclose(file) == 0, "the disk is full");
}

// A file as the daemon's child process maps it.
class Mapping {
 public:
  explicit Mapping(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    must(descriptor >= 0 && ::fstat(descriptor, &about) == 0, "cannot read " + path);
    size_ = static_cast<std::size_t>(about.st_size);
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    must(data_ != MAP_FAILED, "cannot map " + path);
    ::close(descriptor);
  }
  ~Mapping() { ::munmap(data_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }
  void discard(std::uint64_t bytes) {
    constexpr std::uint64_t kPage = 4096;
    ::madvise(data_, bytes / kPage * kPage, MADV_DONTNEED);
  }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

struct Outcome {
  double wall_s = 0;
  double cpu_s = 0;
  std::uint64_t rows = 0;
  std::uint64_t figures = 0;
  double sum = 0;  // of all values, so that two readings can be compared
  double persistent = 0;
  double measured = 0;
};

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// What a pull does, but for the wire: the file read, the pupils counted, every figure made.
Outcome read_file(const std::string& path) {
  const double cpu_before = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  Mapping mapping(path);
  std::vector<kpid::plugins::Document> documents{
      {1, "marks.csv", mapping.bytes(), 0, [&](std::uint64_t n) { mapping.discard(n); }}};
  attendance::Settings settings;
  auto reading = attendance::read_pupils(documents, attendance::Format::marks, settings);
  must(reading.has_value(), reading ? "" : reading.error().sentence);
  must(!reading->read_twice && reading->duplicates == 0, "the rows were not read once");
  Outcome out;
  out.rows = reading->rows;
  std::vector<kpid::plugins::Observation> figures;
  for (const auto& school : reading->schools) {
    figures.clear();
    attendance::append_figures(figures, school);
    out.figures += figures.size();
    for (const auto& one : figures) {
      out.sum += one.value;
      if (!one.subgroup.empty()) continue;
      if (one.measure == attendance::kPersistentAbsentees) out.persistent += one.value;
      if (one.measure == attendance::kPupilsMeasured) out.measured += one.value;
    }
  }
  out.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  out.cpu_s = cpu_seconds() - cpu_before;
  return out;
}

// The most memory that a process of its own takes to read the file.
long peak_kb(const std::string& path) {
  const pid_t child = ::fork();
  must(child >= 0, "cannot fork");
  if (child == 0) {
    read_file(path);
    ::_exit(0);
  }
  int status = 0;
  rusage used{};
  must(::wait4(child, &status, 0, &used) == child && status == 0, "the reading failed");
  return used.ru_maxrss;
}

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--make") {
    make_file(argv[2], std::atoi(argv[3]));
    return 0;
  }
  const int schools = argc > 1 ? std::atoi(argv[1]) : 50;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  const int times_longer = argc > 3 ? std::atoi(argv[3]) : 10;
  const kpid::testing::TemporaryFolder folder;
  const std::string path = (folder / "marks.csv").string();
  // The memory first: a child begins with what its parent has touched.
  const std::string longer = (folder / "longer.csv").string();
  make_file(path, schools);
  const long peak = peak_kb(path);
  make_file(longer, schools * times_longer);
  const long longer_peak = peak_kb(longer);
  const auto longer_bytes = Mapping(longer).bytes().size();
  ::unlink(longer.c_str());
  const auto bytes = static_cast<double>(Mapping(path).bytes().size());
  std::vector<double> wall, cpu;
  Outcome first;
  for (int round = 0; round < rounds; ++round) {
    const Outcome one = read_file(path);
    if (round == 0) first = one;
    must(one.sum == first.sum && one.figures == first.figures, "two readings differ");
    wall.push_back(one.wall_s);
    cpu.push_back(one.cpu_s);
  }
  constexpr double kMega = 1e6;
  fmt::print(
      "{{\"rows\": {}, \"mb\": {:.1f}, \"figures\": {}, \"persistent\": {}, \"measured\": {}, "
      "\"mb_per_s\": {:.1f}, \"mb_per_cpu_s\": {:.1f}, \"best_mb_per_s\": {:.1f}, "
      "\"peak_mb\": {:.1f}, \"longer_mb\": {:.1f}, \"longer_peak_mb\": {:.1f}, "
      "\"longer_peak_ratio\": {:.3f}}}\n",
      first.rows, bytes / kMega, first.figures, first.persistent, first.measured,
      bytes / kMega / median(wall), bytes / kMega / median(cpu),
      bytes / kMega / *std::min_element(wall.begin(), wall.end()), static_cast<double>(peak) / 1024,
      static_cast<double>(longer_bytes) / kMega, static_cast<double>(longer_peak) / 1024,
      static_cast<double>(longer_peak) / static_cast<double>(peak));
  return 0;
}
