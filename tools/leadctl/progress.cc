#include "tools/leadctl/progress.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace leadrelay::leadctl {
namespace {

constexpr int kWidestBar = 40;
constexpr int kNarrowestBar = 5;

std::string Tail(const Progress& progress) {
  const int percent = static_cast<int>(progress.done * 100);
  std::string tail = absl::StrCat(" ", absl::Dec(percent, absl::kSpacePad3), " %  ", progress.text);
  const double seconds = absl::ToDoubleSeconds(progress.took);
  if (seconds < 0.5 || progress.items == 0) return tail;
  absl::StrAppend(
      &tail, "  ", WithCommas(std::llround(static_cast<double>(progress.items) / seconds)), "/s");
  const double gained = progress.done - progress.begun;
  if (gained > 0 && progress.done < 1) {
    absl::StrAppend(&tail, "  ETA ", ShortDuration(progress.took * ((1 - progress.done) / gained)));
  }
  return tail;
}

}  // namespace

std::string ProgressLine(const Progress& progress, int width) {
  Progress sane = progress;
  sane.done = std::clamp(progress.done, 0.0, 1.0);
  std::string tail = Tail(sane);
  const int room = std::min(kWidestBar, width - static_cast<int>(tail.size()) - 2);
  if (room < kNarrowestBar) return tail.substr(1, static_cast<size_t>(std::max(width, 0)));
  const auto full = static_cast<size_t>(std::lround(sane.done * room));
  return absl::StrCat(
      "[", std::string(full, '#'), std::string(static_cast<size_t>(room) - full, '-'), "]", tail);
}

std::string WithCommas(int64_t number) {
  std::string text = absl::StrCat(number);
  const int64_t first = number < 0 ? 1 : 0;
  for (int64_t at = std::ssize(text) - 3; at > first; at -= 3)
    text.insert(static_cast<size_t>(at), ",");
  return text;
}

std::string ShortDuration(absl::Duration time) {
  const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(time, absl::Seconds(1)));
  if (seconds < 60) return absl::StrCat(seconds, "s");
  if (seconds < 3600)
    return absl::StrCat(seconds / 60, "m", absl::Dec(seconds % 60, absl::kZeroPad2), "s");
  return absl::StrCat(seconds / 3600, "h", absl::Dec(seconds % 3600 / 60, absl::kZeroPad2), "m");
}

}  // namespace leadrelay::leadctl
