#pragma once
// Fault: one thing that is wrong with a lead, in words for the publisher's developer.

#include <string>

namespace leadrelay::ingest {

struct Fault {
  std::string pointer;  // RFC 6901, into the lead as it was sent: "/deal/value"; "": the whole.
  std::string detail;   // What would be right.  Never the value: it may be personal.
  friend bool operator==(const Fault&, const Fault&) = default;
};

}  // namespace leadrelay::ingest
