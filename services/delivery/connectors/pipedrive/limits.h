#pragma once
// Pipedrive's two currencies.  Pure.
// Facts: core-api-concepts-rate-limiting (2026-09-17), x-token-cost of the vendor's specs.
//
//   per day   30,000 tokens x plan x seats for the whole company; each call costs some
//   per 2 s   20 to 480 requests for each token, whatever they cost; 10 searches on every plan

#include <string>
#include <string_view>
#include <vector>

#include "common/config/config.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::pipedrive {

// x-token-cost of what we call.
inline constexpr int kSearchCost = 20;
inline constexpr int kListCost = 10;     // v2
inline constexpr int kOldListCost = 20;  // v1
inline constexpr int kReadCost = 1;
inline constexpr int kStagesCost = 5;
inline constexpr int kWriteCost = 5;      // v2
inline constexpr int kOldWriteCost = 10;  // v1

inline constexpr std::string_view kBurstWindow = "2s";
inline constexpr std::string_view kDayWindow = "day";
inline constexpr std::string_view kSearchScope = "search";  // The window has this name as well.

struct Allowance {
  int64_t burst = 20;  // Requests in 2 s of an API token.
  int64_t factor = 1;  // Of the daily budget.
  int64_t seats = 1;
};

const std::vector<std::string>& PlanNames();  // The smallest first.
Allowance AllowanceOf(
    std::string_view plan);  // One seat; of the smallest plan when none is called so.

std::vector<config::RateWindow> LimitsOf(const Allowance& allowance, bool oauth);

// What x-ratelimit-remaining says of the requests.  No header tells what is left of the
// day: x-daily-requests-left counts requests, an older limit.
std::vector<QuotaHint> QuotaIn(const http::Response& response);

}  // namespace leadrelay::delivery::pipedrive
