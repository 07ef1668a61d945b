#include "services/delivery/throttle/windows.h"

#include <algorithm>
#include <limits>

namespace leadrelay::delivery {
namespace {

constexpr absl::Duration kLongestLife = absl::Milliseconds(50);
constexpr double kLeastShare = 0.001;
constexpr absl::Duration kLongestColdWait = absl::Minutes(1);

constexpr absl::Duration kUncountedLife = absl::Milliseconds(100);
constexpr int64_t kUncountedGrants = 256;

}  // namespace

absl::Duration Margin(absl::Duration per) {
  return std::min(per / 25, std::max(absl::Milliseconds(100), per / 100));
}

absl::Duration Span(absl::Duration per) {
  return per + Margin(per);
}

absl::Duration Slice(absl::Duration per) {
  return Span(per) / kSlicesPerSpan;
}

bool StartsUsedUp(absl::Duration per) {
  return per <= kLongestColdWait;
}

bool Counts(const config::RateWindow& window, std::string_view scope) {
  return window.scope.empty() || window.scope == scope;
}

LeaseTerms TermsFor(const std::vector<config::RateWindow>& windows, std::string_view scope) {
  LeaseTerms terms{kLongestLife,
                   std::numeric_limits<int64_t>::max(),
                   std::numeric_limits<int64_t>::max(),
                   false};
  for (const config::RateWindow& window : windows) {
    if (!Counts(window, scope)) continue;
    terms.counted = true;
    terms.life = std::min(terms.life, Margin(window.per) / 2);
    if (window.calls) {
      terms.one_call = true;
      terms.most = 1;
      continue;
    }
    const double share = std::max(kLeastShare, absl::FDivDuration(kLongestLife, window.per));
    const double worth = static_cast<double>(window.requests) * share;
    terms.most = std::min(terms.most, std::max<int64_t>(1, static_cast<int64_t>(worth)));
    terms.largest_cost = std::min(terms.largest_cost, std::max<int64_t>(1, window.requests));
  }
  if (!terms.counted) {
    terms.life = kUncountedLife;
    terms.most = kUncountedGrants;
    terms.largest_cost = kUncountedGrants;
  }
  return terms;
}

}  // namespace leadrelay::delivery
