#include "common/service/process_metrics.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include <sys/resource.h>
#include <unistd.h>

namespace leadrelay::service {
namespace {

void Append(std::string& text, const char* name, const char* kind, const char* help, double value) {
  absl::StrAppend(&text, "# HELP ", name, " ", help, "\n# TYPE ", name, " ", kind, "\n");
  absl::StrAppend(&text, name, " ", absl::SixDigits(value), "\n");
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::optional<int64_t> ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  if (!(statm >> total >> resident)) return std::nullopt;
  return resident * sysconf(_SC_PAGESIZE);
}

std::optional<int64_t> OpenFiles() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return std::nullopt;
  return std::distance(begin(entries), end(entries)) - 1;  // The listing itself is one of them.
}

}  // namespace

std::string ProcessMetrics() {
  static const int64_t started_at = absl::ToUnixSeconds(absl::Now());
  std::string text;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    Append(text,
           "process_cpu_seconds_total",
           "counter",
           "User and system CPU time spent.",
           Seconds(usage.ru_utime) + Seconds(usage.ru_stime));
  }
  if (std::optional<int64_t> bytes = ResidentBytes()) {
    absl::StrAppend(&text,
                    "# HELP process_resident_memory_bytes Resident memory.\n"
                    "# TYPE process_resident_memory_bytes gauge\n"
                    "process_resident_memory_bytes ",
                    *bytes,
                    "\n");
  }
  if (std::optional<int64_t> files = OpenFiles()) {
    absl::StrAppend(&text,
                    "# HELP process_open_fds Open file descriptors.\n"
                    "# TYPE process_open_fds gauge\n"
                    "process_open_fds ",
                    *files,
                    "\n");
  }
  absl::StrAppend(&text,
                  "# HELP process_start_time_seconds Start of the process, Unix time.\n"
                  "# TYPE process_start_time_seconds gauge\n"
                  "process_start_time_seconds ",
                  started_at,
                  "\n");
  return text;
}

}  // namespace leadrelay::service
