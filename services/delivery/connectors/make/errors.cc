#include "services/delivery/connectors/make/errors.h"

namespace leadrelay::delivery::make {
namespace {

constexpr absl::Duration kQueueFullWait =
    absl::Minutes(5);  // Until scenarios have worked some off.
constexpr absl::Duration kThrottledWait = absl::Seconds(10);  // The window that was exceeded.

bool Says(const http::Response& response, std::string_view words) {
  return response.body.find(words) != std::string::npos;
}

// It looks permanent and passes.
Outcome QueueFull() {
  return Outcome::Throttled("HTTP 400: the webhook's queue at Make is full", kQueueFullWait, 400);
}

Outcome OtherStructure() {
  return Outcome::Rejected("HTTP 400: Make does not take the lead",
                           "the webhook has a data structure that the lead does not fit: determine "
                           "it anew from a lead, or change the mapping; then replay",
                           400);
}

Outcome NoSuchHook(int status) {
  return Outcome::Unauthorized(absl::StrCat("HTTP ", status, ": Make knows no such webhook"),
                               "the webhook was deleted, or belonged to no scenario for five days: "
                               "attach one, or put its new address into the destination's secret",
                               status);
}

Outcome KeyRefused(int status) {
  return Outcome::Unauthorized(absl::StrCat("HTTP ", status, ": Make does not let us post there"),
                               "compare api_key with the webhook's API keys, and see whether its "
                               "list of IP addresses lets this machine in",
                               status);
}

Outcome TooLarge() {
  return Outcome::Rejected("HTTP 413: the lead is larger than the 5 MB that Make takes",
                           "map fewer fields, then replay",
                           413);
}

// What the scenario had done before it failed, it does again: once more, and no oftener.
Outcome ScenarioFailed(bool in_doubt) {
  const std::string reason = "HTTP 500: the scenario failed to complete";
  if (in_doubt) {
    return Outcome::Rejected(reason,
                             "see in the scenario's history what failed and what was done, mend "
                             "it, then replay if the lead is not there",
                             500);
  }
  Outcome outcome = Outcome::Unknown(reason);
  outcome.status = 500;
  return outcome;
}

}  // namespace

Outcome JudgeAnswer(const http::Response& response, bool in_doubt, absl::Time now) {
  const int status = response.status;
  if (status >= 200 && status < 300) return Outcome::Delivered("", "", status);
  if (status == 400) return Says(response, "Queue is full") ? QueueFull() : OtherStructure();
  if (status == 401 || status == 403) return KeyRefused(status);
  if (status == 404 || status == 410) return NoSuchHook(status);
  if (status == 413) return TooLarge();
  if (status == 500 && Says(response, "Scenario failed to complete")) {
    return ScenarioFailed(in_doubt);
  }
  Outcome outcome = JudgeByStatus(response, now);
  if (status == 429) outcome.retry_after = outcome.retry_after.value_or(kThrottledWait);
  // The lead may be in the queue, and nothing there would tell a repetition.
  if (status >= 500 && status != 503) outcome.kind = Outcome::Kind::kUnknown;
  return outcome;
}

}  // namespace leadrelay::delivery::make
