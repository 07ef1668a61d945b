#pragma once
// Lead ids: derived, so that the same thing has the same id whoever names it, and how often.  Pure.
//
// The derivation is part of the contract with everything downstream (claims, ledger, CRM records):
// tests/unit/ingest and tests/unit/dlq pin it with vectors.

#include <string>
#include <string_view>

namespace leadrelay::lead {

// "ld_" and 32 digits of Crockford's base 32, 160 bits:
// base32(first 20 bytes of SHA-256(kind NUL scope NUL source)).  `kind` and `scope` hold no NUL.
std::string DeriveLeadId(std::string_view kind, std::string_view scope, std::string_view source);

}  // namespace leadrelay::lead
