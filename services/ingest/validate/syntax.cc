#include "services/ingest/validate/syntax.h"

#include <algorithm>

#include "absl/time/civil_time.h"

namespace leadrelay::ingest {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsWide(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// RFC 5322 atext, without the parts that only headers allow.
bool IsAtomText(char c) {
  return IsLetter(c) || IsDigit(c) || IsWide(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool IsLocalPart(std::string_view local) {
  if (local.empty() || local.size() > 64) return false;
  if (local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(local, [](char c) { return c == '.' || IsAtomText(c); });
}

bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(
      label, [](char c) { return c == '-' || IsLetter(c) || IsDigit(c) || IsWide(c); });
}

bool IsDomain(std::string_view domain) {
  if (domain.size() > 253) return false;
  int labels = 0;
  std::string_view last;
  for (;;) {
    const size_t dot = domain.find('.');
    last = domain.substr(0, dot);
    if (!IsLabel(last)) return false;
    ++labels;
    if (dot == std::string_view::npos) break;
    domain.remove_prefix(dot + 1);
  }
  return labels >= 2 && last.size() >= 2 && !std::ranges::all_of(last, IsDigit);
}

// The number in `digits` fixed positions, or -1.
int Number(std::string_view text, size_t from, size_t digits) {
  int number = 0;
  for (size_t i = from; i < from + digits; ++i) {
    if (!IsDigit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// "Z", "+02:00".
std::optional<absl::Duration> ParseOffset(std::string_view text) {
  if (text == "Z" || text == "z") return absl::ZeroDuration();
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
  const int hours = Number(text, 1, 2);
  const int minutes = Number(text, 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return {};
  const absl::Duration offset = absl::Hours(hours) + absl::Minutes(minutes);
  return text[0] == '+' ? offset : -offset;
}

// ".123" as a part of a second; takes it off the front of `text`.
std::optional<absl::Duration> TakeFraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') return absl::ZeroDuration();
  text.remove_prefix(1);
  absl::Duration fraction;
  absl::Duration unit = absl::Milliseconds(100);
  size_t digits = 0;
  for (; digits < text.size() && IsDigit(text[digits]); ++digits) {
    fraction += (text[digits] - '0') * unit;
    unit /= 10;
  }
  if (digits == 0) return {};
  text.remove_prefix(digits);
  return fraction;
}

// The part after "scheme://", or nothing.
std::optional<std::string_view> AfterScheme(std::string_view text, std::string_view scheme) {
  if (text.size() <= scheme.size()) return {};
  for (size_t i = 0; i < scheme.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != scheme[i]) return {};
  }
  return text.substr(scheme.size());
}

bool HasNoSpace(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

}  // namespace

bool IsEmail(std::string_view text) {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > 254) return false;
  return IsLocalPart(text.substr(0, at)) && IsDomain(text.substr(at + 1));
}

std::optional<absl::Time> ParseTimestamp(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() <= kShape.size() || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
    return {};
  }
  const int year = Number(text, 0, 4);
  const int month = Number(text, 5, 2);
  const int day = Number(text, 8, 2);
  const int hour = Number(text, 11, 2);
  const int minute = Number(text, 14, 2);
  const int second = Number(text, 17, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60) {
    return {};
  }
  // Civil time carries a day that does not exist over into the next month.
  if (absl::CivilDay(year, month, day).day() != day) return {};

  text.remove_prefix(kShape.size());
  const std::optional<absl::Duration> fraction = TakeFraction(text);
  if (!fraction.has_value()) return {};
  const std::optional<absl::Duration> offset = ParseOffset(text);
  if (!offset.has_value()) return {};
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  return absl::FromCivil(civil, absl::UTCTimeZone()) + *fraction - *offset;
}

bool IsDate(std::string_view text) {
  constexpr std::string_view kMidnight = "T00:00:00Z";
  constexpr size_t kLength = std::string_view("0000-00-00").size();
  return text.size() == kLength && ParseTimestamp(std::string(text).append(kMidnight)).has_value();
}

bool IsDateOrTime(std::string_view text) {
  return IsDate(text) || ParseTimestamp(text).has_value();
}

bool IsTimeZone(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  int parts = 0;
  for (;;) {
    const size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    if (part.empty() || !IsLetter(part.front())) return false;
    const bool shaped = std::ranges::all_of(
        part, [](char c) { return IsLetter(c) || IsDigit(c) || c == '_' || c == '-' || c == '+'; });
    if (!shaped || ++parts > 3) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool IsWebUrl(std::string_view text) {
  if (!HasNoSpace(text)) return false;
  std::optional<std::string_view> rest = AfterScheme(text, "https://");
  if (!rest.has_value()) rest = AfterScheme(text, "http://");
  if (!rest.has_value()) return false;
  const std::string_view authority = rest->substr(0, rest->find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return false;
  return !authority.empty() && authority.front() != ':';
}

bool IsUri(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size() || !HasNoSpace(text))
    return false;
  const std::string_view scheme = text.substr(0, colon);
  return !scheme.empty() && IsLetter(scheme.front()) && std::ranges::all_of(scheme, [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  });
}

bool IsCurrency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, IsLetter);
}

}  // namespace leadrelay::ingest
