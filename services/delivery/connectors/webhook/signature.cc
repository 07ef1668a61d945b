#include "services/delivery/connectors/webhook/signature.h"

#include <cctype>

#include "common/crypto/crypto.h"

namespace leadrelay::delivery::webhook {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr size_t kShortestKey = 24;
constexpr size_t kLongestKey = 64;

}  // namespace

std::optional<std::string> KeyOfSecret(std::string_view secret) {
  if (!secret.starts_with(kSecretPrefix)) return std::nullopt;
  std::optional<std::string> key = crypto::FromBase64(secret.substr(kSecretPrefix.size()));
  if (!key.has_value() || key->size() < kShortestKey || key->size() > kLongestKey) {
    return std::nullopt;
  }
  return key;
}

std::string WebhookId(std::string_view delivery_id) {
  std::string id;
  for (const char c : delivery_id) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == ':') {
      id += c;
    } else {
      absl::StrAppend(&id, "%", crypto::Hex(std::string_view(&c, 1)));
    }
  }
  return id;
}

std::string Sign(const std::vector<std::string>& keys,
                 std::string_view webhook_id,
                 int64_t timestamp,
                 std::string_view body) {
  const std::string content =
      absl::StrCat(std::string(webhook_id), ".", timestamp, ".", std::string(body));
  std::string signatures;
  for (const std::string& key : keys) {
    absl::StrAppend(&signatures,
                    signatures.empty() ? "v1," : " v1,",
                    crypto::Base64(crypto::HmacSha256(key, content)));
  }
  return signatures;
}

}  // namespace leadrelay::delivery::webhook
