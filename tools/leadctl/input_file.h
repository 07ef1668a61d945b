#pragma once
// InputFile: a file mapped into memory, so that one of any size is read as a text without being
// copied.  Who shortens it meanwhile ends this process.

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leadrelay::leadctl {

class InputFile {
 public:
  static absl::StatusOr<std::unique_ptr<InputFile>> Open(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::string_view text() const { return text_; }

 private:
  explicit InputFile(std::string_view text) : text_(text) {}
  std::string_view text_;
};

}  // namespace leadrelay::leadctl
