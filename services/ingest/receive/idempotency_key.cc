#include "services/ingest/receive/idempotency_key.h"

#include <algorithm>
#include <optional>

#include "common/status/abseil.h"

namespace leadrelay::ingest {
namespace {

constexpr std::string_view kHeader = "idempotency-key";

// The text of an RFC 8941 string, quotes and escapes undone.
std::optional<std::string> Unquote(std::string_view text) {
  if (text.size() < 2 || text.back() != '"') return {};
  text.remove_prefix(1);
  text.remove_suffix(1);
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return {};
    if (text[i] == '\\') {
      if (++i == text.size() || (text[i] != '"' && text[i] != '\\')) return {};
    }
    plain.push_back(text[i]);
  }
  return plain;
}

}  // namespace

bool IsIdempotencyKey(std::string_view key) {
  return !key.empty() && key.size() <= kMaxIdempotencyKey &&
         std::ranges::all_of(key, [](char c) { return c >= 0x20 && c <= 0x7E; });
}

absl::StatusOr<std::string> IdempotencyKeyOf(const http::Headers& headers) {
  const auto is_key = [](const std::pair<std::string, std::string>& field) {
    return std::ranges::equal(field.first, kHeader, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
  };
  const auto count = std::ranges::count_if(headers, is_key);
  if (count == 0) return std::string();
  if (count > 1) return absl::InvalidArgumentError("Idempotency-Key is there twice");

  const std::string_view value = headers.Get(kHeader);
  const bool quoted = value.starts_with('"');
  const std::optional<std::string> key = quoted ? Unquote(value) : std::string(value);
  if (!key.has_value() || !IsIdempotencyKey(*key)) {
    return absl::InvalidArgumentError(
        "Idempotency-Key must be 1 to 255 printable ASCII characters, bare or as a quoted string");
  }
  return *key;
}

}  // namespace leadrelay::ingest
