#include "tools/leadctl/input_file.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leadrelay::leadctl {

absl::StatusOr<std::unique_ptr<InputFile>> InputFile::Open(const std::string& path) {
  const auto failed = [&path] {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  };
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed();
  struct stat facts {};
  if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    close(fd);
    return absl::NotFoundError(absl::StrCat(path, " is not a regular file"));
  }
  const auto size = static_cast<size_t>(facts.st_size);
  std::string_view text;
  if (size > 0) {
    void* start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (start == MAP_FAILED) {
      close(fd);
      return failed();
    }
    text = {static_cast<const char*>(start), size};
  }
  close(fd);
  return std::unique_ptr<InputFile>(new InputFile(text));
}

InputFile::~InputFile() {
  if (!text_.empty()) munmap(const_cast<char*>(text_.data()), text_.size());
}

}  // namespace leadrelay::leadctl
