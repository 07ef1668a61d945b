#pragma once
// Normalise: writes a valid lead in our own spelling (validator.h).  Pure.

#include <string_view>

#include "common/json/json.h"
#include "common/text/phone.h"
#include "services/ingest/validate/normal_lead.h"

namespace leadrelay::ingest {

NormalLead Normalise(const json::Value& lead,
                     const text::Phone& phone,
                     std::string_view ip_hash_key);

}  // namespace leadrelay::ingest
