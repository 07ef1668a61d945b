#pragma once
// Window: a CRM's rate window as the CRM counts it: exact arrivals in the last `per`, to the
// microsecond.  It also remembers the fullest window that it has seen, refused requests included or
// not, so that a test can say "never more than", and when its first arrivals were, so that a bench
// can say how fast they came.  Pure.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace leadrelay::sandbox {

class Window {
 public:
  Window(std::string name, int64_t limit, absl::Duration per)
      : name_(std::move(name)), limit_(limit), real_per_(per), per_(per) {}

  // Counts an arrival.  False: over the limit, the CRM answers 429; it does not count then.
  bool Admit(absl::Time now) {
    Forget(now);
    if (limit_ > 0 && static_cast<int64_t>(admitted_.size()) >= limit_) {
      ++refused_;
      return false;
    }
    admitted_.push_back(now);
    if (arrivals_.size() < kMostArrivals) arrivals_.push_back(now);
    ++total_;
    fullest_ = std::max(fullest_, static_cast<int64_t>(admitted_.size()));
    return true;
  }

  int64_t Remaining(absl::Time now) {
    Forget(now);
    return std::max<int64_t>(0, limit_ - static_cast<int64_t>(admitted_.size()));
  }

  const std::string& name() const { return name_; }
  int64_t limit() const { return limit_; }
  absl::Duration per() const { return per_; }
  int64_t fullest() const { return fullest_; }
  int64_t refused() const { return refused_; }
  int64_t total() const { return total_; }
  const std::vector<absl::Time>& arrivals() const { return arrivals_; }  // The first ones.
  void set_limit(int64_t limit) { limit_ = limit; }
  // Until Clear().  For windows that no test can wait for, such as a day.
  void set_per(absl::Duration per) { per_ = per; }
  void Clear() {
    admitted_.clear();
    arrivals_.clear();
    per_ = real_per_;
    fullest_ = refused_ = total_ = 0;
  }

 private:
  static constexpr size_t kMostArrivals = 10'000;

  void Forget(absl::Time now) {
    while (!admitted_.empty() && admitted_.front() <= now - per_) admitted_.pop_front();
  }

  std::string name_;
  int64_t limit_;  // 0: none.
  absl::Duration real_per_;
  absl::Duration per_;
  std::deque<absl::Time> admitted_;
  std::vector<absl::Time> arrivals_;
  int64_t fullest_ = 0;
  int64_t refused_ = 0;
  int64_t total_ = 0;
};

}  // namespace leadrelay::sandbox
