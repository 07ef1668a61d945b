#pragma once
// LeadId: the same lead has the same id, whichever replica takes it, and with or without Redis.
// Pure.
//
// The derivation is part of the contract with everything downstream (claims, ledger, CRM records):
// a release that changed it would deliver leads twice that were posted again across the upgrade.
// tests/unit/ingest pins it with vectors.

#include <string>
#include <string_view>

namespace leadrelay::ingest {

struct LeadIdentity {
  std::string lead_id;      // "ld_" and 32 digits of Crockford's base 32: 160 bits.
  std::string fingerprint;  // Of the content: tells the same key with another body.
  friend bool operator==(const LeadIdentity&, const LeadIdentity&) = default;
};

// `content` is the lead as it was sent, in canonical form (json::Value::Canonical: member order and
// white space do not count).  An empty key means none, and then the content is the key.  Names and
// keys hold no NUL.
LeadIdentity Identify(std::string_view publisher, std::string_view key, std::string_view content);

}  // namespace leadrelay::ingest
