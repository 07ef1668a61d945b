#pragma once
// What the configuration says about a webhook destination.
//
//   settings:
//     url: https://crm.example.com/leads
//     method: POST                      # POST, PUT, PATCH
//     allow_http: false                 # plain http:// addresses are refused without it
//     format: json                      # json, form (application/x-www-form-urlencoded)
//     body: event                       # event: {"type","timestamp","data"}; flat: the data alone
//     type: lead.created                # of the event
//     auth: none                        # none, bearer, api_key, basic
//     token: ${CRM_TOKEN}               # bearer and api_key
//     api_key_header: X-Api-Key
//     username: relay                   # basic
//     password: ${CRM_PASSWORD}
//     headers: {X-Source: website, X-Team: ${TEAM}}
//     signing_secret: ${HOOK_SECRET}    # whsec_...: Standard Webhooks signature
//     previous_signing_secret: ${HOOK_SECRET_OLD}   # while receivers change over: signed with both
//     idempotency_key: quoted           # quoted (as the draft standard has it), bare, none
//     success: [200, 202]               # default: every 2xx
//     remote_id_pointer: /data/id       # where the answer names the record (RFC 6901)
//
// Without a mapping the data is the whole lead with lead_id, delivery_id, publisher and
// accepted_at; with one, the mapped fields.

#include <string>
#include <utility>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::webhook {

enum class Format { kJson, kForm };
enum class Body { kEvent, kFlat };
enum class Auth { kNone, kBearer, kApiKey, kBasic };
enum class IdempotencyKey { kQuoted, kBare, kNone };

struct Settings {
  std::string url;
  std::string method = "POST";
  Format format = Format::kJson;
  Body body = Body::kEvent;
  std::string type = "lead.created";
  Auth auth = Auth::kNone;
  std::string token;  // As the header wants it; basic: base64 already.
  std::string api_key_header;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::string> signing_keys;  // Decoded, newest first.
  IdempotencyKey idempotency_key = IdempotencyKey::kQuoted;
  std::vector<int64_t> success;  // Empty: every 2xx.
  std::string remote_id_pointer;
  Mapping mapping;
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

}  // namespace leadrelay::delivery::webhook
