#pragma once
// World: everything that a run of chaos breaks: a broker, a Redis, the three services with several
// processes of delivery, the sandbox, and a link between each service and what it talks to.
//
// Destinations: webhooks that get every lead; and a HubSpot (in batches), a Close (which must look
// up before it repeats) and a Pipedrive (person, deal and note are steps) that get the leads with a
// deal and a note, as HubSpot does.  All of them retry every second and for long: what is tested is
// whether anything is lost or done twice, not when it is given up.
//
// One thread, except where Stack says otherwise.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/stack.h"
#include "tests/support/broker/broker.h"
#include "tests/support/link/link.h"
#include "tests/support/redis/redis_server.h"

namespace leadrelay::chaos {

struct WorldOptions {
  int webhooks = 2;
  int replicas = 2;
  bool small_disk = false;  // The ledger has a disk of its own, of kDiskBytes.
  std::string log_level = "warning";
};

// Of a destination, at the sandbox.
struct Counts {
  int64_t records = 0;
  int64_t repeats = 0;     // Recognised by the receiver as a copy.
  int64_t duplicates = 0;  // Records that ought to be one.
  int64_t missing = 0;     // Of deals and notes, against records.
};

struct Destination {
  std::string name;
  std::string system;  // Of the sandbox.
  bool full = false;   // Gets only leads with deal and note.
};

class World {
 public:
  explicit World(const WorldOptions& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  test::Broker& broker() { return broker_; }
  test::RedisServer& redis() { return redis_; }
  e2e::Stack& stack() { return *stack_; }
  test::Link& link(const std::string& name) { return *links_.at(name); }

  const std::vector<Destination>& destinations() const { return destinations_; }
  // Nothing when the sandbox does not answer.  Any thread.
  std::optional<Counts> CountAt(const Destination& destination);

  // Where dlq keeps the ledger, for who reads it from outside.  (SQLite does not find its way onto
  // a small disk: it resolves the link that leads there.)
  std::string LedgerPath() const;

  // Needs small_disk.
  void FillDisk() const;
  void EmptyDisk() const;

  // The services' logs into `folder`, for whoever looks at a failed run.
  void SaveLogs(const std::string& folder) const;

 private:
  e2e::StackOptions OptionsFor(const WorldOptions& options);
  void AddDestinations(const WorldOptions& options, e2e::StackOptions& stack);
  void MountDisk(e2e::StackOptions& stack);
  std::string OnDisk(const std::string& name) const;

  test::Broker broker_;
  test::RedisServer redis_;
  int sandbox_port_;
  std::map<std::string, std::unique_ptr<test::Link>> links_;
  std::vector<Destination> destinations_;
  std::string disk_;  // Where it is mounted, as its holder sees it.
  std::unique_ptr<test::Process> disk_holder_;
  std::unique_ptr<e2e::Stack> stack_;
};

}  // namespace leadrelay::chaos
