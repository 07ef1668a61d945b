#pragma once
// Figure: what a measurement has found, beside its yardstick from the same run and its goal.

#include <cstdint>
#include <string>
#include <vector>

namespace leadrelay::bench {

struct Figure {
  enum class Goal { kNone, kMet, kMissed };

  std::string what;
  std::string value;
  std::string beside = {};  // The yardstick, or the ratio to it and the goal.
  Goal goal = Goal::kNone;
};

struct Section {
  std::string title;
  std::vector<Figure> figures;
  bool whole = true;  // Nothing lost, doubled or refused: else the figures are worth nothing.
};

void Print(const Section& section);
// On standard error: what is being done.
void Progress(const std::string& what);

// "5126/s", "0.41 s", "1.8 ms", "25 MB".
std::string Rate(double per_second);
std::string Seconds(double seconds);
std::string Millis(double seconds);
std::string Megabytes(int64_t bytes);

// `value` / `yardstick` with a goal for it: "0.20 x the bare hop (goal: at least 0.55)".
Figure AtLeast(std::string what, std::string value, double ratio, double goal, std::string of);
Figure AtMost(std::string what, std::string value, double ratio, double goal, std::string of);
// The same for a value that is its own measure: `unit` stands behind the goal.
Figure AtMostOf(
    std::string what, std::string value, double measured, double goal, std::string unit);
// "lost", "duplicates", "refused": must be 0, and clears `section.whole` when it is not.
void MustBeNone(Section& section, std::string what, int64_t count);

}  // namespace leadrelay::bench
