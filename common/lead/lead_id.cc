#include "common/lead/lead_id.h"

#include "common/crypto/crypto.h"

namespace leadrelay::lead {

std::string DeriveLeadId(std::string_view kind, std::string_view scope, std::string_view source) {
  constexpr size_t kBytes = 20;
  std::string input;
  input.reserve(kind.size() + scope.size() + source.size() + 2);
  input.append(kind).push_back('\0');
  input.append(scope).push_back('\0');
  input.append(source);
  return "ld_" + crypto::Base32(crypto::Sha256(input).substr(0, kBytes));
}

}  // namespace leadrelay::lead
