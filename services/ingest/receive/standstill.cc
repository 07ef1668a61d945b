#include "services/ingest/receive/standstill.h"

#include <optional>
#include <string>

#include "common/lead/topology.h"

namespace leadrelay::ingest {

Standstill::Standstill(coro::Timers& timers, Inbound& inbound, observe::Health& health)
    : timers_(timers), inbound_(inbound) {
  health.Add("inbound moves", [this]() -> std::optional<std::string> {
    if (findings_ < 2) return std::nullopt;
    return "leads wait in leads.inbound and none of them arrives here: restart this process";
  });
}

coro::Task<void> Standstill::Run(std::stop_token stop) {
  while (true) {
    absl::Status slept = co_await timers_.Sleep(kInterval, stop);
    if (!slept.ok()) co_return;
    const absl::Duration silence = timers_.clock().Monotonic() - inbound_.last_arrival();
    if (inbound_.in_hand() > 0 || silence < kInterval || !inbound_.connected()) {
      findings_ = 0;
      continue;
    }
    absl::StatusOr<int64_t> depth =
        co_await inbound_.consumer().Depth(std::string(lead::kInboundQueue), absl::Seconds(2));
    // What came while we asked is not standing still.
    const bool stands = depth.ok() && *depth > 0 && inbound_.in_hand() == 0;
    findings_ = stands ? findings_ + 1 : 0;
  }
}

}  // namespace leadrelay::ingest
