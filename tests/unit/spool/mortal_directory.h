#pragma once
// MortalDirectory: a folder in memory that knows what of it would be on a disk, and whose process,
// machine or disk fails at a call that the test has chosen.  Calls are counted from 1 over all of
// its files.  Any thread.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "services/ingest/spool/directory.h"

namespace leadrelay::ingest {

class MortalDirectory final : public Directory {
 public:
  // What is left of the bytes that were written and not synced, and of the names that were made,
  // changed or removed without a sync of the folder.
  enum class Bytes { kAll, kNone, kHalf, kZeros };
  enum class Names { kAll, kSyncedOnly };

  // The call that is the last one, and how much of it is done before everything ends.  Every call
  // after that does nothing and fails.
  enum class Share { kNothing, kHalf, kWhole };
  void DieAt(int call, Share share);
  // The call that fails, once; a write takes half of its bytes before.
  void FailAt(int call, absl::Status with);
  // Every call that creates, writes or syncs fails, until it is taken back.
  void FailAlways(std::optional<absl::Status> with);
  // Called, with no lock held, before each sync of a file.
  void OnSync(std::function<void()> callback) { on_sync_ = std::move(callback); }

  bool dead() const { return dead_; }
  int calls() const { return calls_; }
  // What another life finds.
  std::unique_ptr<MortalDirectory> Survivor(Names names, Bytes bytes) const;
  void Put(const std::string& name, const std::string& bytes);
  std::map<std::string, std::string> Files() const;
  // Writes and syncs of a file after one of them had failed there.
  int uses_after_failure() const { return uses_after_failure_; }

  absl::StatusOr<std::vector<Entry>> List() override;
  absl::StatusOr<std::string> Read(const std::string& name) override;
  absl::StatusOr<std::unique_ptr<AppendedFile>> Create(const std::string& name) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& name) override;
  absl::Status Sync() override;

 private:
  struct Content {
    std::string bytes;
    size_t synced = 0;
    bool failed = false;
  };
  class File;
  using Names_ = std::map<std::string, std::shared_ptr<Content>>;

  // Counts a call; what is to be done of it, and what is answered.
  struct Fate {
    Share share = Share::kWhole;
    absl::Status answer;
  };
  Fate Next();

  mutable std::mutex mutex_;
  Names_ names_;
  Names_ synced_names_;
  int calls_ = 0;
  int dies_at_ = 0;
  Share dying_share_ = Share::kNothing;
  bool dead_ = false;
  int fails_at_ = 0;
  absl::Status failure_;
  std::optional<absl::Status> always_;
  std::function<void()> on_sync_;
  int uses_after_failure_ = 0;
};

}  // namespace leadrelay::ingest
