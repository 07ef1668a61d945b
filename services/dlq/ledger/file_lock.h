#pragma once
// FileLock: one process at a time.  The system gives it up with the process, however that ends.

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace leadrelay::dlq {

class FileLock {
 public:
  // FailedPrecondition: another process holds it.  Unavailable: the file cannot be made.
  static absl::StatusOr<FileLock> Take(const std::string& path);
  FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_;
};

}  // namespace leadrelay::dlq
