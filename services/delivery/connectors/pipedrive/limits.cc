#include "services/delivery/connectors/pipedrive/limits.h"

#include <algorithm>

#include "absl/strings/numbers.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr absl::Duration kBurst = absl::Seconds(2);
constexpr int64_t kSearches = 10;
constexpr int64_t kTokensADay = 30'000;
constexpr int64_t kOauthFactor = 4;

struct NamedPlan {
  std::string name;
  Allowance allowance;
};

const std::vector<NamedPlan>& Plans() {
  static const std::vector<NamedPlan> plans = {
      {"lite", {20, 1}}, {"growth", {40, 2}}, {"premium", {100, 5}}, {"ultimate", {120, 7}}};
  return plans;
}

std::optional<int64_t> NumberIn(const http::Response& response, std::string_view header) {
  const std::string text(response.headers.Get(header));
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < 0 || number > 1'000'000) return std::nullopt;
  return number;
}

}  // namespace

const std::vector<std::string>& PlanNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const NamedPlan& each : Plans()) result.push_back(each.name);
    return result;
  }();
  return names;
}

Allowance AllowanceOf(std::string_view plan) {
  const auto found = std::ranges::find(Plans(), plan, &NamedPlan::name);
  return found == Plans().end() ? Plans().front().allowance : found->allowance;
}

std::vector<config::RateWindow> LimitsOf(const Allowance& allowance, bool oauth) {
  const int64_t burst = allowance.burst * (oauth ? kOauthFactor : 1);
  return {{std::string(kBurstWindow), burst, kBurst, "", true},
          {std::string(kSearchScope), kSearches, kBurst, std::string(kSearchScope), true},
          {std::string(kDayWindow),
           kTokensADay * allowance.factor * allowance.seats,
           absl::Hours(24),  // Stricter than the calendar day that Pipedrive counts.
           ""}};
}

std::vector<QuotaHint> QuotaIn(const http::Response& response) {
  const std::optional<int64_t> remaining = NumberIn(response, "x-ratelimit-remaining");
  if (!remaining.has_value()) return {};
  // The limit says of which window it is; no plan's burst is as small as that of searches.
  if (NumberIn(response, "x-ratelimit-limit") == kSearches) {
    return {{std::string(kSearchScope), *remaining}};
  }
  return {{std::string(kBurstWindow), *remaining}};
}

}  // namespace leadrelay::delivery::pipedrive
