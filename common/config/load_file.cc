#include "common/config/config.h"

namespace leadrelay::config {

absl::StatusOr<Config> LoadFile(const std::string& path, Reader reader) {
  const Environment environment = Environment::Process();
  const std::optional<std::string> text = environment.file(path);
  if (!text.has_value()) {
    return absl::NotFoundError(absl::StrCat("cannot read the configuration file ", path));
  }
  Faults faults;
  Config config = Load(*text, environment, faults, reader);
  if (!faults.empty()) return absl::InvalidArgumentError(faults.ToText(path));
  return config;
}

}  // namespace leadrelay::config
