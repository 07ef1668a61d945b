#pragma once
// Environment: where ${NAME} and ${file:PATH} of a configuration come from.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leadrelay::config {

struct Environment {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::function<std::optional<std::string>(const std::string& path)> file;

  // The environment of this process and the files it may read, up to 1 MiB each.  In the library
  // leadrelay_config_file, since everything else here is pure.
  static Environment Process();
};

// `text` with every ${NAME} and ${file:PATH} replaced; of a file, without its last line end.  What
// is put in is not searched again.  "$${" stands for "${"; any other "$" for itself.
// InvalidArgument names the variable or the file, never a value.
absl::StatusOr<std::string> Substitute(std::string_view text, const Environment& environment);

// Whether `text` is one reference and nothing else: how a secret has to be written.
bool IsReference(std::string_view text);

}  // namespace leadrelay::config
