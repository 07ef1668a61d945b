#include "common/config/environment.h"

namespace leadrelay::config {
namespace {

constexpr std::string_view kFilePrefix = "file:";

bool IsVariableName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsFile(std::string_view name) {
  return name.starts_with(kFilePrefix) && name.size() > kFilePrefix.size();
}

void RemoveLastLineEnd(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

absl::StatusOr<std::string> Resolve(std::string_view name, const Environment& environment) {
  if (IsVariableName(name)) {
    std::optional<std::string> value;
    if (environment.variable) value = environment.variable(std::string(name));
    if (value.has_value()) return *std::move(value);
    return absl::InvalidArgumentError(
        absl::StrCat("the environment variable ", std::string(name), " is not set"));
  }
  if (IsFile(name)) {
    const std::string path(name.substr(kFilePrefix.size()));
    std::optional<std::string> value;
    if (environment.file) value = environment.file(path);
    if (!value.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("the file ", path, " cannot be read"));
    }
    RemoveLastLineEnd(*value);
    return *std::move(value);
  }
  // What stands between the braces may be a secret put there by mistake: not quoted.
  return absl::InvalidArgumentError(
      "between ${ and } stands neither the name of an environment variable nor file:PATH; "
      "write $${ where the two characters themselves are meant");
}

}  // namespace

absl::StatusOr<std::string> Substitute(std::string_view text, const Environment& environment) {
  std::string result;
  while (true) {
    const size_t open = text.find("${");
    if (open == std::string_view::npos) break;
    if (open > 0 && text[open - 1] == '$') {
      result += text.substr(0, open - 1);
      result += "${";
      text.remove_prefix(open + 2);
      continue;
    }
    result += text.substr(0, open);
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      return absl::InvalidArgumentError("${ without its }");
    }
    absl::StatusOr<std::string> value =
        Resolve(text.substr(open + 2, close - open - 2), environment);
    if (!value.ok()) return value.status();
    result += *value;
    text.remove_prefix(close + 1);
  }
  result += text;
  return result;
}

bool IsReference(std::string_view text) {
  if (!text.starts_with("${") || text.find('}') != text.size() - 1) return false;
  const std::string_view name = text.substr(2, text.size() - 3);
  return IsVariableName(name) || IsFile(name);
}

}  // namespace leadrelay::config
