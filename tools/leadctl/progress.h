#pragma once
// The progress bar's line.  Pure.

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace leadrelay::leadctl {

struct Progress {
  double done = 0;    // 0 to 1.
  double begun = 0;   // What was done before this run: it does not count for the ETA.
  int64_t items = 0;  // In this run: for the rate.
  std::string text;   // "1,200 accepted, 3 rejected"
  absl::Duration took;
};

// "[########------------]  40 %  1,200 accepted, 3 rejected  812/s  ETA 2s", at most `width` wide.
std::string ProgressLine(const Progress& progress, int width);

std::string WithCommas(int64_t number);          // 1234567 -> "1,234,567"
std::string ShortDuration(absl::Duration time);  // "3s", "2m10s", "1h05m"

}  // namespace leadrelay::leadctl
