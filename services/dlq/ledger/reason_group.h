#pragma once
// ReasonGroup: what the reasons of many dead letters have in common, so that a thousand failures of
// one kind are one line on the operator's screen.  Pure.

#include <string>
#include <string_view>

namespace leadrelay::dlq {

// `reason` without what differs from lead to lead: numbers of four digits and more, and words that
// mix letters and digits (ids, hashes, UUIDs, timestamps) become "#", e-mail addresses "@", and a
// quoted text that contains one of these, or a blank, becomes "..." in its quotes.  Short numbers
// stay: "HTTP 502" and "HTTP 500" are different troubles.  Runs of blanks become one; at most 200
// bytes, cut between characters.
std::string ReasonGroup(std::string_view reason);

}  // namespace leadrelay::dlq
