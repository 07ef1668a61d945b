#pragma once
// Normalise: a valid lead in our own spelling (see validator.h).  Pure.

#include <string>
#include <string_view>

#include "common/json/json.h"
#include "services/ingest/validate/phone.h"

namespace leadrelay::ingest {

// The normalised lead as JSON text.
std::string Normalise(const json::Value& lead, const Phone& phone, std::string_view ip_hash_key);

}  // namespace leadrelay::ingest
