#pragma once
// How much memory and how many files a process under test has.

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace leadrelay::test {

int64_t ResidentBytes(pid_t pid);
int64_t PeakResidentBytes(pid_t pid);  // Since ForgetPeak(), or since it began.
void ForgetPeak(pid_t pid);
int64_t OpenFiles(pid_t pid);

}  // namespace leadrelay::test
