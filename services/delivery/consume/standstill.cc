#include "services/delivery/consume/standstill.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/lead/topology.h"

namespace leadrelay::delivery {

Standstill::Standstill(coro::Timers& timers,
                       amqp::Inlet& inlet,
                       std::vector<Lane*> lanes,
                       observe::Health& health)
    : timers_(timers), inlet_(inlet), lanes_(std::move(lanes)) {
  health.Add("queues move", [this]() -> std::optional<std::string> {
    for (const auto& [destination, findings] : findings_) {
      if (findings >= 2) {
        return absl::StrCat("messages wait in ",
                            lead::DeliverQueue(destination),
                            " and none of them arrives here: restart this process");
      }
    }
    return std::nullopt;
  });
}

coro::Task<void> Standstill::Run(std::stop_token stop) {
  while (true) {
    absl::Status slept = co_await timers_.Sleep(kInterval, stop);
    if (!slept.ok()) co_return;
    for (Lane* lane : lanes_) {
      const absl::Duration silence = timers_.clock().Monotonic() - lane->last_arrival();
      if (lane->in_hand() > 0 || silence < kInterval || !inlet_.connected()) {
        findings_[lane->name()] = 0;
        continue;
      }
      absl::StatusOr<int64_t> depth =
          co_await inlet_.Depth(lead::DeliverQueue(lane->name()), absl::Seconds(2));
      // Messages that came while we asked are not old.
      const bool still_silent = lane->in_hand() == 0;
      if (depth.ok() && *depth > 0 && still_silent) {
        ++findings_[lane->name()];
      } else {
        findings_[lane->name()] = 0;
      }
    }
  }
}

}  // namespace leadrelay::delivery
