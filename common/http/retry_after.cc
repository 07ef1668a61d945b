#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/http/message.h"

namespace leadrelay::http {
namespace {

constexpr double kLongestDelaySeconds = 2147483648.0;

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Reads a date from left to right; the first thing that does not fit makes it not ok.
class DateScanner {
 public:
  explicit DateScanner(std::string_view text) : text_(text) {}

  bool Literal(std::string_view expected) {
    if (!text_.starts_with(expected)) return ok_ = false;
    text_.remove_prefix(expected.size());
    return true;
  }

  int Digits(size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (i >= text_.size() || text_[i] < '0' || text_[i] > '9') {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }

  // The position, from 0, of the name that comes next.
  template <size_t N>
  int OneOf(const std::array<std::string_view, N>& names) {
    for (size_t i = 0; i < N; ++i) {
      if (text_.starts_with(names[i])) {
        text_.remove_prefix(names[i].size());
        return static_cast<int>(i);
      }
    }
    ok_ = false;
    return 0;
  }

  bool NextIs(char c) const { return !text_.empty() && text_.front() == c; }
  bool AtEnd() const { return ok_ && text_.empty(); }

 private:
  std::string_view text_;
  bool ok_ = true;
};

constexpr std::array<std::string_view, 7> kDays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 7> kShortDays = {
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Date {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void ScanTime(DateScanner& scan, Date& date) {
  date.hour = scan.Digits(2);
  scan.Literal(":");
  date.minute = scan.Digits(2);
  scan.Literal(":");
  date.second = scan.Digits(2);
}

// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<Date> ParseImfFixdate(std::string_view text) {
  DateScanner scan(text);
  Date date;
  scan.OneOf(kShortDays);
  scan.Literal(", ");
  date.day = scan.Digits(2);
  scan.Literal(" ");
  date.month = scan.OneOf(kMonths) + 1;
  scan.Literal(" ");
  date.year = scan.Digits(4);
  scan.Literal(" ");
  ScanTime(scan, date);
  scan.Literal(" GMT");
  if (!scan.AtEnd()) return std::nullopt;
  return date;
}

// Sunday, 06-Nov-94 08:49:37 GMT.  A year that seems more than 50 years ahead is in the past.
std::optional<Date> ParseRfc850(std::string_view text, int64_t now_unix) {
  DateScanner scan(text);
  Date date;
  scan.OneOf(kDays);
  scan.Literal(", ");
  date.day = scan.Digits(2);
  scan.Literal("-");
  date.month = scan.OneOf(kMonths) + 1;
  scan.Literal("-");
  const int this_year = static_cast<int>(
      absl::ToCivilYear(absl::FromUnixSeconds(now_unix), absl::UTCTimeZone()).year());
  date.year = this_year - this_year % 100 + scan.Digits(2);
  if (date.year > this_year + 50) date.year -= 100;
  scan.Literal(" ");
  ScanTime(scan, date);
  scan.Literal(" GMT");
  if (!scan.AtEnd()) return std::nullopt;
  return date;
}

// Sun Nov  6 08:49:37 1994
std::optional<Date> ParseAsctime(std::string_view text) {
  DateScanner scan(text);
  Date date;
  scan.OneOf(kShortDays);
  scan.Literal(" ");
  date.month = scan.OneOf(kMonths) + 1;
  scan.Literal(" ");
  if (scan.NextIs(' ')) {
    scan.Literal(" ");
    date.day = scan.Digits(1);
  } else {
    date.day = scan.Digits(2);
  }
  scan.Literal(" ");
  ScanTime(scan, date);
  scan.Literal(" ");
  date.year = scan.Digits(4);
  if (!scan.AtEnd()) return std::nullopt;
  return date;
}

std::optional<int64_t> ParseHttpDate(std::string_view text, int64_t now_unix) {
  std::optional<Date> date = ParseImfFixdate(text);
  if (!date.has_value()) date = ParseRfc850(text, now_unix);
  if (!date.has_value()) date = ParseAsctime(text);
  if (!date.has_value()) return std::nullopt;
  // 60 is a leap second.
  if (date->hour > 23 || date->minute > 59 || date->second > 60) return std::nullopt;
  const absl::CivilDay day(date->year, date->month, date->day);
  if (day.month() != date->month || day.day() != date->day) return std::nullopt;
  const absl::CivilSecond civil =
      absl::CivilSecond(day) + (date->hour * 3600 + date->minute * 60 + date->second);
  return absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
}

}  // namespace

double RetryAfterSeconds(const Headers& headers, int64_t now_unix) {
  const std::string_view value = Trim(headers.Get("Retry-After"));
  if (value.empty()) return -1;
  double seconds = -1;
  if (value.front() >= '0' && value.front() <= '9') {
    const auto [end, error] = std::from_chars(
        value.data(), value.data() + value.size(), seconds, std::chars_format::fixed);
    if (end != value.data() + value.size()) return -1;
    return error == std::errc::result_out_of_range ? kLongestDelaySeconds
                                                   : std::min(seconds, kLongestDelaySeconds);
  }
  const std::optional<int64_t> date = ParseHttpDate(value, now_unix);
  if (!date.has_value()) return -1;
  return std::clamp(static_cast<double>(*date - now_unix), 0.0, kLongestDelaySeconds);
}

}  // namespace leadrelay::http
