#pragma once
// Health: is this process alive, and is it getting anywhere?
//
// /healthz says that the loop turns.  /readyz asks each registered check and answers 503 with the
// names of those that fail.  Watch() makes a check out of progress: something that has work and
// has not moved for too long is not well, whatever it claims.  Loop thread only.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/coro/clock.h"
#include "common/http/message.h"

namespace leadrelay::observe {

class Health {
 public:
  explicit Health(coro::Clock& clock) : clock_(clock) {}

  // `check` returns what is wrong, or nothing.
  using Check = std::function<std::optional<std::string>()>;
  void Add(std::string name, Check check);

  // A piece of work that must keep moving.
  class Progress {
   public:
    // Something was finished, or there is nothing to do: the stopwatch starts anew.
    void Moved();
    // There is work to do (or none): without work, time does not count.
    void SetBusy(bool busy);
    // Standing still on purpose (throttled, paused, breaker open), and why: time does not count,
    // and starts anew when it is over.
    void SetWaiting(std::optional<std::string> why);

   private:
    friend class Health;
    explicit Progress(coro::Clock& clock) : clock_(clock), since_(clock.Monotonic()) {}
    coro::Clock& clock_;
    absl::Duration since_;
    bool busy_ = false;
    std::optional<std::string> waiting_;
  };
  // Fails the check once it has been busy, not waiting and without Moved() for `patience`.
  // The reference is good for the life of this object.
  Progress& Watch(std::string name, absl::Duration patience);

  struct Failure {
    std::string check;
    std::string reason;
    friend bool operator==(const Failure&, const Failure&) = default;
  };
  std::vector<Failure> Failing() const;

  http::Response Healthz() const;  // 200 {"status":"ok"}
  http::Response Readyz() const;   // 200, or 503 {"status":"unready","failing":[{check,reason}]}

 private:
  coro::Clock& clock_;
  std::vector<std::pair<std::string, Check>> checks_;
  std::vector<std::unique_ptr<Progress>> watched_;
};

// For connections that come and go: a check that fails until `good` has been true once, so that a
// process is not sent work that it cannot do yet, and afterwards when `good` has been false for
// `patience`, counted from when a check first saw it so.  Asked every 5 s with a patience of 15 s,
// it fails within 20 s.
Health::Check FailsAfter(coro::Clock& clock,
                         absl::Duration patience,
                         std::function<bool()> good,
                         std::function<std::string()> reason);

}  // namespace leadrelay::observe
