#pragma once
// The arithmetic of rate windows.  Pure.
// docs/decisions/0006-rate-windows.md derives the bound from these figures.

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/config/config.h"

namespace leadrelay::delivery {

// By how much longer than the CRM's window ours is: room for the time between a grant and its
// arrival.  100 ms, or 1 % of long windows; but never more than 4 %, so that 95 % of the rate is
// left for short ones.
absl::Duration Margin(absl::Duration per);

// How long a grant counts: per + margin.
absl::Duration Span(absl::Duration per);

// Grants closer together than this may be kept as one entry, dated at the last of them.
inline constexpr int kSlicesPerSpan = 128;
absl::Duration Slice(absl::Duration per);

// How much later than within its life a grant may be used when Redis is slow to answer: it is
// counted that much later, so this costs rate, not safety.  A Redis that takes longer lets nothing
// through.  The script has the same figure.
inline constexpr absl::Duration kMostSlack = absl::Milliseconds(250);

// Whether a window of which Redis knows nothing counts as used up.  Longer ones would stop a
// destination for hours after a first start: they count as unused, and the CRM's own quota headers
// (Gate::ReportQuota) correct that.
bool StartsUsedUp(absl::Duration per);

// What one scope may take out at a time.
struct LeaseTerms {
  absl::Duration life;       // How long a grant may be used.
  int64_t most = 0;          // Grants in one lease.
  int64_t largest_cost = 0;  // A call that costs more waits for an empty window.
  bool counted = false;      // False: no window limits this scope.
  bool one_call = false;     // A window counts calls: a lease is for one, whatever it costs.
  friend bool operator==(const LeaseTerms&, const LeaseTerms&) = default;
};

// Half of the smallest margin, 50 ms at most.  As many as a window allows in 50 ms, or a thousandth
// of a long one, and one at least: what a process that dies takes with it.
// Where a window counts calls, one call: what a lease of several units becomes is not known before.
// Without a window: 256 for 100 ms, so that a pause reaches everybody within that in any case.
LeaseTerms TermsFor(const std::vector<config::RateWindow>& windows, std::string_view scope);

bool Counts(const config::RateWindow& window, std::string_view scope);

}  // namespace leadrelay::delivery
