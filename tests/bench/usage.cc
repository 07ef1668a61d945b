#include "tests/bench/usage.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace leadrelay::bench {
namespace {

struct Stat {
  pid_t parent = 0;
  double cpu_seconds = 0;
  int64_t resident_bytes = 0;
};

bool ReadStat(const std::string& pid, Stat& stat) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  // The name in parentheses may hold anything: count the fields from its end.
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::vector<std::string> values;
  for (std::string value; fields >> value;) values.push_back(value);
  if (values.size() < 22) return false;
  const double tick = static_cast<double>(sysconf(_SC_CLK_TCK));
  stat.parent = std::atoi(values[1].c_str());
  stat.cpu_seconds = (std::atof(values[11].c_str()) + std::atof(values[12].c_str())) / tick;
  stat.resident_bytes = std::atoll(values[21].c_str()) * sysconf(_SC_PAGESIZE);
  return true;
}

}  // namespace

Usage UsageOf(pid_t pid) {
  std::map<pid_t, Stat> all;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return {};
  while (dirent* entry = readdir(proc)) {
    Stat stat;
    if (std::atoi(entry->d_name) > 0 && ReadStat(entry->d_name, stat)) {
      all[std::atoi(entry->d_name)] = stat;
    }
  }
  closedir(proc);
  Usage usage;
  for (const auto& [each, stat] : all) {
    pid_t ancestor = each;
    while (ancestor > 1 && ancestor != pid && all.contains(ancestor))
      ancestor = all[ancestor].parent;
    if (ancestor != pid) continue;
    usage.cpu_seconds += stat.cpu_seconds;
    usage.resident_bytes += stat.resident_bytes;
  }
  return usage;
}

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace leadrelay::bench
