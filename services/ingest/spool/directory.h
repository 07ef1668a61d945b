#pragma once
// Directory: the one folder that the spool has its files in, as the system calls that it needs.
// Everything that the spool knows of disks goes through here, so that tests can end the machine
// after each single call.  Blocking; calls that do not share a file may come from any thread.
//
// An error carries what was called, on which file and what the system said.  Codes that matter:
// ResourceExhausted (no room: ENOSPC, EDQUOT), DataLoss (the disk cannot read or write: EIO).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace leadrelay::ingest {

// A file that is being appended to.  Closed by its destructor.
class AppendedFile {
 public:
  virtual ~AppendedFile() = default;
  // One write(2): how many bytes it took, one at least.
  virtual absl::StatusOr<size_t> Write(std::string_view bytes) = 0;
  // Its bytes and its length are on the disk.  After an error nobody knows which of them are, and
  // asking again would be answered with a success that means nothing.
  virtual absl::Status Sync() = 0;
};

class Directory {
 public:
  virtual ~Directory() = default;

  struct Entry {
    std::string name;
    int64_t bytes = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  virtual absl::StatusOr<std::vector<Entry>> List() = 0;  // Regular files, by name.
  virtual absl::StatusOr<std::string> Read(const std::string& name) = 0;
  virtual absl::StatusOr<std::unique_ptr<AppendedFile>> Create(const std::string& name) = 0;
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  virtual absl::Status Remove(const std::string& name) = 0;
  // What was created, renamed and removed is so on the disk.
  virtual absl::Status Sync() = 0;
};

}  // namespace leadrelay::ingest
