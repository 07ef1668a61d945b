#include "services/delivery/authorise/token_record.h"

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "common/crypto/seal.h"
#include "common/json/json.h"

namespace leadrelay::delivery {
namespace {

std::string PurposeFor(std::string_view destination) {
  return absl::StrCat("token of ", std::string(destination));
}

}  // namespace

std::string OriginOf(std::string_view configured_refresh_token) {
  return crypto::Hex(crypto::Sha256(configured_refresh_token));
}

std::string SealToken(const TokenRecord& record,
                      std::string_view key,
                      std::string_view destination) {
  json::Writer writer;
  writer.StartObject()
      .Member("access_token", record.access_token)
      .Member("refresh_token", record.refresh_token)
      .Member("base_url", record.base_url)
      .Member("expires_at_ms", absl::ToUnixMillis(record.expires_at))
      .Member("origin", record.origin)
      .EndObject();
  return crypto::Seal(crypto::Sha256(key), PurposeFor(destination), writer.Take());
}

std::optional<TokenRecord> UnsealToken(std::string_view sealed,
                                       std::string_view key,
                                       std::string_view destination) {
  const std::optional<std::string> text =
      crypto::Unseal(crypto::Sha256(key), PurposeFor(destination), sealed);
  if (!text.has_value()) return std::nullopt;
  const absl::StatusOr<json::Document> document = json::Document::Parse(*text);
  if (!document.ok()) return std::nullopt;
  const json::Value root = document->root();
  TokenRecord record;
  record.access_token = root.Find("access_token").StringOr("");
  record.refresh_token = root.Find("refresh_token").StringOr("");
  record.base_url = root.Find("base_url").StringOr("");
  record.expires_at = absl::FromUnixMillis(root.Find("expires_at_ms").Int64Or(0));
  record.origin = root.Find("origin").StringOr("");
  if (record.access_token.empty()) return std::nullopt;
  return record;
}

}  // namespace leadrelay::delivery
