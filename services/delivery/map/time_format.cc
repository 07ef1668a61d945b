#include "services/delivery/map/time_format.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery {
namespace {

constexpr std::string_view kUnix = "unix";
constexpr std::string_view kUnixMs = "unix_ms";
constexpr std::string_view kLetters = "YymdejHIMSpbBaAFTDRsz%";
constexpr std::array<std::string_view, 5> kExtended = {"Ez", "E4Y", "E3S", "E6S", "E*S"};
constexpr std::string_view kKnownParts =
    "%Y %y %m %d %e %j %H %I %M %S %p %b %B %a %A %F %T %D %R %s %z %Ez %E4Y %E3S %E6S %E*S %%";
constexpr size_t kLongestTime = 100;

// What a time without `parse` may look like, after the day: 2026-03-01.
constexpr std::array<const char*, 4> kUsual = {
    "%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The length of the part that begins behind a %; 0: there is no such part.
size_t PartLength(std::string_view rest) {
  if (rest.empty()) return 0;
  if (kLetters.find(rest[0]) != std::string_view::npos) return 1;
  for (std::string_view extended : kExtended) {
    if (rest.starts_with(extended)) return extended.size();
  }
  return 0;
}

std::optional<std::string> FaultInParts(std::string_view format) {
  bool any = false;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    const std::string_view rest = format.substr(i + 1);
    const size_t length = PartLength(rest);
    if (length == 0) {
      return absl::StrCat("has the part %",
                          std::string(rest.substr(0, 1)),
                          ", which is not known; these are: ",
                          std::string(kKnownParts));
    }
    any = any || rest[0] != '%';
    i += length;
  }
  if (any) return std::nullopt;
  return "has no part of a time in it: %Y-%m-%d is year, month and day";
}

bool BeginsWithADay(std::string_view text) {
  constexpr std::string_view kDay = "0000-00-00";
  if (text.size() < kDay.size()) return false;
  for (size_t i = 0; i < kDay.size(); ++i) {
    if (kDay[i] == '-' ? text[i] != '-' : !IsDigit(text[i])) return false;
  }
  return true;
}

std::optional<absl::Time> ParseAs(std::string_view format,
                                  const std::string& text,
                                  absl::TimeZone zone) {
  absl::Time time;
  if (!absl::ParseTime(std::string(format), text, zone, &time, nullptr)) return std::nullopt;
  // Abseil also reads "infinite-future", whatever the format.
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) return std::nullopt;
  return time;
}

bool IsZoneName(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || IsDigit(c) || c == '_' || c == '-' ||
           c == '+' || c == '/';
  };
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
         std::ranges::all_of(name, fits);
}

}  // namespace

// The check of the shape keeps other files of the system out of it: "../../etc/passwd",
// "localtime".
std::optional<absl::TimeZone> FindTimeZone(const std::string& name) {
  absl::TimeZone zone;
  if (!IsZoneName(name) || !absl::LoadTimeZone(name, &zone)) return std::nullopt;
  return zone;
}

std::optional<std::string> TimeFormat::FaultInWritten(std::string_view format) {
  if (format == kUnix || format == kUnixMs) return std::nullopt;
  std::optional<std::string> fault = FaultInParts(format);
  if (fault.has_value() && format.find('%') == std::string_view::npos) {
    absl::StrAppend(&*fault, "; unix and unix_ms are seconds and milliseconds since 1970");
  }
  return fault;
}

// Whether what is written in this format can be read back, to the day.
std::optional<std::string> TimeFormat::FaultInRead(std::string_view format) {
  if (std::optional<std::string> fault = FaultInParts(format)) return fault;
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time sample = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 21, 45, 56), utc);
  const std::optional<absl::Time> again =
      ParseAs(format, absl::FormatTime(std::string(format), sample, utc), utc);
  if (again.has_value() && absl::ToCivilDay(*again, utc) == absl::ToCivilDay(sample, utc)) {
    return std::nullopt;
  }
  return "does not tell year, month and day: %d.%m.%Y does";
}

std::optional<absl::Time> TimeFormat::Read(const std::string& text) const {
  if (text.size() > kLongestTime) return std::nullopt;
  if (!read_.empty()) return ParseAs(read_, text, zone_);
  if (!BeginsWithADay(text)) return std::nullopt;
  for (const char* format : kUsual) {
    if (std::optional<absl::Time> time = ParseAs(format, text, zone_)) return time;
  }
  return std::nullopt;
}

std::optional<Scalar> TimeFormat::Apply(const Scalar& value) const {
  const std::optional<absl::Time> time = Read(ToText(value));
  if (!time.has_value()) return std::nullopt;
  const auto year = absl::ToCivilYear(*time, zone_).year();
  if (year < 1 || year > 9999) return std::nullopt;
  if (write_ == kUnix) return absl::ToUnixSeconds(*time);
  if (write_ == kUnixMs) return absl::ToUnixMillis(*time);
  return absl::FormatTime(write_, *time, zone_);
}

}  // namespace leadrelay::delivery
