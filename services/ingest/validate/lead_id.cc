#include "services/ingest/validate/lead_id.h"

#include "common/crypto/crypto.h"
#include "common/lead/lead_id.h"

namespace leadrelay::ingest {

LeadIdentity Identify(std::string_view publisher, std::string_view key, std::string_view content) {
  LeadIdentity identity;
  identity.fingerprint = crypto::Base32(crypto::Sha256(content).substr(0, 15));
  identity.lead_id = key.empty() ? lead::DeriveLeadId("body", publisher, content)
                                 : lead::DeriveLeadId("key", publisher, key);
  return identity;
}

}  // namespace leadrelay::ingest
