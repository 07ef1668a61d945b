#pragma once
// Window: a CRM's rate window as the CRM counts it: exact arrivals in the last `per`, to the
// microsecond.  It also remembers the fullest window that it has seen, refused requests included or
// not, so that a test can say "never more than".  Pure.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/time/time.h"

namespace leadrelay::sandbox {

class Window {
 public:
  Window(std::string name, int64_t limit, absl::Duration per)
      : name_(std::move(name)), limit_(limit), per_(per) {}

  // Counts an arrival.  False: over the limit, the CRM answers 429; it does not count then.
  bool Admit(absl::Time now) {
    Forget(now);
    if (limit_ > 0 && static_cast<int64_t>(admitted_.size()) >= limit_) {
      ++refused_;
      return false;
    }
    admitted_.push_back(now);
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
  void set_limit(int64_t limit) { limit_ = limit; }
  void Clear() {
    admitted_.clear();
    fullest_ = refused_ = total_ = 0;
  }

 private:
  void Forget(absl::Time now) {
    while (!admitted_.empty() && admitted_.front() <= now - per_) admitted_.pop_front();
  }

  std::string name_;
  int64_t limit_;  // 0: none.
  absl::Duration per_;
  std::deque<absl::Time> admitted_;
  int64_t fullest_ = 0;
  int64_t refused_ = 0;
  int64_t total_ = 0;
};

}  // namespace leadrelay::sandbox
