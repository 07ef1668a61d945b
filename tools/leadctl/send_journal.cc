#include "tools/leadctl/send_journal.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace leadrelay::leadctl {
namespace {

namespace fs = std::filesystem;

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

absl::Status WriteAll(const std::string& path, int flags, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  if (fd < 0) return CannotWrite(path);
  size_t at = 0;
  while (at < text.size()) {
    const ssize_t written = write(fd, text.data() + at, text.size() - at);
    if (written < 0) break;
    at += static_cast<size_t>(written);
  }
  const bool good = at == text.size();
  if (close(fd) != 0 || !good) return CannotWrite(path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SendJournal> SendJournal::Open(const std::string& file,
                                              const std::string& digest,
                                              const std::string& key_column) {
  // The lock is on the file itself: it goes with the process, whatever ends that.
  const int lock = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (lock >= 0) close(lock);
    return absl::UnavailableError(absl::StrCat("another leadctl is sending ", file));
  }
  SendJournal journal(file, lock);
  journal.checkpoint_.digest = digest;
  journal.checkpoint_.key_column = key_column;
  std::ifstream stored(journal.resume_path());
  if (!stored) {
    std::error_code ignored;
    fs::remove(journal.rejected_path(), ignored);  // Of an earlier sending.
    return journal;
  }
  absl::StatusOr<Checkpoint> checkpoint =
      ParseCheckpoint(std::string(std::istreambuf_iterator<char>(stored), {}));
  if (!checkpoint.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(journal.resume_path(), ": ", checkpoint.status().message()));
  }
  if (checkpoint->digest != digest || checkpoint->key_column != key_column) {
    return absl::FailedPreconditionError(
        absl::StrCat(file,
                     " was sent up to row ",
                     checkpoint->rows,
                     " and then ",
                     checkpoint->digest == digest ? "with another --key-column" : "changed"));
  }
  // What was written after the last checkpoint will be written again.
  std::error_code error;
  if (fs::exists(journal.rejected_path(), error)) {
    fs::resize_file(
        journal.rejected_path(), static_cast<uintmax_t>(checkpoint->rejected_bytes), error);
  }
  journal.checkpoint_ = *checkpoint;
  return journal;
}

SendJournal::SendJournal(SendJournal&& other) noexcept
    : file_(std::move(other.file_)),
      lock_(std::exchange(other.lock_, -1)),
      checkpoint_(std::move(other.checkpoint_)) {}

SendJournal::~SendJournal() {
  if (lock_ >= 0) close(lock_);
}

absl::Status SendJournal::Advance(int64_t accepted, int64_t rejected, const std::string& lines) {
  if (!lines.empty()) {
    absl::Status written = WriteAll(rejected_path(), O_APPEND, lines);
    if (!written.ok()) return written;
  }
  checkpoint_.rows += accepted + rejected;
  checkpoint_.accepted += accepted;
  checkpoint_.rejected += rejected;
  checkpoint_.rejected_bytes += std::ssize(lines);
  const std::string fresh = resume_path() + ".new";
  absl::Status written = WriteAll(fresh, O_TRUNC, ToText(checkpoint_));
  if (!written.ok()) return written;
  if (rename(fresh.c_str(), resume_path().c_str()) != 0) return CannotWrite(resume_path());
  return absl::OkStatus();
}

void SendJournal::Finish() const {
  std::error_code ignored;
  fs::remove(resume_path(), ignored);
}

}  // namespace leadrelay::leadctl
