#pragma once
// BooksWatch: looks at the books all through a run, on a thread of its own: whenever dlq answers,
// and holds every sample against what can be (books_check.h); and, more seldom, at the ledger's
// file, whether dlq runs or not, and holds the books against the rows that they are the sums of
// (ledger_count.h).

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/chaos/books_check.h"
#include "tests/chaos/publisher.h"
#include "tests/chaos/world.h"

namespace leadrelay::chaos {

class BooksWatch {
 public:
  BooksWatch(World& world, const Publisher& publisher);
  ~BooksWatch();
  BooksWatch(const BooksWatch&) = delete;
  BooksWatch& operator=(const BooksWatch&) = delete;

  struct Seen {
    int64_t samples = 0;  // Of one destination each.
    int64_t unanswered = 0;
    int64_t recounts = 0;                  // Of the ledger's rows.
    std::map<std::string, BooksRow> last;  // By destination.
    int64_t widest = 0;                    // The largest difference.
    std::vector<std::string> wrong;        // The first of what cannot be.
  };
  Seen seen() const;
  // A look at every destination, from the calling thread.
  void LookNow() { Look(/*full_ones=*/true); }

 private:
  void Run();
  void Look(bool full_ones);
  void Recount();
  void Wrong(std::string what);  // Under mutex_.
  void LookAt(const Destination& destination, const BooksRow& now);

  World& world_;
  const Publisher& publisher_;
  mutable std::mutex mutex_;
  Seen seen_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace leadrelay::chaos
