#include "services/delivery/connectors/close/rate_limit.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace leadrelay::delivery::close {
namespace {

constexpr double kLongestReset = 24.0 * 60 * 60;  // As with Retry-After: longer is a mistake.

}  // namespace

RateLimit ReadRateLimit(const http::Response& response) {
  RateLimit limit;
  const std::string header(response.headers.Get("ratelimit"));
  for (const auto& part : absl::StrSplit(header, absl::ByAnyChar(",;"))) {
    const std::pair<std::string, std::string> entry = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const std::string name(absl::StripAsciiWhitespace(entry.first));
    int64_t remaining = 0;
    double reset = 0;
    if (name == "remaining" && absl::SimpleAtoi(entry.second, &remaining) && remaining >= 0) {
      limit.remaining = remaining;
    }
    if (name == "reset" && absl::SimpleAtod(entry.second, &reset) && reset >= 0) {
      limit.reset = absl::Seconds(std::min(reset, kLongestReset));
    }
  }
  return limit;
}

}  // namespace leadrelay::delivery::close
