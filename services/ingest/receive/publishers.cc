#include "services/ingest/receive/publishers.h"

#include <algorithm>
#include <optional>

#include "common/crypto/crypto.h"
#include "common/text/clean.h"
#include "services/ingest/receive/cors.h"

namespace leadrelay::ingest {
namespace {

std::string_view PresentedKey(const http::Headers& headers) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view authorization = headers.Get("authorization");
  if (authorization.size() > kScheme.size() &&
      text::LowerAscii(authorization.substr(0, kScheme.size())) == kScheme) {
    return text::Trim(authorization.substr(kScheme.size()));
  }
  return headers.Get("x-api-key");
}

}  // namespace

Publishers::Publishers(const std::vector<config::Publisher>& publishers) : publishers_(publishers) {
  for (const config::Publisher& publisher : publishers_) {
    for (const config::ApiKey& key : publisher.keys) {
      const std::optional<std::string> hash = crypto::FromHex(key.sha256);
      if (hash.has_value()) by_key_hash_.emplace(*hash, &publisher);
    }
  }
}

const config::Publisher* Publishers::Authenticate(const http::Headers& headers) const {
  const std::string_view key = PresentedKey(headers);
  if (key.empty()) return nullptr;
  const auto found = by_key_hash_.find(crypto::Sha256(key));
  return found == by_key_hash_.end() ? nullptr : found->second;
}

const config::Publisher* Publishers::Find(std::string_view name) const {
  const auto found = std::ranges::find(publishers_, name, &config::Publisher::name);
  return found == publishers_.end() ? nullptr : &*found;
}

bool Publishers::AnyAllows(std::string_view origin) const {
  return std::ranges::any_of(publishers_, [&](const config::Publisher& publisher) {
    return AllowsOrigin(publisher, origin);
  });
}

}  // namespace leadrelay::ingest
