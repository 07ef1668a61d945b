#pragma once
// Ingest: the publisher of leads of the world.  A publish that is not confirmed, or that the
// publisher's program repeats, puts the same lead into the queues once more; it is always the same.

#include <map>
#include <set>
#include <string>

#include "tests/simulation/delivery_process.h"

namespace leadrelay::simulation {

class Ingest {
 public:
  explicit Ingest(Surroundings& around) : around_(around) {}

  // Lead `number`, for every destination, now and perhaps again.
  void Accept(int number);
  // Something else gets into the queue of a destination.
  void PublishNoLead();

  const std::set<std::string>& accepted() const { return accepted_; }  // Lead ids.

 private:
  std::string EnvelopeOf(int number) const;

  Surroundings& around_;
  std::set<std::string> accepted_;
  std::map<int, absl::Time> accepted_at_;
};

}  // namespace leadrelay::simulation
