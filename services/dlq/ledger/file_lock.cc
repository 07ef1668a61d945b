#include "services/dlq/ledger/file_lock.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace leadrelay::dlq {

absl::StatusOr<FileLock> FileLock::Take(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::UnavailableError(absl::StrCat("ledger: ", path, ": ", std::strerror(errno)));
  }
  FileLock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "ledger: another process has it open (", path, " is locked): one dlq per file"));
  }
  return lock;
}

FileLock::~FileLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace leadrelay::dlq
