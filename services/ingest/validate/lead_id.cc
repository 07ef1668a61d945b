#include "services/ingest/validate/lead_id.h"

#include "common/crypto/crypto.h"

namespace leadrelay::ingest {
namespace {

// base32(first 20 bytes of SHA-256(kind NUL publisher NUL source)).
std::string Derive(std::string_view kind, std::string_view publisher, std::string_view source) {
  constexpr size_t kBytes = 20;
  std::string input;
  input.reserve(kind.size() + publisher.size() + source.size() + 2);
  input.append(kind).push_back('\0');
  input.append(publisher).push_back('\0');
  input.append(source);
  return "ld_" + crypto::Base32(crypto::Sha256(input).substr(0, kBytes));
}

}  // namespace

LeadIdentity Identify(std::string_view publisher, std::string_view key, std::string_view content) {
  LeadIdentity identity;
  identity.fingerprint = crypto::Base32(crypto::Sha256(content).substr(0, 15));
  identity.lead_id =
      key.empty() ? Derive("body", publisher, content) : Derive("key", publisher, key);
  return identity;
}

}  // namespace leadrelay::ingest
