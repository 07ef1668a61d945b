#include "tests/bench/figure.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace leadrelay::bench {
namespace {

Figure::Goal Met(bool met) {
  return met ? Figure::Goal::kMet : Figure::Goal::kMissed;
}

const char* Mark(Figure::Goal goal) {
  switch (goal) {
    case Figure::Goal::kMet:
      return "met";
    case Figure::Goal::kMissed:
      return "missed";
    case Figure::Goal::kNone:
      break;
  }
  return "";
}

}  // namespace

void Print(const Section& section) {
  std::printf("\n%s\n\n", section.title.c_str());
  size_t what = 0;
  size_t value = 0;
  for (const Figure& figure : section.figures) {
    what = std::max(what, figure.what.size());
    value = std::max(value, figure.value.size());
  }
  for (const Figure& figure : section.figures) {
    std::printf("  %-*s  %*s   %-6s  %s\n",
                static_cast<int>(what),
                figure.what.c_str(),
                static_cast<int>(value),
                figure.value.c_str(),
                Mark(figure.goal),
                figure.beside.c_str());
  }
  if (!section.whole) {
    std::printf("\n  A lead was lost, doubled or refused: these figures are worth nothing.\n");
  }
  std::fflush(stdout);
}

void Progress(const std::string& what) {
  std::fprintf(stderr, "  %s\n", what.c_str());
}

std::string Rate(double per_second) {
  return absl::StrFormat("%.0f/s", per_second);
}
std::string Seconds(double seconds) {
  return absl::StrFormat("%.2f s", seconds);
}
std::string Millis(double seconds) {
  return absl::StrFormat("%.1f ms", seconds * 1e3);
}
std::string Megabytes(int64_t bytes) {
  return absl::StrFormat("%.1f MB", static_cast<double>(bytes) / (1 << 20));
}

Figure AtLeast(std::string what, std::string value, double ratio, double goal, std::string of) {
  return {std::move(what),
          std::move(value),
          absl::StrFormat("%.2f x %s (goal: at least %.2f)", ratio, of, goal),
          Met(ratio >= goal)};
}

Figure AtMost(std::string what, std::string value, double ratio, double goal, std::string of) {
  return {std::move(what),
          std::move(value),
          absl::StrFormat("%.2f x %s (goal: at most %.2f)", ratio, of, goal),
          Met(ratio <= goal)};
}

Figure AtMostOf(
    std::string what, std::string value, double measured, double goal, std::string unit) {
  return {std::move(what),
          std::move(value),
          absl::StrFormat("goal: at most %g %s", goal, unit),
          Met(measured <= goal)};
}

void MustBeNone(Section& section, std::string what, int64_t count) {
  if (count != 0) section.whole = false;
  section.figures.push_back({std::move(what), absl::StrCat(count), "must be 0", Met(count == 0)});
}

}  // namespace leadrelay::bench
