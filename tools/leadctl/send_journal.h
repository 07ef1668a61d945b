#pragma once
// SendJournal: the files beside the file that is sent.  FILE.leadctl-resume says how far it has
// come, FILE.rejected.ndjson has a line for each rejected row.  Both are brought forward together,
// in the order of the rows, so that a run that goes on neither forgets nor repeats a rejected row.

#include <string>

#include "absl/status/statusor.h"

#include "tools/leadctl/checkpoint.h"

namespace leadrelay::leadctl {

class SendJournal {
 public:
  // Goes on where an earlier run stopped.  FailedPrecondition: the file or the key column is not
  // the one that run had; InvalidArgument, Unavailable: the resume file cannot be read, another
  // leadctl is sending this file.
  static absl::StatusOr<SendJournal> Open(const std::string& file,
                                          const std::string& digest,
                                          const std::string& key_column);
  SendJournal(SendJournal&& other) noexcept;
  SendJournal& operator=(SendJournal&&) = delete;
  ~SendJournal();

  const Checkpoint& checkpoint() const { return checkpoint_; }
  std::string rejected_path() const { return file_ + ".rejected.ndjson"; }
  std::string resume_path() const { return file_ + ".leadctl-resume"; }

  // The next rows have their answers.  `lines`: one for each rejected row.
  absl::Status Advance(int64_t accepted, int64_t rejected, const std::string& lines);
  // All rows have: the resume file goes, and the other one when nothing was rejected.
  void Finish() const;

 private:
  SendJournal(std::string file, int lock) : file_(std::move(file)), lock_(lock) {}

  std::string file_;
  int lock_;
  Checkpoint checkpoint_;
};

}  // namespace leadrelay::leadctl
