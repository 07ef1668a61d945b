#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/config/environment.h"

namespace leadrelay::config {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;

std::optional<std::string> ReadVariable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::optional<std::string> ReadFile(const std::string& path) {
  // A directory opens as a stream, and reads as an empty file.
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::nullopt;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string text(kMaxFileBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return std::nullopt;
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.size() > kMaxFileBytes) return std::nullopt;
  return text;
}

}  // namespace

Environment Environment::Process() {
  return {ReadVariable, ReadFile};
}

}  // namespace leadrelay::config
