#pragma once
// Claim: what Redis knows about an idempotency key, and how it is written there.  Pure.

#include <string>
#include <string_view>

namespace leadrelay::ingest {

struct Claim {
  enum class Kind {
    kNew,        // Ours: publish, then Settle().
    kUnchecked,  // Redis is away: publish; the derived id protects what is downstream.
    kDone,       // Accepted before; `answer` is what was said then.
    kInFlight,   // Somebody is publishing it right now.
    kReused,     // The key belongs to another body.
    kLimited,    // Over the publisher's rate.
  };
  Kind kind = Kind::kUnchecked;
  std::string answer;
  friend bool operator==(const Claim&, const Claim&) = default;
};

// What is stored while in flight; `owner` is unique to one request.
std::string InFlightValue(std::string_view fingerprint, std::string_view owner);
// What is stored once accepted.
std::string DoneValue(std::string_view fingerprint, std::string_view answer);

// What `stored` says to a request with this fingerprint.  A value that is none of ours counts as
// unchecked: a lead is not refused for it.
Claim ReadClaim(std::string_view stored, std::string_view fingerprint);

}  // namespace leadrelay::ingest
