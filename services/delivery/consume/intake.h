#pragma once
// Intake: what the broker delivers, read and handed to its lane.  A message that cannot be read is
// dead-lettered with its bytes and never stops the queue.  Loop thread only.

#include <map>
#include <stop_token>
#include <string>

#include "common/amqp/inlet.h"
#include "common/coro/scope.h"
#include "common/coro/timers.h"
#include "services/delivery/consume/settlement.h"
#include "services/delivery/deliver/lane.h"

namespace leadrelay::delivery {

class Intake {
 public:
  // `lanes` by destination.  All of it outlives the intake.
  Intake(coro::Timers& timers, Settlement& settlement, std::map<std::string, Lane*> lanes);

  void Receive(amqp::Delivery delivery);

  // Waits for the dead letters under way; `RequestStop` first to give them up.
  void RequestStop() { scope_.RequestStop(); }
  coro::Task<void> Join() { return scope_.Join(); }

 private:
  coro::Task<void> DeadLetter(amqp::Delivery delivery, lead::DeadLetter letter);

  coro::Timers& timers_;
  Settlement& settlement_;
  std::map<std::string, Lane*> lanes_;
  coro::Scope scope_;
};

}  // namespace leadrelay::delivery
