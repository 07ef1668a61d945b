#pragma once
// Verdict: what became of one lead that was handed to us.

#include <string>
#include <variant>

#include "services/ingest/receive/problem.h"

namespace leadrelay::ingest {

struct Accepted {
  std::string lead_id;
  std::string answer;     // {"lead_id", "deliveries"}: the body of the 202.
  bool replayed = false;  // It had been accepted before; nothing was published now.
  friend bool operator==(const Accepted&, const Accepted&) = default;
};

using Verdict = std::variant<Accepted, Problem>;

// 202 with the answer, and Idempotent-Replayed; or the problem.
http::Response VerdictResponse(const Verdict& verdict);

}  // namespace leadrelay::ingest
