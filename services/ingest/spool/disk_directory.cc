#include "services/ingest/spool/disk_directory.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leadrelay::ingest {
namespace {

constexpr mode_t kOwnerOnlyFolder = 0700;
constexpr mode_t kOwnerOnlyFile = 0600;
constexpr char kLockName[] = "lock";

absl::Status SystemError(int error, const char* call, const std::string& name) {
  const std::string words = absl::StrCat(call, " ", name);
  absl::Status status = absl::ErrnoToStatus(error, words);
  if (error == EIO) return absl::DataLossError(status.message());
  if (error == EDQUOT) return absl::ResourceExhaustedError(status.message());
  return status;
}

// Repeats a call that a signal has interrupted.
template <typename Call>
auto Repeated(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class DiskFile final : public AppendedFile {
 public:
  DiskFile(int file, std::string name) : file_(file), name_(std::move(name)) {}
  ~DiskFile() override { close(file_); }
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;

  absl::StatusOr<size_t> Write(std::string_view bytes) override {
    const ssize_t written = Repeated([&] { return write(file_, bytes.data(), bytes.size()); });
    if (written < 0) return SystemError(errno, "write", name_);
    if (written == 0) return absl::DataLossError(absl::StrCat("write ", name_, ": took nothing"));
    return static_cast<size_t>(written);
  }

  absl::Status Sync() override {
    if (fdatasync(file_) != 0) return SystemError(errno, "fdatasync", name_);
    return absl::OkStatus();
  }

 private:
  int file_;
  std::string name_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DiskDirectory>> DiskDirectory::Open(const std::string& path) {
  std::unique_ptr<DiskDirectory> directory(new DiskDirectory(path));
  absl::Status made = directory->Make();
  if (!made.ok()) return made;
  directory->folder_ = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat facts {};
  if (directory->folder_ < 0 || fstat(directory->folder_, &facts) != 0) {
    return SystemError(errno, "open", path);
  }
  directory->open_to_others_ = (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  absl::Status locked = directory->Lock();
  if (!locked.ok()) return locked;
  return directory;
}

DiskDirectory::~DiskDirectory() {
  if (lock_ >= 0) close(lock_);
  if (folder_ >= 0) close(folder_);
}

absl::Status DiskDirectory::Make() const {
  if (mkdir(path_.c_str(), kOwnerOnlyFolder) != 0) {
    return errno == EEXIST ? absl::OkStatus() : SystemError(errno, "mkdir", path_);
  }
  const std::string parent = std::filesystem::path(path_).parent_path();
  const int above = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (above < 0) return SystemError(errno, "open", parent);
  const int synced = fsync(above);
  const int error = errno;
  close(above);
  return synced == 0 ? absl::OkStatus() : SystemError(error, "fsync", parent);
}

absl::Status DiskDirectory::Lock() {
  lock_ = openat(folder_, kLockName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnlyFile);
  if (lock_ < 0) return SystemError(errno, "open", absl::StrCat(path_, "/", kLockName));
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) return SystemError(errno, "flock", path_);
  return absl::FailedPreconditionError(
      absl::StrCat(path_, " is another process's spool: each ingest needs a folder of its own"));
}

absl::StatusOr<std::vector<Directory::Entry>> DiskDirectory::List() {
  std::vector<Entry> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator file(path_, error), end; !error && file != end;
       file.increment(error)) {
    struct stat facts {};
    const std::string name = file->path().filename();
    if (fstatat(folder_, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      return SystemError(errno, "stat", name);
    }
    if (S_ISREG(facts.st_mode)) entries.push_back({name, facts.st_size});
  }
  if (error) return SystemError(error.value(), "readdir", path_);
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

absl::StatusOr<std::string> DiskDirectory::Read(const std::string& name) {
  const int file = openat(folder_, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return SystemError(errno, "open", name);
  std::string bytes;
  struct stat facts {};
  ssize_t got = fstat(file, &facts);
  if (got == 0) {
    bytes.resize(static_cast<size_t>(facts.st_size));
    size_t have = 0;
    do {
      got = Repeated([&] { return read(file, bytes.data() + have, bytes.size() - have); });
      if (got > 0) have += static_cast<size_t>(got);
    } while (got > 0 && have < bytes.size());
    bytes.resize(have);
  }
  const int error = errno;
  close(file);
  if (got < 0) return SystemError(error, "read", name);
  return bytes;
}

absl::StatusOr<std::unique_ptr<AppendedFile>> DiskDirectory::Create(const std::string& name) {
  const int file = openat(folder_,
                          name.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                          kOwnerOnlyFile);
  if (file < 0) return SystemError(errno, "create", name);
  return std::make_unique<DiskFile>(file, name);
}

absl::Status DiskDirectory::Rename(const std::string& from, const std::string& to) {
  if (renameat(folder_, from.c_str(), folder_, to.c_str()) != 0) {
    return SystemError(errno, "rename", from);
  }
  return absl::OkStatus();
}

absl::Status DiskDirectory::Remove(const std::string& name) {
  if (unlinkat(folder_, name.c_str(), 0) != 0) return SystemError(errno, "unlink", name);
  return absl::OkStatus();
}

absl::Status DiskDirectory::Sync() {
  if (fsync(folder_) != 0) return SystemError(errno, "fsync", path_);
  return absl::OkStatus();
}

}  // namespace leadrelay::ingest
