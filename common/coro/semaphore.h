#pragma once
// Semaphore: at most N holders at a time, served in the order in which they asked.
// Loop thread only.

#include <list>
#include <stop_token>
#include <utility>

#include "absl/status/statusor.h"

#include "common/coro/completion.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::coro {

class Semaphore {
 public:
  // One of the N places, given back on destruction.
  class [[nodiscard]] Permit {
   public:
    explicit Permit(Semaphore* owner) : owner_(owner) {}
    Permit(Permit&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Permit& operator=(Permit&& other) noexcept {
      std::swap(owner_, other.owner_);
      return *this;
    }
    ~Permit() {
      if (owner_ != nullptr) owner_->Release();
    }

   private:
    Semaphore* owner_;
  };

  Semaphore(Timers& timers, int places) : timers_(timers), free_(places) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // DeadlineExceeded after `timeout`, Cancelled when `stop` came first.
  Task<absl::StatusOr<Permit>> Acquire(absl::Duration timeout, std::stop_token stop);

  int free() const { return free_; }
  size_t waiting() const { return waiting_.size(); }

 private:
  void Release();

  Timers& timers_;
  int free_;
  std::list<Completion<absl::Status>*> waiting_;
};

}  // namespace leadrelay::coro
