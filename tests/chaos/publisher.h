#pragma once
// Publisher: a good publisher under load, on a thread of its own: many connections, each with one
// lead under way, and each lead sent under the same idempotency key until it is answered 202.  One
// that is not is set aside for as long as Retry-After says, and others go first.  What it counts as
// accepted is what it was told.  Any thread.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace leadrelay::chaos {

struct PublisherOptions {
  int port = 0;
  std::string api_key;
  int64_t leads = 0;
  int64_t full_every = 10;  // Every so many-th lead is one with a deal and a note.
  int connections = 32;
  std::chrono::seconds answer_timeout{15};
};

class Publisher {
 public:
  explicit Publisher(PublisherOptions options);
  ~Publisher();  // Stops, done or not.
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // Leads with a number below `leads` may be sent.
  void Allow(int64_t leads);

  int64_t accepted() const { return accepted_; }
  int64_t accepted_full() const { return accepted_full_; }
  // Those that were begun to be sent, whatever became of them: no more than these can be anywhere.
  int64_t begun() const { return begun_; }
  int64_t begun_full() const;
  // Answers that no repetition mends, such as 422: there must be none.
  int64_t refused() const { return refused_; }
  int64_t repetitions() const { return repetitions_; }

 private:
  class Aside;
  class Line;
  void Run();

  PublisherOptions options_;
  int wake_;
  std::atomic<int64_t> allowed_ = 0;
  std::atomic<int64_t> accepted_ = 0;
  std::atomic<int64_t> accepted_full_ = 0;
  std::atomic<int64_t> begun_ = 0;
  std::atomic<int64_t> refused_ = 0;
  std::atomic<int64_t> repetitions_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// The lead of that number as JSON: a person of its own; `full`: with a deal and a note.
std::string ChaosLead(int64_t number, bool full);

}  // namespace leadrelay::chaos
