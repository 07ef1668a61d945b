#pragma once
// Lease: grants that one call of the gate's script gave to this process.  Pure.

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/time/time.h"

namespace leadrelay::delivery {

// Grants that were not used; `stamp` says which lease they are from.
struct UnusedGrants {
  int64_t stamp = 0;
  int64_t count = 0;
  int64_t calls = 0;  // Of a lease for one call: whether that call was not made.
  friend bool operator==(const UnusedGrants&, const UnusedGrants&) = default;
};

class Lease {
 public:
  Lease() = default;
  // `stamp`: by which the script finds them again; 0: not counted in any window.
  // `until`: the last moment of their use, by our monotonic clock.
  // `one_call`: for one call, even if that leaves something.
  Lease(int64_t grants, int64_t stamp, absl::Duration until, bool probe, bool one_call = false)
      : left_(grants), stamp_(stamp), until_(until), probe_(probe), one_call_(one_call) {}

  bool Take(int64_t cost, absl::Duration now) {
    if (left_ < cost || now > until_ || (one_call_ && called_)) return false;
    left_ -= cost;
    called_ = true;
    return true;
  }
  // False when the lease is another one by now, or has run out.
  bool PutBack(int64_t cost, int64_t stamp, absl::Duration now) {
    if (stamp != stamp_ || now > until_) return false;
    left_ += cost;
    called_ = false;
    return true;
  }
  UnusedGrants Drop() {
    const int64_t calls = one_call_ && !std::exchange(called_, true) ? 1 : 0;
    return {stamp_, std::exchange(left_, 0), calls};
  }

  int64_t left() const { return left_; }
  absl::Duration until() const { return until_; }
  int64_t stamp() const { return stamp_; }
  bool probe() const { return probe_; }

 private:
  int64_t left_ = 0;
  int64_t stamp_ = 0;
  absl::Duration until_ = -absl::InfiniteDuration();
  bool probe_ = false;
  bool one_call_ = false;
  bool called_ = false;
};

}  // namespace leadrelay::delivery
