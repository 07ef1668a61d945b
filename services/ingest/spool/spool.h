#pragma once
// Spool: leads on this machine's disk, while the broker cannot have them.
//
//   Keep ──▶ queue ──▶ one group, one write, one sync ──▶ kept
//                                                          │ oldest segment first (drain.h)
//                                       removed ◀── all of it confirmed by the broker
//
// While a group is written, what comes meanwhile makes up the next one: many requests share a sync,
// and one alone waits for nobody.  It is bounded in bytes.  All disk work is on libuv's thread
// pool.
//
// When the disk fails, everything is refused until an attempt every kTryAgain succeeds; the log
// says so once for each failure and once when leads are kept again.  Loop thread only.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "common/coro/completion.h"
#include "common/coro/loop.h"
#include "common/coro/scope.h"
#include "common/coro/signal.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "services/ingest/spool/directory.h"
#include "services/ingest/spool/segment_files.h"
#include "services/ingest/spool/segment_writer.h"
#include "services/ingest/spool/spool_meters.h"

namespace leadrelay::ingest {

struct SpoolOptions {
  int64_t max_bytes = 1 << 30;  // Of all files, those set aside included.
  // Of one file, and so what is published once more when a process dies while it drains one.
  int64_t segment_bytes = 4 << 20;
};

// A folder, and what was in it when the process started.
struct SpoolFiles {
  std::unique_ptr<Directory> directory;
  Inventory inventory;
};

class Spool {
 public:
  static constexpr absl::Duration kTryAgain = absl::Seconds(5);
  // The bytes of one write: what a lead waits for at most, besides the write before.
  static constexpr int64_t kGroupBytes = 1 << 20;
  // With less than that left it counts as full: so much has a lead at most, unless configured.
  static constexpr int64_t kRoom = 64 << 10;

  Spool(coro::Loop& loop,
        coro::Timers& timers,
        SpoolMeters& meters,
        SpoolFiles files,
        SpoolOptions options);
  ~Spool() = default;  // After Close().
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  void Start();  // Says what it found.
  // Writes what is queued, and takes no more.
  coro::Task<void> Close();

  // Ok: it survives the end of this process, and of this machine.  Otherwise it does not count as
  // kept, though it may come out of the spool all the same; to keep or publish it again with the
  // same ids is right.
  //   ResourceExhausted   the spool is full, or the disk
  //   DeadlineExceeded    the disk has not written it in time
  //   Cancelled           after Close()
  //   others              what the system said
  // It takes no stop token: a write cannot be taken back.
  coro::Task<absl::Status> Keep(amqp::Message message, absl::Duration timeout);

  // Why it takes nothing just now, in words.
  std::optional<std::string> Trouble() const;
  bool empty() const { return segments_.empty() && at_hand_.records == 0 && queue_.empty(); }
  int64_t records() const { return complete_records_ + at_hand_.records; }
  // Called on the loop when there is more to drain.
  void OnKept(std::function<void()> callback) { on_kept_ = std::move(callback); }

  // For the drain, which takes one segment at a time.  The oldest one; the one at hand is completed
  // when there is no other.  Nothing when the spool is empty, or about to be written.
  coro::Task<std::optional<Segment>> TakeOldest();
  coro::Task<absl::StatusOr<SegmentContent>> Read(Segment segment);
  // All of it is with the broker, or all that could be read of it (`damaged`): its file is removed,
  // or set aside.
  coro::Task<void> Release(Segment segment, bool damaged);
  // Files of released segments that could not be: they take up room until ClearAway() succeeds, and
  // are published once more when the process ends before that.
  bool has_leavings() const { return !leavings_.empty(); }
  coro::Task<void> ClearAway();

 private:
  struct Waiting;
  struct Leaving {
    Segment segment;
    bool damaged = false;
  };

  coro::Task<void> Run(std::stop_token stop);
  coro::Task<void> WriteGroup();
  coro::Task<void> TryTheDisk();
  void Written(const absl::Status& status);
  void TakeStock();
  absl::Status Admit(int64_t bytes);
  std::vector<std::shared_ptr<Waiting>> TakeGroup();
  int64_t bytes() const { return set_aside_bytes_ + complete_bytes_ + at_hand_.bytes; }
  void AddComplete(const Segment& segment);
  void ShowLevels();

  coro::Loop& loop_;
  coro::Timers& timers_;
  SpoolMeters& meters_;
  const SpoolFiles files_;
  Directory& directory_;
  const SpoolOptions options_;
  SegmentWriter writer_;  // The thread pool's while Run() is in a write.

  std::deque<std::shared_ptr<Waiting>> queue_;
  int64_t queued_bytes_ = 0;      // Of the queue and of what is being written.
  std::deque<Segment> segments_;  // Complete, oldest first.
  int64_t complete_bytes_ = 0;    // Of them all.
  int64_t complete_records_ = 0;
  std::deque<Leaving> leavings_;  // Their bytes count as complete ones.
  Segment at_hand_;               // As of the last write.
  int64_t set_aside_bytes_;
  bool complete_wanted_ = false;
  bool closing_ = false;
  std::optional<std::string> broken_;  // What the disk said; nothing while it works.
  bool told_broken_ = false;           // In the log, and nothing has been kept since.
  bool told_full_ = false;
  bool told_leavings_ = false;
  coro::Signal work_;   // For Run().
  coro::Signal ready_;  // For TakeOldest().
  std::function<void()> on_kept_;
  coro::Scope writing_;
};

}  // namespace leadrelay::ingest
