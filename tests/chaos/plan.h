#pragma once
// Plan: which faults a run of chaos brings, in which order and for how long.  It follows from the
// seed alone: the same seed is the same plan.  Pure.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::chaos {

enum class FaultKind {
  kKill,         // A service's process, SIGKILL; started again.
  kTerminate,    // SIGTERM: it must drain and end with 0 in time; started again.
  kBrokerKill,   // SIGKILL; started again on its data.
  kBrokerAlarm,  // Memory alarm: the broker reads nothing from publishers.
  kRedisKill,    // SIGKILL; started again on its data.
  kRedisFlush,   // FLUSHALL: it forgets everything.
  kCut,          // A link is reset and refuses.
  kDrop,         // The connections of a link are reset once.
  kStall,        // A link carries nothing, and says nothing.
  kSlow,         // A link is late and narrow.
  kLostAnswers,  // CRMs do the work and close the connection instead of answering.
  kPoison,       // A message that nobody can read, in a queue.
  kDiskRefuses,  // The disk of the ledger takes no write.
  kDiskFull,     // It is full.  Only where it is asked for: it takes a disk of its own.
};
inline constexpr int kFaultKinds = 14;

std::string_view Name(FaultKind kind);  // "kill", "broker-kill" ...

struct Fault {
  FaultKind kind = FaultKind::kKill;
  std::string target;  // A service, a link or a queue; empty: there is only one.
  std::chrono::milliseconds lasts{0};
  bool into_next = false;  // Ends only when the next one has begun and ended.

  std::string ToString() const;  // "cut delivery-crm 300 ms"
  friend bool operator==(const Fault&, const Fault&) = default;
};

// "ingest-broker": who speaks, and to whom.
inline constexpr std::string_view kLinks[] = {"ingest-broker",
                                              "ingest-redis",
                                              "delivery-broker",
                                              "delivery-redis",
                                              "delivery-crm",
                                              "dlq-broker",
                                              "dlq-redis"};
// What poison is put into; the first is a destination's queue.
inline constexpr std::string_view kPoisonedQueues[] = {"deliver", "leads.inbound", "leads.ledger"};

struct PlanOptions {
  uint64_t seed = 1;
  int64_t faults = 20;
  std::vector<FaultKind> kinds;  // Empty: all but kDiskFull.
  int replicas = 2;              // Processes of delivery: "delivery-0" and so on.
};

// Every kind comes before any comes again, the cheap ones several times in that, and of each kind
// every target before any comes again.
std::vector<Fault> MakePlan(const PlanOptions& options);

}  // namespace leadrelay::chaos
