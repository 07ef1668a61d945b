#pragma once
// Host: what a simulated process of ours runs on: a loop, timers, and clocks of its own over the
// world's time.  Everything that happens to the process, happens through it.
//
// A host that was killed is cut off: its ports refuse everything, and it is wound down in a time of
// its own, so that what is left of it is seen to end.

#include <functional>
#include <string>

#include "common/coro/clock.h"
#include "common/coro/loop.h"
#include "common/coro/timers.h"
#include "tests/simulation/agenda.h"
#include "tests/simulation/journal.h"

namespace leadrelay::simulation {

class Host {
 public:
  Host(Agenda& agenda, Journal& journal, std::string name);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return name_; }
  Agenda& agenda() { return agenda_; }
  Journal& journal() { return journal_; }
  coro::Loop& loop() { return loop_; }
  coro::Timers& timers() { return timers_; }
  coro::Clock& clock() { return clock_; }

  // `what`, and all that comes of it at this moment.  While the host is stalled: afterwards.  Once
  // it is cut off: never.
  void Happen(std::function<void()> what);
  // When the next alarm goes off, in the world's time.  InfiniteDuration: none, or not alive.
  absl::Duration next_alarm() const;
  void FireAlarms();

  // Nothing happens in it until then: a process that got no CPU, or was stopped.
  void StallUntil(absl::Duration when) { stalled_until_ = when; }
  bool stalled() const { return stalled_until_ > agenda_.now(); }
  void JumpWallClock(absl::Duration by) { clock_.jumped += by; }

  // From now on the world does not hear of it any more.
  void CutOff() { alive_ = false; }
  bool alive() const { return alive_; }
  // Lets the time of a host that was cut off go on until `ended`.  False: it does not end.
  bool WindDown(const std::function<bool()>& ended);

 private:
  class HostClock final : public coro::Clock {
   public:
    explicit HostClock(const Agenda& agenda) : agenda_(agenda) {}
    absl::Time Now() const override { return agenda_.wall() + jumped + beyond; }
    absl::Duration Monotonic() const override { return absl::Hours(1) + agenda_.now() + beyond; }

    absl::Duration jumped;  // How far the wall clock is off.
    absl::Duration beyond;  // How far its time has gone on without the world.

   private:
    const Agenda& agenda_;
  };

  void Settle();

  Agenda& agenda_;
  Journal& journal_;
  const std::string name_;
  HostClock clock_;
  coro::Loop loop_;
  coro::Timers timers_;
  absl::Duration stalled_until_;
  bool alive_ = true;
};

}  // namespace leadrelay::simulation
