#pragma once
// Crowd: the processes of a schedule, those that have come and gone, and what befalls one of them.
// Whoever is killed or told to stop is replaced some seconds later.

#include <memory>
#include <vector>

#include "tests/simulation/delivery_process.h"
#include "tests/simulation/ledger_process.h"

namespace leadrelay::simulation {

class Crowd {
 public:
  explicit Crowd(Surroundings& around) : around_(around) {}

  void StartDelivery();
  void StartLedger();
  LedgerProcess& ledger() { return *ledgers_.back(); }
  std::vector<DeliveryProcess*> Living() const;  // Of delivery.

  void KillOne();
  void TerminateOne();
  void StallOne();
  void JumpAClock();
  // Every connection to the broker.
  void BreakConnections();

  // Whose alarm goes off first; null: nobody's.
  Host* First() const;
  // A ledger that has stopped makes room for the next.
  void ReplaceStopped();
  // Ends whoever is left, and looks at what is left of those who have ended.
  void End();

 private:
  bool ledger_lives() const;
  DeliveryProcess* AnyDelivery();
  void StartAgain(bool ledger);

  Surroundings& around_;
  std::vector<std::unique_ptr<DeliveryProcess>> deliveries_;
  std::vector<std::unique_ptr<LedgerProcess>> ledgers_;  // The last one is at work.
  int started_ = 0;
};

}  // namespace leadrelay::simulation
