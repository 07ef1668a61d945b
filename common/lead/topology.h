#pragma once
// The queues and exchanges of leadrelay, as values; proto/asyncapi.yaml describes the same, and a
// test compares.  Pure.
//
//   leads            direct   routing key = queue name: deliver.<destination>, leads.ledger,
//                             leads.dead, leads.rejected
//   leads.inbound    fanout   publishers' leads over AMQP -> queue leads.inbound
//   leads.delay      topic    "<rung>.deliver.<destination>" -> queue delay.<rung> (TTL)
//   leads.return     topic    where the rungs dead-letter to; alternate: leads.unrouted
//   leads.unrouted   fanout   -> queue leads.parking: delays for destinations that are gone

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/amqp/message.h"

namespace leadrelay::lead {

inline constexpr std::string_view kExchange = "leads";
inline constexpr std::string_view kInboundExchange = "leads.inbound";
inline constexpr std::string_view kDelayExchange = "leads.delay";
inline constexpr std::string_view kReturnExchange = "leads.return";
inline constexpr std::string_view kUnroutedExchange = "leads.unrouted";

inline constexpr std::string_view kInboundQueue = "leads.inbound";
inline constexpr std::string_view kLedgerQueue = "leads.ledger";
inline constexpr std::string_view kDeadQueue = "leads.dead";
inline constexpr std::string_view kRejectedQueue = "leads.rejected";
inline constexpr std::string_view kParkingQueue = "leads.parking";

// A message that is not what its queue is for is put into another one, in base64, with the reason.
// One that is larger than this is left to the broker's own dead-lettering instead, as it is: no
// lead is, and a copy of it might be refused for its size again and again.
inline constexpr size_t kLongestWrapped = 8 << 20;

std::string DeliverQueue(std::string_view destination);  // "deliver.<destination>"
std::string DestinationOf(std::string_view queue);       // The reverse; empty for other queues.

// 1 s, 5 s, 15 s, 1 min, 5 min, 15 min, 30 min, 1 h, 6 h.
std::vector<absl::Duration> DefaultRungs();
std::string RungName(absl::Duration rung);  // "1s", "15m": also the queue's suffix.

// The rung on which a wait of `wait` is best spent: the longest one that is not longer, so that
// nothing comes back late; the shortest when the wait is shorter than every rung.
absl::Duration ChooseRung(const std::vector<absl::Duration>& rungs, absl::Duration wait);
std::string DelayRoutingKey(absl::Duration rung, std::string_view destination);

amqp::Topology BuildTopology(const std::vector<std::string>& destinations,
                             const std::vector<absl::Duration>& rungs);

}  // namespace leadrelay::lead
