#include "common/observe/trace.h"

#include "common/crypto/crypto.h"

namespace leadrelay::observe {
namespace {

constexpr size_t kTraceDigits = 32;
constexpr size_t kSpanDigits = 16;
constexpr size_t kLength = 2 + 1 + kTraceDigits + 1 + kSpanDigits + 1 + 2;
constexpr int kSampled = 1;
constexpr int kRandom = 2;

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;  // Capitals are not valid.
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return DigitOf(c) >= 0; });
}

bool IsZero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

std::string RandomId(size_t digits) {
  while (true) {
    std::string id = crypto::Hex(crypto::RandomBytes(digits / 2));
    if (!IsZero(id)) return id;
  }
}

// A later version may be longer; what we know stands at the same places.
bool HasShape(std::string_view header) {
  if (header.size() < kLength) return false;
  const std::string_view version = header.substr(0, 2);
  if (!IsHex(version) || version == "ff") return false;
  if (header.size() > kLength && (version == "00" || header[kLength] != '-')) return false;
  return header[2] == '-' && header[35] == '-' && header[52] == '-';
}

}  // namespace

Trace Trace::Continue(std::string_view traceparent) {
  if (!HasShape(traceparent)) return Start();
  const std::string_view trace_id = traceparent.substr(3, kTraceDigits);
  const std::string_view span_id = traceparent.substr(36, kSpanDigits);
  const std::string_view flags = traceparent.substr(53, 2);
  if (!IsHex(trace_id) || !IsHex(span_id) || !IsHex(flags)) return Start();
  if (IsZero(trace_id) || IsZero(span_id)) return Start();
  const int bits = DigitOf(flags[1]);
  return {
      std::string(trace_id), std::string(span_id), (bits & kSampled) != 0, (bits & kRandom) != 0};
}

Trace Trace::Start() {
  return {RandomId(kTraceDigits), RandomId(kSpanDigits)};
}

Trace Trace::Child() const {
  Trace child = *this;
  child.span_id = RandomId(kSpanDigits);
  return child;
}

std::string Trace::ToHeader() const {
  const int flags = (sampled ? kSampled : 0) | (random ? kRandom : 0);
  return absl::StrCat("00-", trace_id, "-", span_id, "-0", flags);
}

}  // namespace leadrelay::observe
