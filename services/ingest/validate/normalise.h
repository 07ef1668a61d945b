#pragma once
// Normalise: writes a valid lead in our own spelling (validator.h).  Pure.

#include <string_view>

#include "common/json/json.h"
#include "services/ingest/validate/normal_lead.h"
#include "services/ingest/validate/phone.h"

namespace leadrelay::ingest {

NormalLead Normalise(const json::Value& lead, const Phone& phone, std::string_view ip_hash_key);

}  // namespace leadrelay::ingest
