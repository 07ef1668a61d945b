#include "common/config/config.h"
#include "common/config/source.h"

namespace leadrelay::config {

absl::StatusOr<Config> LoadFile(const std::string& path, Reader reader) {
  const absl::StatusOr<Source> source = FindSource(path, Environment::Process());
  if (!source.ok()) return source.status();
  Faults faults;
  Config config = Load(source->text, source->environment, faults, reader);
  if (!faults.empty()) return absl::InvalidArgumentError(faults.ToText(source->name));
  return config;
}

}  // namespace leadrelay::config
