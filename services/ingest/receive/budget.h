#pragma once
// Budget: how many bytes may be in hand at once.  Loop thread only.

#include <cstdint>
#include <optional>
#include <utility>

namespace leadrelay::ingest {

class Budget {
 public:
  explicit Budget(int64_t bytes) : limit_(bytes) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // A part of the budget, given back on destruction.
  class [[nodiscard]] Hold {
   public:
    Hold(Budget* owner, int64_t bytes) : owner_(owner), bytes_(bytes) {}
    Hold(Hold&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), bytes_(other.bytes_) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (owner_ == nullptr) return;
      owner_->held_ -= bytes_;
      --owner_->holders_;
    }

   private:
    Budget* owner_;
    int64_t bytes_;
  };

  // Nothing when there is not so much left.  Never waits.
  std::optional<Hold> Take(int64_t bytes) {
    if (bytes > limit_ - held_) return std::nullopt;
    held_ += bytes;
    ++holders_;
    return Hold(this, bytes);
  }

  int64_t held() const { return held_; }
  int64_t holders() const { return holders_; }

 private:
  const int64_t limit_;
  int64_t held_ = 0;
  int64_t holders_ = 0;
};

}  // namespace leadrelay::ingest
