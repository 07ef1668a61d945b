#pragma once
// Ingest: the publisher of leads of the world.  A publish that is refused is made again, and what
// the publisher's program repeats is accepted at another time: both put the same lead into the
// queues once more.

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

  // Redis has forgotten, and nobody who would know has asked it since: until somebody does, or for
  // ever, nothing is repeated, which decision 0007 leaves out.
  void LossIsUnnoticed(bool unnoticed) { loss_is_unnoticed_ = unnoticed; }

  const std::set<std::string>& accepted() const { return accepted_; }  // Lead ids.

 private:
  void Publish(int number, absl::Time accepted_at);
  std::string EnvelopeOf(int number, absl::Time accepted_at) const;

  Surroundings& around_;
  std::set<std::string> accepted_;
  bool loss_is_unnoticed_ = false;
};

}  // namespace leadrelay::simulation
