#pragma once
// Random: where every choice of a schedule comes from.  The same seed chooses the same, on every
// machine.

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace leadrelay::simulation {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // 0 to n - 1.
  uint64_t Below(uint64_t n) { return n == 0 ? 0 : Next() % n; }
  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) / static_cast<double>(1ULL << 53); }
  bool Chance(double probability) { return Unit() < probability; }
  absl::Duration Between(absl::Duration least, absl::Duration most) {
    return least + (most - least) * Unit();
  }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

 private:
  uint64_t Next() {  // SplitMix64
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

}  // namespace leadrelay::simulation
