#include "common/config/units.h"

#include <charconv>

namespace leadrelay::config {
namespace {

struct DurationUnit {
  std::string_view name;
  int64_t millis;
};
constexpr DurationUnit kDurationUnits[] = {
    {"d", 24 * 3600 * 1000}, {"h", 3600 * 1000}, {"m", 60 * 1000}, {"s", 1000}, {"ms", 1}};

struct ByteUnit {
  std::string_view name;
  int64_t bytes;
};
constexpr ByteUnit kByteUnits[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}};

// Small enough that no unit can make it overflow.
constexpr int64_t kMaxNumber = 1'000'000'000;

// Takes the digits at the front of `text`.
std::optional<int64_t> TakeNumber(std::string_view& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.front() == '-' || number > kMaxNumber) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<absl::Duration> ParseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int64_t millis = 0;
  int64_t previous_unit = INT64_MAX;
  while (!text.empty()) {
    const std::optional<int64_t> number = TakeNumber(text);
    if (!number.has_value()) return std::nullopt;
    const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
    const auto* unit = std::find_if(std::begin(kDurationUnits),
                                    std::end(kDurationUnits),
                                    [&](const DurationUnit& u) { return u.name == name; });
    if (unit == std::end(kDurationUnits) || unit->millis >= previous_unit) return std::nullopt;
    previous_unit = unit->millis;
    millis += *number * unit->millis;
    text.remove_prefix(name.size());
  }
  return absl::Milliseconds(millis);
}

std::string DurationToText(absl::Duration duration) {
  int64_t millis = absl::ToInt64Milliseconds(duration);
  if (millis <= 0) return "0s";
  std::string text;
  for (const DurationUnit& unit : kDurationUnits) {
    if (millis < unit.millis) continue;
    text += absl::StrCat(millis / unit.millis, std::string(unit.name));
    millis %= unit.millis;
  }
  return text;
}

std::optional<int64_t> ParseBytes(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::optional<int64_t> number = TakeNumber(text);
  if (!number.has_value()) return std::nullopt;
  for (const ByteUnit& unit : kByteUnits) {
    if (text == unit.name) return *number * unit.bytes;
  }
  return std::nullopt;
}

std::string BytesToText(int64_t bytes) {
  for (const ByteUnit& unit : kByteUnits) {
    if (bytes >= unit.bytes && bytes % unit.bytes == 0) {
      return absl::StrCat(bytes / unit.bytes, std::string(unit.name));
    }
  }
  return "0";
}

}  // namespace leadrelay::config
