#pragma once
// DiskDirectory: a folder of a real file system, locked for this process.
//
// The folder is made when it is not there (its parent has to be), for its owner alone; files are
// for their owner alone whatever the folder is: they hold people's data.  The system gives the lock
// up with the process, however that ends.

#include <memory>
#include <string>
#include <vector>

#include "services/ingest/spool/directory.h"

namespace leadrelay::ingest {

class DiskDirectory final : public Directory {
 public:
  // FailedPrecondition: another process has it.  Other errors: it cannot be made or written to.
  static absl::StatusOr<std::unique_ptr<DiskDirectory>> Open(const std::string& path);
  ~DiskDirectory() override;
  DiskDirectory(const DiskDirectory&) = delete;
  DiskDirectory& operator=(const DiskDirectory&) = delete;

  // Others than its owner may list it, or worse.
  bool open_to_others() const { return open_to_others_; }

  absl::StatusOr<std::vector<Entry>> List() override;
  absl::StatusOr<std::string> Read(const std::string& name) override;
  absl::StatusOr<std::unique_ptr<AppendedFile>> Create(const std::string& name) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& name) override;
  absl::Status Sync() override;

 private:
  explicit DiskDirectory(std::string path) : path_(std::move(path)) {}
  absl::Status Make() const;
  absl::Status Lock();

  const std::string path_;
  int folder_ = -1;
  int lock_ = -1;
  bool open_to_others_ = false;
};

}  // namespace leadrelay::ingest
