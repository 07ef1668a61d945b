#include "tests/hostile/resident.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

#include "tests/support/process/process.h"

namespace leadrelay::test {
namespace {

// "VmRSS:	   12345 kB"
int64_t StatusOf(pid_t pid, const std::string& field) {
  const std::string status = ReadWholeFile(absl::StrCat("/proc/", pid, "/status"));
  const size_t at = status.find("\n" + field + ":");
  return at == std::string::npos ? -1 : std::atoll(status.c_str() + at + field.size() + 2) * 1024;
}

}  // namespace

int64_t ResidentBytes(pid_t pid) {
  return StatusOf(pid, "VmRSS");
}

int64_t PeakResidentBytes(pid_t pid) {
  return StatusOf(pid, "VmHWM");
}

void ForgetPeak(pid_t pid) {
  std::ofstream(absl::StrCat("/proc/", pid, "/clear_refs")) << "5";
}

int64_t OpenFiles(pid_t pid) {
  return std::distance(std::filesystem::directory_iterator(absl::StrCat("/proc/", pid, "/fd")), {});
}

}  // namespace leadrelay::test
