#pragma once
// TokenRecord: the token of one destination as the replicas share it.  Pure.

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace leadrelay::delivery {

struct TokenRecord {
  std::string access_token;
  std::string refresh_token;  // The one to refresh with next time; empty where there is none.
  std::string base_url;
  absl::Time expires_at;
  // Which configured refresh token the chain began with: when the operator has put in another one,
  // what was stored before is worth nothing.
  std::string origin;
  friend bool operator==(const TokenRecord&, const TokenRecord&) = default;
};

// A digest: the configured token itself is not stored.
std::string OriginOf(std::string_view configured_refresh_token);

// Sealed with `key` (any text) for this destination alone.
std::string SealToken(const TokenRecord& record,
                      std::string_view key,
                      std::string_view destination);
// Nothing when it was sealed with another key, for another destination, or is no record.
std::optional<TokenRecord> UnsealToken(std::string_view sealed,
                                       std::string_view key,
                                       std::string_view destination);

}  // namespace leadrelay::delivery
