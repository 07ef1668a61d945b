#pragma once
// Invariants: what is watched while a schedule runs.  What must hold of its end is in verdict.h.
//
//   - a message is acknowledged only after something that replaces it has been stored: for each
//     delivery, no more acknowledgements than outcome events, delayed copies and dead letters;
//   - nothing is sent for a delivery before its message is due;
//   - attempts are counted as retry/decide.h says, and end with the ladder;
//   - once Redis knows of a Retry-After, nobody sends to the destination until it is over, unless
//     Redis forgets.

#include <map>
#include <set>
#include <string>

#include "common/amqp/inlet.h"
#include "common/amqp/message.h"
#include "common/config/config.h"
#include "common/lead/envelope.h"
#include "tests/simulation/host.h"
#include "tests/simulation/journal.h"

namespace leadrelay::simulation {

class Invariants {
 public:
  Invariants(const Agenda& agenda, Journal& journal, const config::Config& config)
      : agenda_(agenda), journal_(journal), config_(config) {}

  void Stored(const std::string& queue, const amqp::Message& message);
  void Received(const Host& host, const amqp::Delivery& delivery);
  void Acknowledged(const amqp::Delivery& delivery);
  // Delivery ids, each followed by a space.
  void Leaves(Host& host, const std::string& destination, const std::string& delivery_ids);

  void Throttled(const std::string& destination, absl::Duration pause);
  void RedisForgets() { pauses_.clear(); }
  // From now on the hosts' wall clocks tell nothing.
  void WallClocksJump() { clocks_agree_ = false; }

 private:
  struct Pause {
    absl::Duration from;
    absl::Duration until;
  };
  void CheckDue(Host& host, const std::string& delivery_id);
  void CheckAttempts(const std::string& delivery_id,
                     const config::Destination& destination,
                     const lead::DeliveryState& state,
                     bool goes_on);

  const Agenda& agenda_;
  Journal& journal_;
  const config::Config& config_;
  bool clocks_agree_ = true;
  std::map<std::string, int64_t> replaced_;                     // By delivery id.
  std::map<std::string, int64_t> acknowledged_;                 // Likewise.
  std::map<std::pair<const Host*, std::string>, int64_t> due_;  // The earliest, ms since 1970.
  std::map<std::string, Pause> pauses_;                         // By destination.
};

}  // namespace leadrelay::simulation
