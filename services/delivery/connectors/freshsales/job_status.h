#pragma once
// What Freshsales says of a bulk job.  Pure.
//
// No source shows the answer (UNVERIFIED), so it is read by what such answers have in common, and
// everything that does not add up is kUnclear.

#include <cstddef>
#include <set>
#include <string>

#include "common/json/json.h"

namespace leadrelay::delivery::freshsales {

struct JobStatus {
  enum class State {
    kRunning,
    kDone,     // All but `failed` are in.
    kUnclear,  // Whatever it is: it will not become clearer.
    kSilent,   // There is no word about the state.
  };
  State state = State::kSilent;
  std::set<std::string> failed;  // Addresses, in lower case.
  friend bool operator==(const JobStatus&, const JobStatus&) = default;
};

// `sent`: how many went into the job; 0: not known.
//
// The state is a text called status, state or job_status, in the answer or one object further in.
// Failures are members whose name has "fail" or "error" in it: counts that are not zero, and lists
// whose every entry names one address.  They have to agree with each other and with `sent`.
JobStatus ReadJobStatus(const json::Value& body, size_t sent);

}  // namespace leadrelay::delivery::freshsales
